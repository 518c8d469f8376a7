#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
int main(void) { // what just-in-time compilers do
    unsigned char code[] = { 0xb8, 42, 0, 0, 0, 0xc3 }; // mov eax, 42; ret
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(p, code, sizeof code);
    mprotect(p, 4096, PROT_READ | PROT_EXEC);
    int (*f)(void);
    memcpy(&f, &p, sizeof f);
    printf("%d\n", f());
}

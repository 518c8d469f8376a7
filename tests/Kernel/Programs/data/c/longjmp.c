#include <setjmp.h>
#include <stdio.h>
static jmp_buf back;
static void leave(int n) { longjmp(back, n); }
int main(void) {
    int n = setjmp(back);
    printf("%d ", n);
    if (n < 3) leave(n + 1);
    puts("done");
}

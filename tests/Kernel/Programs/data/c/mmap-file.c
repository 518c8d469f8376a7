#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    if (ftruncate(fd, 8192)) return 1;
    char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), text[6] = "";
    strcpy(p + 4096, "hello");
    if (msync(p, 8192, MS_SYNC) || pread(fd, text, 5, 4096) != 5) return 1;
    int locked = mprotect(p, 4096, PROT_READ);
    printf("%s %d %d\n", text, locked, munmap(p, 8192));
}

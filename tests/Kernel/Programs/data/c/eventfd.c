#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>
int main(void) {
    int fd = eventfd(3, EFD_CLOEXEC);
    uint64_t n = 4;
    if (write(fd, &n, 8) != 8 || read(fd, &n, 8) != 8) return 1;
    printf("%d\n", (int)n);
}

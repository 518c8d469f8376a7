#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    if (mkfifo("fifo", 0600)) return 1;
    if (fork() == 0) {
        int fd = open("fifo", O_WRONLY);
        return write(fd, "through", 7) != 7;
    }
    char text[16] = "";
    int fd = open("fifo", O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    wait(NULL);
    printf("%zd %s\n", n, text);
}

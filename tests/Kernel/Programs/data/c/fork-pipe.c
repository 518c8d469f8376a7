#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int fds[2], sum = 0;
    if (pipe(fds)) return 1;
    for (int i = 1; i <= 10; i++)
        if (fork() == 0) {
            int square = i * i;
            _exit(write(fds[1], &square, sizeof square) != sizeof square);
        }
    close(fds[1]);
    for (int n; read(fds[0], &n, sizeof n) == sizeof n;) sum += n;
    while (wait(NULL) > 0) {}
    printf("%d\n", sum);
}

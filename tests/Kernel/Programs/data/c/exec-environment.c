#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    fflush(stdout);
    if (fork() == 0) {
        char *argv[] = { "sh", "-c", "echo $0 $1 $X; exit 9", "zero", "a b", NULL }, *environment[] = { "X=y", NULL };
        execve("/bin/sh", argv, environment);
    }
    int status;
    wait(&status);
    printf("%d\n", WEXITSTATUS(status));
}

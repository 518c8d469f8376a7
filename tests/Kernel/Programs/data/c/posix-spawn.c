#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
extern char **environ;
int main(void) {
    pid_t pid;
    int status, failed = posix_spawnp(&pid, "false", NULL, NULL, (char *[]){ "false", NULL }, environ);
    waitpid(pid, &status, 0);
    printf("%d %d %d\n", failed, WIFEXITED(status), WEXITSTATUS(status));
}

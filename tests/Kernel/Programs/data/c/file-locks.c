#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    printf("%d ", fcntl(fd, F_SETLK, &lock));
    fflush(stdout);
    if (fork() == 0) return fcntl(fd, F_SETLK, &lock) == -1 && (errno == EAGAIN || errno == EACCES) ? 5 : 6;
    int status;
    wait(&status);
    int other = open("file", O_RDWR);
    printf("%d ", WEXITSTATUS(status));
    printf("%d ", flock(fd, LOCK_EX | LOCK_NB));
    printf("%d\n", flock(other, LOCK_EX | LOCK_NB));
}

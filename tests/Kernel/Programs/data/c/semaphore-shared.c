#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int fd = shm_open("/memory", O_CREAT | O_RDWR, 0600);
    if (ftruncate(fd, 4096)) return 1;
    struct { sem_t ready; int value; } *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    sem_init(&shared->ready, 1, 0);
    if (fork() == 0) { shared->value = 42; sem_post(&shared->ready); _exit(0); }
    sem_wait(&shared->ready);
    wait(NULL);
    printf("%d %d\n", shared->value, shm_unlink("/memory"));
}

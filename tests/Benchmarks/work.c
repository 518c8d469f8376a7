// work KIND COUNT: does KIND of work, COUNT times over; prints the time of each in microseconds.
//   cpu: 20 million steps of a generator. calls: 200,000 system calls. faults: 16 MiB of fresh memory touched, page by page.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { STEPS = 20000000, CALLS = 200000, BYTES = 16 << 20, PAGE = 4096 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int work(const char *kind)
{
    if (!strcmp(kind, "cpu")) {
        volatile uint64_t sink;
        uint64_t x = 88172645463325252ull;
        for (int i = 0; i < STEPS; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        sink = x;
        return (int)(sink & 0);
    }
    if (!strcmp(kind, "calls")) {
        for (int i = 0; i < CALLS; i++)
            syscall(SYS_getppid);
        return 0;
    }
    char *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    for (size_t i = 0; i < BYTES; i += PAGE)
        memory[i] = 1;
    return munmap(memory, BYTES);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    for (int i = atoi(argv[2]); i > 0; i--) {
        double start = now();
        if (work(argv[1]) != 0)
            return 1;
        printf("%.1f\n", now() - start);
    }
    return 0;
}

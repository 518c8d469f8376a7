#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all;
static long sum;

static void *run(void *number) {
    pthread_barrier_wait(&all); // every thread lives at once
    pthread_mutex_lock(&lock);
    sum += (long)number;
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1;
    pthread_t *threads = calloc(count, sizeof *threads);
    pthread_barrier_init(&all, NULL, count);
    for (long i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, run, (void *)i) != 0) return 1;
    for (long i = 0; i < count; i++) pthread_join(threads[i], NULL);
    printf("%ld threads, sum %ld\n", count, sum);
    return 0;
}

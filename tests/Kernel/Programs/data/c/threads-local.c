#include <pthread.h>
#include <stdio.h>
static _Thread_local int mine = 5;
static void *run(void *p) { mine += (int)(long)p; return (void *)(long)mine; }
int main(void) {
    pthread_t t[3];
    void *result;
    for (long i = 0; i < 3; i++) pthread_create(&t[i], NULL, run, (void *)i);
    for (int i = 0; i < 3; i++) { pthread_join(t[i], &result); printf("%ld ", (long)result); }
    printf("%d\n", mine);
}

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
static atomic_int n;
static void *run(void *p) { for (int i = 0; i < 10000; i++) atomic_fetch_add(&n, 1); return p; }
int main(void) {
    pthread_t t[8];
    for (int i = 0; i < 8; i++) pthread_create(&t[i], NULL, run, NULL);
    for (int i = 0; i < 8; i++) pthread_join(t[i], NULL);
    printf("%d\n", atomic_load(&n));
}

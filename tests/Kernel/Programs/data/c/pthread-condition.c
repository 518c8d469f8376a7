#include <pthread.h>
#include <stdio.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;
static void *play(void *me) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        while (turn % 2 != (int)(long)me) pthread_cond_wait(&changed, &lock);
        printf("%s ", me ? "pong" : "ping");
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}
int main(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, play, (void *)0);
    pthread_create(&b, NULL, play, (void *)1);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    puts("");
}

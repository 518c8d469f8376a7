#include <stdio.h>
#include <time.h>
int main(void) {
    struct timespec a, b, nap = { 0, 2000000 };
    clock_gettime(CLOCK_MONOTONIC, &a);
    nanosleep(&nap, NULL);
    clock_gettime(CLOCK_MONOTONIC, &b);
    puts((b.tv_sec - a.tv_sec) * 1000000000L + b.tv_nsec - a.tv_nsec >= 2000000 ? "slept" : "too short");
    time_t t = 86400 * 365;
    char text[32];
    strftime(text, sizeof text, "%F %T %j", gmtime(&t));
    puts(text);
}

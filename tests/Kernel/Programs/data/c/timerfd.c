#include <stdint.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>
int main(void) {
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec every = { .it_value = { 0, 1000000 }, .it_interval = { 0, 1000000 } };
    uint64_t times, total = 0;
    timerfd_settime(fd, 0, &every, NULL);
    while (total < 3 && read(fd, &times, 8) == 8) total += times;
    puts(total >= 3 ? "ticked" : "stopped");
}

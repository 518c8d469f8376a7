#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>
int main(void) {
    int pipes[3][2], poll = epoll_create1(EPOLL_CLOEXEC), seen = 0;
    for (int i = 0; i < 3; i++) {
        if (pipe(pipes[i])) return 1;
        struct epoll_event e = { .events = EPOLLIN, .data.u32 = i };
        epoll_ctl(poll, EPOLL_CTL_ADD, pipes[i][0], &e);
    }
    if (write(pipes[0][1], "x", 1) + write(pipes[2][1], "y", 1) != 2) return 1;
    struct epoll_event ready[4];
    int n = epoll_wait(poll, ready, 4, 1000);
    for (int i = 0; i < n; i++) seen |= 1 << ready[i].data.u32;
    printf("%d ready, mask %d\n", n, seen);
}

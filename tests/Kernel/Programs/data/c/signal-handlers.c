#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static volatile sig_atomic_t seen;
static void handle(int number, siginfo_t *info, void *context) { seen = seen * 100 + number; (void)info; (void)context; }
int main(void) {
    struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO };
    sigset_t set;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    raise(SIGUSR1);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    printf("%d ", (int)seen);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    ualarm(1000, 0);
    while (seen < 10000) pause();
    printf("%d\n", (int)seen);
}

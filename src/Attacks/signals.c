/* Signals to those who should not get them, and input typed into a terminal. */
#include <sys/ioctl.h>
#include <termios.h>
#include "attack.h"

static void kill_init(char **arguments)
{
    UNUSED(arguments);
    siginfo_t info = { .si_signo = SIGKILL, .si_code = SI_QUEUE };
    answer("kill", CALL(SYS_kill, 1, SIGKILL));
    answer("tkill", CALL(SYS_tkill, 1, SIGKILL));
    answer("tgkill", CALL(SYS_tgkill, 1, 1, SIGKILL));
    answer("rt_sigqueueinfo", CALL(SYS_rt_sigqueueinfo, 1, SIGKILL, &info));
    long init = CALL(SYS_pidfd_open, 1, 0);
    answer("pidfd_send_signal", CALL(SYS_pidfd_send_signal, init, SIGKILL, NULL, 0));
}

/* The pids in the arguments are processes of the host, and mean nothing here. */
static void kill_outside(char **arguments)
{
    for (; *arguments != NULL; arguments++) {
        int pid = atoi(*arguments);
        answer("kill", CALL(SYS_kill, pid, 0));
        answer("kill, its group", CALL(SYS_kill, -pid, 0));
        answer("pidfd_open", CALL(SYS_pidfd_open, pid, 0));
    }
}

/* All that can be signalled is our own: with nothing else there, ESRCH, and PID 1 lives. */
static void kill_all(char **arguments)
{
    UNUSED(arguments);
    answer("kill(-1)", CALL(SYS_kill, -1, SIGKILL));
    must(CALL(SYS_kill, 1, 0) == -EPERM, "PID 1 lives");
}

/* A terminal of our own making: nothing is typed into it, nothing is hung on it. */
static void type_into_terminal(char **arguments)
{
    UNUSED(arguments);
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), discipline = 2;
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        unable("no terminal can be opened");
    }
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    char letter = 'x', subcode = 2;
    answer("TIOCSTI", CALL(SYS_ioctl, terminal, TIOCSTI, &letter));
    answer("TIOCSTI with high bits", CALL(SYS_ioctl, terminal, (1L << 32) | TIOCSTI, &letter));
    answer("TIOCLINUX", CALL(SYS_ioctl, terminal, TIOCLINUX, &subcode));
    answer("TIOCSETD", CALL(SYS_ioctl, terminal, TIOCSETD, &discipline));
    answer("TIOCCONS", CALL(SYS_ioctl, terminal, TIOCCONS, NULL));
}

/* Every terminal counts against one pool of the host's. */
static void exhaust_terminals(char **arguments)
{
    UNUSED(arguments);
    enum { Most = 400 };
    int opened = 0, fd;
    while (opened < Most && (fd = posix_openpt(O_RDWR | O_NOCTTY)) >= 0) {
        opened++;
    }
    must(opened < Most && errno == ENOSPC, "%d terminals, then %s", opened, opened < Most ? strerrorname_np(errno) : "still more");
}

/* The controlling terminal of the one who started the jail. */
static void caller_terminal(char **arguments)
{
    UNUSED(arguments);
    answer("/dev/tty", try_open("/dev/tty", O_RDWR, 0));
    answer_as("/dev/console", try_open("/dev/console", O_RDWR, 0), "ENOENT");
    must(getsid(0) == getpid() || getsid(0) > 1, "a session of its own");
}

const struct attack signal_attacks[] = {
    { "kill-init", kill_init }, { "kill-outside", kill_outside }, { "kill-all", kill_all }, { "type-into-terminal", type_into_terminal },
    { "exhaust-terminals", exhaust_terminals }, { "caller-terminal", caller_terminal }, { NULL, NULL },
};

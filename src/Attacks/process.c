/* Other processes: PID 1, a sibling, the parent outside. */
#include <linux/kcmp.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sched.h>
#include "attack.h"

static char secret[] = "the sibling's memory";

/* A process of our own that waits to be killed. */
static pid_t sibling(void)
{
    pid_t child = fork();
    if (child == 0) {
        for (;;) {
            pause();
        }
    }
    return child;
}

static void end(pid_t child)
{
    int status;
    kill(child, SIGKILL);
    reap(child, &status);
}

static void ptrace_init(char **arguments)
{
    UNUSED(arguments);
    answer("ptrace(PTRACE_ATTACH, PID 1)", CALL(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0));
    answer("ptrace(PTRACE_SEIZE, PID 1)", CALL(SYS_ptrace, PTRACE_SEIZE, 1, 0, 0));
}

static void ptrace_sibling(char **arguments)
{
    UNUSED(arguments);
    pid_t child = sibling();
    long attached = CALL(SYS_ptrace, PTRACE_SEIZE, child, 0, 0);
    end(child);
    answer("ptrace(PTRACE_SEIZE, a child)", attached);
}

/* The parent of a command is outside: who asks to be traced by it would stop for ever at its first signal. */
static void ptrace_traceme(char **arguments)
{
    UNUSED(arguments);
    pid_t child = fork();
    if (child == 0) {
        _exit((int)-CALL(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0));
    }
    int status = 0;
    reap(child, &status);
    answer("ptrace(PTRACE_TRACEME)", -(long)WEXITSTATUS(status));
}

static void process_memory(char **arguments)
{
    UNUSED(arguments);
    pid_t child = sibling();
    char copy[sizeof secret];
    struct iovec here = { copy, sizeof copy }, there = { secret, sizeof secret };
    long results[] = {
        CALL(SYS_process_vm_readv, child, &here, 1, &there, 1, 0), CALL(SYS_process_vm_writev, child, &here, 1, &there, 1, 0),
        CALL(SYS_process_vm_readv, 1, &here, 1, &there, 1, 0),
    };
    long pidfd = CALL(SYS_pidfd_open, child, 0);
    long advised = CALL(SYS_process_madvise, pidfd, &there, 1, 20, 0);
    end(child);
    answer("process_vm_readv of a child", results[0]);
    answer("process_vm_writev of a child", results[1]);
    answer("process_vm_readv of PID 1", results[2]);
    answer("process_madvise of a child", advised);
}

static void pidfd_getfd(char **arguments)
{
    UNUSED(arguments);
    pid_t child = sibling();
    long ours = CALL(SYS_pidfd_open, child, 0), init = CALL(SYS_pidfd_open, 1, 0);
    long results[] = { CALL(SYS_pidfd_getfd, ours, 1, 0), CALL(SYS_pidfd_getfd, init, 0, 0), CALL(SYS_kcmp, child, getpid(), KCMP_FILE, 1, 1) };
    end(child);
    answer("pidfd_getfd of a child", results[0]);
    answer("pidfd_getfd of PID 1", results[1]);
    answer("kcmp", results[2]);
}

/* With CLONE_PARENT the new process is a child of who started the command: outside, where nobody waits for it. */
static void clone_parent(char **arguments)
{
    UNUSED(arguments);
    for (int i = 0; i < 3; i++) {
        long pid = CALL(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
        if (pid == 0) {
            _exit(0);
        }
        answer("clone(CLONE_PARENT)", pid);
    }
}

/* A limit of PID 1 would be a limit of nothing, but the call must not reach another user's process. */
static void limits_of_init(char **arguments)
{
    UNUSED(arguments);
    struct { unsigned long soft, hard; } limit = { 0, 0 };
    answer("prlimit64(PID 1)", CALL(SYS_prlimit64, 1, 7, &limit, NULL));
}

const struct attack process_attacks[] = {
    { "ptrace-init", ptrace_init }, { "ptrace-sibling", ptrace_sibling }, { "ptrace-traceme", ptrace_traceme }, { "process-memory", process_memory },
    { "pidfd-getfd", pidfd_getfd }, { "clone-parent", clone_parent }, { "prlimit-init", limits_of_init }, { NULL, NULL },
};

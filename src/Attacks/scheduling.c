/* More than an ordinary share of the machine. */
#include <linux/ioprio.h>
#include <sched.h>
#include <sys/resource.h>
#include "attack.h"

#define POLICY_DEADLINE 6
#define POLICY_EXT 7

static void real_time(char **arguments)
{
    UNUSED(arguments);
    struct sched_param priority = { .sched_priority = 1 };
    struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; } attributes = { 48, SCHED_FIFO, 0, 0, 1, 0, 0, 0 };
    answer("SCHED_FIFO", CALL(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority));
    answer("SCHED_RR", CALL(SYS_sched_setscheduler, 0, SCHED_RR, &priority));
    answer("SCHED_RR | SCHED_RESET_ON_FORK", CALL(SYS_sched_setscheduler, 0, SCHED_RR | SCHED_RESET_ON_FORK, &priority));
    answer("SCHED_DEADLINE", CALL(SYS_sched_setscheduler, 0, POLICY_DEADLINE, &priority));
    answer("SCHED_EXT", CALL(SYS_sched_setscheduler, 0, POLICY_EXT, &priority));
    answer("SCHED_FIFO with high bits", CALL(SYS_sched_setscheduler, 0, (1L << 40) | SCHED_FIFO, &priority));
    answer("sched_setattr", CALL(SYS_sched_setattr, 0, &attributes, 0));
}

static void io_real_time(char **arguments)
{
    UNUSED(arguments);
    answer("ioprio_set(IOPRIO_CLASS_RT)", CALL(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_RT, 0)));
    answer("ioprio_set(IOPRIO_CLASS_RT) with high bits", CALL(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, (1L << 40) | IOPRIO_PRIO_VALUE(IOPRIO_CLASS_RT, 4)));
}

static void nice_values(char **arguments)
{
    UNUSED(arguments);
    answer("setpriority(-20)", CALL(SYS_setpriority, PRIO_PROCESS, 0, -20));
    answer("setpriority(-1)", CALL(SYS_setpriority, PRIO_PROCESS, 0, -1));
}

static void others_affinity(char **arguments)
{
    UNUSED(arguments);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    answer("sched_setaffinity(PID 1)", CALL(SYS_sched_setaffinity, 1, sizeof one, &one));
    answer("setpriority(PID 1)", CALL(SYS_setpriority, PRIO_PROCESS, 1, 19));
}

static void raise_limits(char **arguments)
{
    UNUSED(arguments);
    static const int resources[] = { RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_FSIZE, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RTPRIO, RLIMIT_SIGPENDING, RLIMIT_STACK };
    for (size_t i = 0; i < COUNT(resources); i++) {
        struct rlimit limit;
        char what[32];
        getrlimit(resources[i], &limit);
        snprintf(what, sizeof what, "resource %d", resources[i]);
        must(limit.rlim_max != RLIM_INFINITY, "bounded");
        limit.rlim_max++;
        answer(what, CALL(SYS_prlimit64, 0, resources[i], &limit, NULL));
        answer(what, CALL(SYS_setrlimit, resources[i], &limit));
    }
}

const struct attack scheduling_attacks[] = {
    { "real-time", real_time }, { "io-real-time", io_real_time }, { "nice", nice_values }, { "affinity-of-others", others_affinity },
    { "raise-limits", raise_limits }, { NULL, NULL },
};

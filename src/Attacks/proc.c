/* What /proc gives away, and what can be written there. */
#include <dirent.h>
#include <sys/resource.h>
#include "attack.h"

static void each(const char *const *paths, size_t count, int flags)
{
    for (size_t i = 0; i < count; i++) {
        answer(paths[i], try_open(paths[i], flags, 0));
    }
}

static void init_links(char **arguments)
{
    UNUSED(arguments);
    static const char *const links[] = { "/proc/1/root", "/proc/1/cwd", "/proc/1/exe", "/proc/1/ns/mnt", "/proc/1/ns/user" };
    static const char *const beyond[] = { "/proc/1/root/etc/passwd", "/proc/1/cwd/.", "/proc/1/exe", "/proc/1/fd/0", "/proc/1/map_files", "/proc/1/fd", "/proc/1/fdinfo" };
    for (size_t i = 0; i < COUNT(links); i++) {
        char target[256];
        answer(links[i], CALL(SYS_readlink, links[i], target, sizeof target));
    }
    each(beyond, COUNT(beyond), O_RDONLY);
}

static void init_memory(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = { "/proc/1/mem", "/proc/1/environ", "/proc/1/maps", "/proc/1/auxv", "/proc/1/syscall", "/proc/1/stack", "/proc/1/io" };
    for (size_t i = 0; i < COUNT(files); i++) {
        char text[256];
        answer(files[i], read_text(files[i], text, sizeof text));
    }
}

static void processes(char **arguments)
{
    UNUSED(arguments);
    DIR *proc = opendir("/proc");
    int count = 0, foreign = 0;
    struct dirent *entry;
    while (proc != NULL && (entry = readdir(proc)) != NULL) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') {
            continue;
        }
        char path[300], text[4096];
        snprintf(path, sizeof path, "/proc/%.20s/status", entry->d_name);
        long pid = strtol(entry->d_name, NULL, 10), length = read_text(path, text, sizeof text);
        char *threads = length > 0 ? strstr(text, "\nNSpid:") : NULL;
        count++;
        foreign += threads != NULL && strtol(threads + 7, NULL, 10) != pid;
        foreign += length > 0 && strstr(text, "\nKthread:\t1") != NULL;
    }
    must(proc != NULL && foreign == 0 && count < 16, "%d processes, %d of them not the jail's", count, foreign);
}

static void sysctl_write(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = {
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname", "/proc/sys/kernel/ns_last_pid",
        "/proc/sys/kernel/randomize_va_space", "/proc/sys/vm/overcommit_memory", "/proc/sys/vm/drop_caches", "/proc/sys/net/ipv4/ip_forward",
        "/proc/sys/user/max_user_namespaces", "/proc/sys/fs/suid_dumpable",
    };
    each(files, COUNT(files), O_WRONLY);
}

static void triggers(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = {
        "/proc/sysrq-trigger", "/proc/sys/kernel/hotplug", "/proc/sys/fs/binfmt_misc/register", "/proc/irq/0/smp_affinity", "/proc/bus/pci", "/proc/acpi/wakeup",
        "/proc/scsi/scsi", "/proc/mtrr", "/proc/fs/nfsd",
    };
    each(files, COUNT(files), O_WRONLY);
}

static void masked(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = {
        "/proc/kcore", "/proc/kallsyms", "/proc/keys", "/proc/key-users", "/proc/timer_list", "/proc/sched_debug", "/proc/iomem", "/proc/ioports",
        "/proc/interrupts", "/proc/kmsg", "/proc/config.gz", "/proc/modules", "/proc/latency_stats", "/proc/slabinfo", "/proc/vmallocinfo",
        "/proc/pagetypeinfo", "/proc/kpagecount", "/proc/kpageflags", "/proc/kpagecgroup",
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        char text[64];
        long length = read_text(files[i], text, sizeof text);
        if (length > 0) {
            must(false, "%s can be read", files[i]);
        }
    }
    must(true, "empty, absent or refused");
}

/* A trigger on the host's pressure needs no privilege since Linux 6.4, and its figures tell what other jails do. */
static void pressure(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = { "/proc/pressure/cpu", "/proc/pressure/io", "/proc/pressure/memory" };
    each(files, COUNT(files), O_RDWR);
}

static void oom_score(char **arguments)
{
    UNUSED(arguments);
    char text[32] = "";
    must(read_text("/proc/self/oom_score_adj", text, sizeof text) > 0 && atoi(text) >= 0, "oom_score_adj is %d", atoi(text));
    long fd = CALL(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0);
    answer("oom_score_adj -1000", fd < 0 ? fd : CALL(SYS_write, fd, "-1000\n", 6));
}

static void own_program(char **arguments)
{
    UNUSED(arguments);
    answer("/proc/self/exe", try_open("/proc/self/exe", O_WRONLY, 0));
    answer("/proc/self/exe, O_RDWR", try_open("/proc/self/exe", O_RDWR, 0));
    answer("truncate", CALL(SYS_truncate, "/proc/self/exe", 0));
}

/* Each line: id parent device ROOT TARGET options [tags] - type source options. A root is nothing but what the jail sees at the target. */
static void mountinfo(char **arguments)
{
    static char text[65536];
    if (read_text("/proc/self/mountinfo", text, sizeof text) <= 0) {
        unable("/proc/self/mountinfo cannot be read");
    }
    int count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"), count++) {
        char root[512], target[512];
        if (sscanf(line, "%*d %*d %*s %511s %511s", root, target) != 2) {
            unable("a line of mountinfo has another form");
        }
        bool declared = false;
        for (char **bind = arguments; *bind != NULL; bind++) {
            declared |= strcmp(*bind, target) == 0;
        }
        bool own = strcmp(root, "/") == 0 || strcmp(root, target) == 0 || strncmp(root, "/.empty-", 8) == 0 || strcmp(target, "/proc/sys") == 0;
        if (!own && !declared) {
            must(false, "%s at %s tells of the host", root, target);
        }
        if (strstr(line, " shared:") != NULL || strstr(line, " master:") != NULL) {
            must(false, "%s is shared with the host", target);
        }
    }
    must(count > 5, "%d mounts, none shared", count);
}

extern char **environ;

static void environment(char **arguments)
{
    int count = 0;
    for (char **variable = environ; *variable != NULL; variable++, count++) {
        bool declared = false;
        size_t length = strcspn(*variable, "=");
        for (char **name = arguments; *name != NULL; name++) {
            declared |= strlen(*name) == length && strncmp(*name, *variable, length) == 0;
        }
        if (!declared) {
            must(false, "%.*s is not the profile's", (int)length, *variable);
        }
    }
    must(count > 0, "%d variables, all the profile's", count);
}

static void open_files(char **arguments)
{
    UNUSED(arguments);
    int others = 0;
    for (int fd = 3; fd < 65536; fd++) {
        others += CALL(SYS_fcntl, fd, F_GETFD) >= 0;
    }
    must(others == 0, "%d fds beyond 0, 1 and 2", others);
    for (int fd = 0; fd < 3; fd++) {
        char path[32], target[256] = "";
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        CALL(SYS_readlink, path, target, sizeof target - 1);
        must(strncmp(target, "pipe:", 5) == 0, "%s", target[0] == 'p' ? "pipe" : target);
    }
}

static void core_dump(char **arguments)
{
    UNUSED(arguments);
    struct rlimit limit;
    getrlimit(RLIMIT_CORE, &limit);
    must(limit.rlim_max == 1, "RLIMIT_CORE is %lu", (unsigned long)limit.rlim_max); /* 1: not even to a program that core_pattern names */
    answer_as("raising RLIMIT_CORE", setrlimit(RLIMIT_CORE, &(struct rlimit){ 4096, RLIM_INFINITY }) == 0 ? 0 : -errno, "EPERM");
    pid_t child = fork();
    if (child == 0) {
        if (chdir("/tmp") != 0) {
            _exit(1);
        }
        raise(SIGABRT);
    }
    int status = 0;
    must(reap(child, &status) && WIFSIGNALED(status) && !WCOREDUMP(status), "no core is dumped");
}

const struct attack proc_attacks[] = {
    { "proc-init-links", init_links }, { "proc-init-memory", init_memory }, { "proc-processes", processes }, { "sysctl-write", sysctl_write },
    { "proc-triggers", triggers }, { "proc-masked", masked }, { "proc-pressure", pressure }, { "oom-score", oom_score }, { "own-program", own_program },
    { "mountinfo", mountinfo }, { "environment", environment }, { "open-files", open_files }, { "core-dump", core_dump }, { NULL, NULL },
};

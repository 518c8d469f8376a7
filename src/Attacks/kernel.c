/* Calls that run the machine or load code into the kernel, and those whose bugs have been ways in. */
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/timex.h>
#include <time.h>
#include "attack.h"

#define NR_memfd_secret 447
#define NR_set_mempolicy_home_node 450
#define REBOOT_MAGIC1 0xfee1deadL
#define REBOOT_MAGIC2 672274793L
#define REBOOT_CAD_OFF 0L /* even if it is not refused, it only turns off ctrl-alt-del */

static void file_handles(char **arguments)
{
    UNUSED(arguments);
    struct { unsigned int bytes; int type; unsigned char handle[128]; } handle = { .bytes = 128 };
    int mount;
    answer("name_to_handle_at", CALL(SYS_name_to_handle_at, AT_FDCWD, "/usr", &handle, &mount, 0));
    handle.bytes = 8;
    handle.type = 1;
    memcpy(handle.handle, (uint32_t[]){ 2, 0 }, 8); /* inode 2: the root of an ext4, as in the exploit called shocker */
    answer("open_by_handle_at", CALL(SYS_open_by_handle_at, AT_FDCWD, &handle, O_RDONLY));
}

static void bpf(char **arguments)
{
    UNUSED(arguments);
    struct { uint32_t type, key, value, entries; uint64_t rest[12]; } map = { .type = 2, .key = 4, .value = 8, .entries = 1 };
    answer("bpf(BPF_MAP_CREATE)", CALL(SYS_bpf, 0, &map, sizeof map));
    answer("bpf(BPF_PROG_LOAD)", CALL(SYS_bpf, 5, &map, sizeof map));
}

static void perf(char **arguments)
{
    UNUSED(arguments);
    struct perf_event_attr event = { .type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_CPU_CLOCK };
    answer("perf_event_open", CALL(SYS_perf_event_open, &event, 0, -1, -1, 0));
}

static void userfaultfd(char **arguments)
{
    UNUSED(arguments);
    answer("userfaultfd", CALL(SYS_userfaultfd, O_CLOEXEC | 1));
}

static void fanotify(char **arguments)
{
    UNUSED(arguments);
    answer("fanotify_init", CALL(SYS_fanotify_init, 0x200, O_RDONLY));
    answer("fanotify_mark", CALL(SYS_fanotify_mark, -1, 1, 1, AT_FDCWD, "/"));
}

static void keyrings(char **arguments)
{
    UNUSED(arguments);
    answer("add_key", CALL(SYS_add_key, "user", "agent-sandbox", "x", 1, KEY_SPEC_PROCESS_KEYRING));
    answer("request_key", CALL(SYS_request_key, "user", "agent-sandbox", NULL, KEY_SPEC_PROCESS_KEYRING));
    answer("keyctl(KEYCTL_JOIN_SESSION_KEYRING)", CALL(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));
    answer("keyctl(KEYCTL_READ)", CALL(SYS_keyctl, KEYCTL_READ, KEY_SPEC_SESSION_KEYRING, NULL, 0));
}

static void modules(char **arguments)
{
    UNUSED(arguments);
    answer("init_module", CALL(SYS_init_module, "", 0, ""));
    answer("finit_module", CALL(SYS_finit_module, -1, "", 0));
    answer("delete_module", CALL(SYS_delete_module, "no-such-module", O_NONBLOCK));
    answer("kexec_load", CALL(SYS_kexec_load, 0, 0, NULL, 0));
    answer("kexec_file_load", CALL(SYS_kexec_file_load, -1, -1, 0, "", 0));
}

static void clocks(char **arguments)
{
    UNUSED(arguments);
    struct timex tick = { .modes = ADJ_TICK, .tick = 10000 };
    answer("settimeofday", CALL(SYS_settimeofday, NULL, NULL));
    answer("clock_settime", CALL(SYS_clock_settime, CLOCK_REALTIME, NULL));
    answer("adjtimex", CALL(SYS_adjtimex, &tick));
    answer("clock_adjtime", CALL(SYS_clock_adjtime, CLOCK_REALTIME, &tick));
}

static void machine(char **arguments)
{
    UNUSED(arguments);
    answer("reboot", CALL(SYS_reboot, REBOOT_MAGIC1, REBOOT_MAGIC2, REBOOT_CAD_OFF, NULL));
    answer("swapon", CALL(SYS_swapon, "/tmp", 0));
    answer("swapoff", CALL(SYS_swapoff, "/tmp"));
    answer("acct", CALL(SYS_acct, "/tmp"));
    answer("syslog", CALL(SYS_syslog, 3, NULL, 0));
    answer("sethostname", CALL(SYS_sethostname, "jail", 4));
    answer("setdomainname", CALL(SYS_setdomainname, "jail", 4));
    answer("quotactl", CALL(SYS_quotactl, 0x80000700, NULL, 0, NULL));
    answer("vhangup", CALL(SYS_vhangup));
    answer("iopl", CALL(SYS_iopl, 3));
    answer("ioperm", CALL(SYS_ioperm, 0x80, 1, 1));
    answer("modify_ldt", CALL(SYS_modify_ldt, 0, NULL, 0));
    answer("sync", CALL(SYS_sync));
}

static void removed_calls(char **arguments)
{
    UNUSED(arguments);
    answer("lookup_dcookie", CALL(SYS_lookup_dcookie, 0, NULL, 0));
    answer("nfsservctl", CALL(SYS_nfsservctl, 0, NULL, NULL));
    answer("uselib", CALL(SYS_uselib, "/tmp"));
    answer("remap_file_pages", CALL(SYS_remap_file_pages, 0, 0, 0, 0, 0));
}

static void personas(char **arguments)
{
    UNUSED(arguments);
    answer("personality(READ_IMPLIES_EXEC)", CALL(SYS_personality, READ_IMPLIES_EXEC));
    answer("personality(ADDR_NO_RANDOMIZE)", CALL(SYS_personality, ADDR_NO_RANDOMIZE));
    answer("personality(PER_LINUX32)", CALL(SYS_personality, PER_LINUX32));
    answer("personality(MMAP_PAGE_ZERO)", CALL(SYS_personality, MMAP_PAGE_ZERO));
}

static struct sock_filter allow_all[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
static struct sock_fprog allow_program = { .len = COUNT(allow_all), .filter = allow_all };

static void seccomp_listener(char **arguments)
{
    UNUSED(arguments);
    answer("seccomp(NEW_LISTENER)", CALL(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &allow_program));
    answer("seccomp(NEW_LISTENER) with high bits", CALL(SYS_seccomp, SECCOMP_SET_MODE_FILTER, (1L << 40) | SECCOMP_FILTER_FLAG_NEW_LISTENER, &allow_program));
}

static void seccomp_loosen(char **arguments)
{
    UNUSED(arguments);
    long installed = CALL(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &allow_program, 0, 0);
    answer(installed == 0 ? "mount, after a filter that allows all" : "mount", CALL(SYS_mount, "none", "/tmp", "tmpfs", 0, NULL));
    answer("unshare, after a filter that allows all", CALL(SYS_unshare, 0x10000000));
}

static void prctl_options(char **arguments)
{
    UNUSED(arguments);
    answer("PR_SET_MM", CALL(SYS_prctl, PR_SET_MM, PR_SET_MM_BRK, 0, 0, 0));
    answer("PR_SET_SECUREBITS", CALL(SYS_prctl, PR_SET_SECUREBITS, 0, 0, 0, 0));
    answer("PR_SET_KEEPCAPS", CALL(SYS_prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0));
    answer("PR_CAP_AMBIENT_RAISE", CALL(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
    answer("PR_CAPBSET_DROP", CALL(SYS_prctl, PR_CAPBSET_DROP, 0, 0, 0, 0));
    answer("PR_SET_PTRACER", CALL(SYS_prctl, PR_SET_PTRACER, -1, 0, 0, 0));
    answer("PR_SET_TSC", CALL(SYS_prctl, PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0));
    answer("PR_SET_SPECULATION_CTRL", CALL(SYS_prctl, PR_SET_SPECULATION_CTRL, 0, 2, 0, 0));
    answer("PR_SET_SYSCALL_USER_DISPATCH", CALL(SYS_prctl, 59, 1, 0, 0, 0));
    answer("PR_SCHED_CORE", CALL(SYS_prctl, 62, 1, 1, 0, 0));
    answer("PR_SET_MM with high bits", CALL(SYS_prctl, (1L << 40) | PR_SET_MM, PR_SET_MM_BRK, 0, 0, 0));
}

static void numa(char **arguments)
{
    UNUSED(arguments);
    answer("move_pages of PID 1", CALL(SYS_move_pages, 1, 0, NULL, NULL, NULL, 0));
    answer("migrate_pages of PID 1", CALL(SYS_migrate_pages, 1, 0, NULL, NULL));
    answer("mbind", CALL(SYS_mbind, 0, 0, 0, NULL, 0, 0));
    answer("set_mempolicy", CALL(SYS_set_mempolicy, 0, NULL, 0));
    answer("set_mempolicy_home_node", CALL(NR_set_mempolicy_home_node, 0, 0, 0, 0));
}

static void secret_memory(char **arguments)
{
    UNUSED(arguments);
    answer("memfd_secret", CALL(NR_memfd_secret, 0));
}

static void splices(char **arguments)
{
    UNUSED(arguments);
    int pipes[2];
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0 || file < 0) {
        unable("no pipe");
    }
    static char page[4096];
    struct { void *base; size_t length; } vector = { page, sizeof page };
    answer("tee", CALL(SYS_tee, pipes[0], pipes[1], 1, 0));
    answer("vmsplice", CALL(SYS_vmsplice, pipes[1], &vector, 1, 0));
}

/* Pages of the page cache in a pipe are what such bugs are made of, and sendfile(2) to a pipe puts them there as splice(2) does. */
static void page_cache_pipe(char **arguments)
{
    UNUSED(arguments);
    int pipes[2];
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0 || file < 0) {
        unable("no pipe");
    }
    answer_as("splice", CALL(SYS_splice, file, NULL, pipes[1], NULL, 4096, 0), "EPERM");
    answer_as("sendfile", CALL(SYS_sendfile, pipes[1], file, NULL, 4096), "EINVAL");
}

const struct attack kernel_attacks[] = {
    { "file-handles", file_handles }, { "bpf", bpf }, { "perf", perf }, { "userfaultfd", userfaultfd }, { "fanotify", fanotify }, { "keyrings", keyrings },
    { "kernel-modules", modules }, { "set-clocks", clocks }, { "run-the-machine", machine }, { "removed-calls", removed_calls }, { "personality", personas },
    { "seccomp-listener", seccomp_listener }, { "seccomp-loosen", seccomp_loosen }, { "prctl-options", prctl_options }, { "numa", numa },
    { "secret-memory", secret_memory }, { "splice-family", splices }, { "page-cache-pipe", page_cache_pipe }, { NULL, NULL },
};

/* Every system call with arguments of every kind, for a while: answers other than the usual refusals are printed, for the tests to compare with the filter's. */
#include <sys/mman.h>
#include <time.h>
#include "attack.h"

enum { NUMBERS = 512, KEPT = 32, CALLS = 500, X32 = 0x40000000 };

struct passed {
    unsigned count;
    long calls[KEPT][8]; /* number, arguments and answer */
};

static struct passed *passed; /* by number, then by number in the x32 ABI; shared with the children */
static char scratch[4][4096];
static unsigned long state;

/* xorshift64 */
static unsigned long any(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static long argument(void)
{
    static const long known[] = { 0, 1, -1, 2, 4096, 0x7fffffff, -0x7fffffff - 1, 0xffffffff, 0x10000000, 0x02000000, 0x00020000, O_CREAT | O_RDWR, AT_FDCWD };
    switch (any() % 6) {
    case 0: return known[any() % COUNT(known)];
    case 1: return (long)(any() % 64);
    case 2: return 1L << (any() % 64);
    case 3: return (long)any();
    default: return (long)(scratch[any() % COUNT(scratch)] + (any() % 8 ? 0 : any() % 4096));
    }
}

/* What ends or stops the child, and what reaches its parent, who counts: other attacks make these calls. */
static bool ends_us(long number)
{
    static const long those[] = {
        SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_pause, SYS_rt_sigsuspend, SYS_vfork,
        SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_prlimit64,
    };
    for (size_t i = 0; i < COUNT(those); i++) {
        if (number == those[i]) {
            return true;
        }
    }
    return false;
}

static void keep(size_t place, const long *call)
{
    struct passed *those = passed + place;
    unsigned count = those->count;
    if (count < KEPT) {
        memcpy(those->calls[count], call, sizeof those->calls[count]);
        those->count = count + 1;
    }
}

static void call_at_random(void)
{
    static const char *const paths[] = { "/proc/self/mem", "/etc/passwd", "/dev/null", "/proc/1/root", "..", "/tmp/fuzz" };
    alarm(2);
    close_range(0, ~0U, 0); /* our parent's are not written to */
    for (int fd = 0; fd < 3; fd++) {
        open("/dev/null", O_RDWR);
    }
    setsid();
    for (int i = 0; i < CALLS; i++) {
        for (size_t page = 0; page < COUNT(scratch); page++) {
            for (size_t at = 0; at < sizeof scratch[page]; at += sizeof(long)) {
                *(long *)(scratch[page] + at) = any() % 3 ? (long)(any() % 16) : argument();
            }
        }
        strcpy(scratch[any() % COUNT(scratch)], paths[any() % COUNT(paths)]);
        size_t place = any() % (2 * NUMBERS);
        long number = (long)(place % NUMBERS) | (place < NUMBERS ? 0 : X32);
        if (ends_us(number)) {
            continue;
        }
        long call[] = { number, argument(), argument(), argument(), argument(), argument(), argument(), 0 };
        pid_t we = getpid();
        call[7] = call6(call[0], call[1], call[2], call[3], call[4], call[5], call[6]);
        if (getpid() != we) {
            _exit(0); /* it was a fork */
        }
        if (call[7] != -EPERM && call[7] != -ENOSYS) {
            keep(place, call);
        }
    }
    _exit(0);
}

/* fuzz SECONDS SEED */
static void fuzz(char **arguments)
{
    if (!arguments[0] || !arguments[1]) {
        unable("fuzz SECONDS SEED");
    }
    passed = mmap(NULL, 2 * NUMBERS * sizeof *passed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (passed == MAP_FAILED) {
        unable("mmap");
    }
    unsigned long seed = strtoul(arguments[1], NULL, 10);
    time_t end = time(NULL) + atol(arguments[0]);
    while (time(NULL) < end) {
        state = ++seed * 0x9e3779b97f4a7c15UL;
        pid_t child = fork();
        if (child == 0) {
            call_at_random();
        }
        /* a child may have stopped, blocked its alarm or made others wait: it gets three seconds */
        for (int waited = 0; child > 0 && waitpid(child, NULL, WNOHANG) == 0; waited++) {
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
            if (waited > 3000) {
                kill(child, SIGKILL);
            }
        }
    }
    for (size_t place = 0; place < 2 * NUMBERS; place++) {
        for (unsigned i = 0; i < passed[place].count && i < KEPT; i++) {
            const long *call = passed[place].calls[i];
            printf("%lx %lx %lx %lx %lx %lx %lx %lx\n", call[0], call[1], call[2], call[3], call[4], call[5], call[6], call[7]);
        }
    }
}

const struct attack fuzzing[] = { { "fuzz", fuzz }, { NULL, NULL } };

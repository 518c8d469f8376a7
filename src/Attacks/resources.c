/* Bombs: each stops by itself long before it could harm a machine on which the limit does not hold. */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include "attack.h"

enum { MostForks = 20000, MostSeconds = 5 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void check_bound(const char *what, int made, const char *most, int error)
{
    int bound = most ? atoi(most) : 0;
    must(made <= bound && error == EAGAIN, "%d %s of at most %d, then %s", made, what, bound, error ? strerrorname_np(error) : "no refusal");
}

/* The children wait for the end of a pipe, so that all go when this process does. */
static void fork_bomb(char **arguments)
{
    int pipes[2];
    if (pipe(pipes) != 0) {
        unable("no pipe");
    }
    double end = now() + MostSeconds;
    int made = 0, error = 0;
    while (made < MostForks && now() < end) {
        pid_t child = fork();
        if (child < 0) {
            error = errno;
            break;
        }
        if (child == 0) {
            char nothing;
            close(pipes[1]);
            _exit((int)read(pipes[0], &nothing, 1));
        }
        made++;
    }
    close(pipes[1]);
    while (wait(NULL) > 0) {
    }
    check_bound("forks", made, arguments[0], error);
}

static void *rest(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

static void thread_bomb(char **arguments)
{
    static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 16384);
    pthread_mutex_lock(&gate);
    double end = now() + MostSeconds;
    int made = 0, error = 0;
    pthread_t thread;
    while (made < MostForks && now() < end && (error = pthread_create(&thread, &small, rest, &gate)) == 0) {
        made++;
    }
    pthread_mutex_unlock(&gate);
    check_bound("threads", made, arguments[0], error);
}

static void fill_bytes(char **arguments)
{
    enum { MostMegabytes = 1024 };
    static char megabyte[1 << 20];
    const char *path = arguments[0] ? arguments[0] : "/dev/shm/fill";
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600), written = 0;
    memset(megabyte, 'x', sizeof megabyte);
    long result = 0;
    while (written < MostMegabytes && (result = CALL(SYS_write, fd, megabyte, sizeof megabyte)) > 0) {
        written++;
    }
    unlink(path);
    answer("write", result);
}

static void fill_inodes(char **arguments)
{
    enum { MostFiles = 200000 };
    UNUSED(arguments);
    char path[64];
    long result = 0;
    int made = 0;
    mkdir("/dev/shm/many", 0700);
    while (made < MostFiles) {
        snprintf(path, sizeof path, "/dev/shm/many/%d", made);
        result = CALL(SYS_mknodat, AT_FDCWD, path, S_IFREG | 0600, 0);
        if (result == -EPERM) { /* strict has no mknod */
            result = try_open(path, O_CREAT | O_WRONLY, 0600);
        }
        if (result < 0) {
            break;
        }
        made++;
    }
    for (int i = 0; i < made; i++) {
        snprintf(path, sizeof path, "/dev/shm/many/%d", i);
        unlink(path);
    }
    rmdir("/dev/shm/many");
    answer("a file more", result);
}

static void sparse_file(char **arguments)
{
    UNUSED(arguments);
    signal(SIGXFSZ, SIG_IGN);
    int fd = open("/tmp/sparse", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    answer("ftruncate to 1 TiB", CALL(SYS_ftruncate, fd, 1L << 40));
    answer_as("fallocate of 1 TiB", CALL(SYS_fallocate, fd, 0, 0, 1L << 40), "EFBIG,ENOSPC");
    unlink("/tmp/sparse");
}

static void open_file_bomb(char **arguments)
{
    int opened = 3, most = arguments[0] ? atoi(arguments[0]) : 1024;
    while (opened <= most && dup(0) >= 0) {
        opened++;
    }
    must(opened <= most && errno == EMFILE, "%d fds, then %s", opened, strerrorname_np(errno));
}

static void lock_memory(char **arguments)
{
    UNUSED(arguments);
    enum { Size = 64 << 20 };
    void *memory = mmap(NULL, Size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    answer("mlock of 64 MiB", CALL(SYS_mlock, memory, Size));
    answer("mlock2 of 64 MiB", CALL(SYS_mlock2, memory, Size, 1));
}

/* Huge pages come from one pool of the host's, which only a controller that most hosts lack would share out. */
static void huge_pages(char **arguments)
{
    UNUSED(arguments);
    enum { Size = 2 << 20 };
    answer("mmap(MAP_HUGETLB)", CALL(SYS_mmap, NULL, Size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0));
    long fd = CALL(SYS_memfd_create, "huge", MFD_HUGETLB);
    answer_as("memfd_create(MFD_HUGETLB)", fd < 0 ? fd : CALL(SYS_mmap, NULL, Size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "EPERM,ENOSYS,ENOMEM,EINVAL");
}

/* Ten thousand directories one in the other, and names that tools trip over; the jail must end all the same. */
static void deep_tree(char **arguments)
{
    UNUSED(arguments);
    enum { Depth = 10000 };
    int depth = 0;
    if (chdir("/workspace") != 0) {
        unable("there is no /workspace");
    }
    static const char *const names[] = { "with\nnewline", "\xff\xfe not text", "-rf", "  ", "*" };
    for (size_t i = 0; i < COUNT(names); i++) {
        close(open(names[i], O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    }
    while (depth < Depth && mkdir("d", 0700) == 0 && chdir("d") == 0) {
        depth++;
    }
    must(depth == Depth, "%d directories deep", depth);
}

/* A fork that waits for room; false if there is none for ten seconds. */
static bool fork_when_possible(pid_t *child)
{
    for (int waited = 0; (*child = fork()) < 0 && errno == EAGAIN && waited < 10000; waited++) {
        usleep(1000);
    }
    return *child >= 0;
}

/* zombies COUNT: so many processes that end at once, a hundred at a time of one parent that does not wait for them. Who inherits them has to. */
static void zombies(char **arguments)
{
    enum { Siblings = 100 };
    long made = 0, count = arguments[0] ? atol(arguments[0]) : Siblings;
    int status = 0;
    while (made < count && status == 0) {
        pid_t parent, child;
        if (!fork_when_possible(&parent)) {
            break;
        }
        if (parent == 0) {
            for (int i = 0; i < Siblings; i++) {
                if (!fork_when_possible(&child)) {
                    _exit(1);
                }
                if (child == 0) {
                    _exit(0);
                }
            }
            _exit(0);
        }
        reap(parent, &status);
        made += Siblings;
    }
    must(made >= count && status == 0, "%ld processes left to init", made);
}

/* Does what it can to outlive its time: a session of its own, orphans, no signal that it listens to, stopped. Prints when it is ready. */
static void linger(char **arguments)
{
    UNUSED(arguments);
    for (int number = 1; number < 65; number++) {
        signal(number, SIG_IGN);
    }
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            printf("ready\n");
            fflush(stdout);
            for (;;) {
                sleep(1000);
            }
        }
        _exit(0);
    }
    raise(SIGSTOP);
    for (;;) {
        sleep(1000);
    }
}

const struct attack resource_attacks[] = {
    { "fork-bomb", fork_bomb }, { "thread-bomb", thread_bomb }, { "fill-bytes", fill_bytes }, { "fill-inodes", fill_inodes }, { "sparse-file", sparse_file },
    { "open-file-bomb", open_file_bomb }, { "lock-memory", lock_memory }, { "huge-pages", huge_pages }, { "deep-tree", deep_tree }, { "zombies", zombies }, { "linger", linger },
    { NULL, NULL },
};

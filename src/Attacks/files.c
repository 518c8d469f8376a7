/* Files of the host that must not be there, programs that must not start, and ways around a path. */
#include <dirent.h>
#include <sys/mman.h>
#include "attack.h"

static void each(const char *const *paths, size_t count, int flags)
{
    for (size_t i = 0; i < count; i++) {
        answer(paths[i], try_open(paths[i], flags, 0));
    }
}

static void host_files(char **arguments)
{
    static const char *const files[] = {
        "/etc/shadow", "/etc/sudoers", "/etc/ssh", "/root", "/root/.ssh/id_rsa", "/home", "/var", "/var/run/docker.sock", "/run", "/run/docker.sock",
        "/run/agent-sandboxd", "/run/agent-sandboxd/api.sock", "/run/systemd/private", "/run/dbus/system_bus_socket", "/boot", "/mnt", "/srv", "/work",
        "/.dockerenv", "/initrd.img",
    };
    each(files, COUNT(files), O_RDONLY);
    for (char **path = arguments; *path != NULL; path++) {
        answer("a file of the host's", try_open(*path, O_RDONLY, 0));
    }
}

static void sys_files(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = { "/sys", "/sys/kernel/uevent_helper", "/sys/fs/cgroup", "/sys/fs/cgroup/cgroup.procs", "/sys/kernel/debug", "/sys/firmware" };
    each(files, COUNT(files), O_RDWR);
    each(files, COUNT(files), O_RDONLY);
}

static void device_files(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = {
        "/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/uinput", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/loop0",
        "/dev/loop-control", "/dev/net/tun", "/dev/mapper/control", "/dev/userfaultfd", "/dev/cpu/0/msr", "/dev/input/event0", "/dev/vhost-net",
        "/dev/vsock", "/dev/console", "/dev/tty0", "/dev/tty1", "/dev/hugepages", "/dev/mqueue",
    };
    each(files, COUNT(files), O_RDWR);
}

static void device_list(char **arguments)
{
    DIR *directory = opendir("/dev");
    struct dirent *entry;
    int count = 0;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        bool declared = entry->d_name[0] == '.';
        for (char **name = arguments; *name != NULL; name++) {
            declared |= strcmp(*name, entry->d_name) == 0;
        }
        count++;
        if (!declared) {
            must(false, "/dev/%s is not the profile's", entry->d_name);
        }
    }
    must(count > 4, "%d names, all the profile's", count - 2);
}

/* Above the root there is nothing. */
static void above_root(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = { "/../etc/shadow", "/../../../../../../etc/shadow", "/proc/self/root/../etc/shadow", "/proc/self/cwd/../../../etc/shadow", "/tmp/../../etc/shadow" };
    each(files, COUNT(files), O_RDONLY);
    long root = CALL(SYS_openat, AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
    answer("openat(root, ../etc/shadow)", CALL(SYS_openat, root, "../etc/shadow", O_RDONLY, 0));
    struct stat here = { 0 }, above = { 0 };
    must(CALL(SYS_fchdir, root) == 0 && chdir("..") == 0 && stat(".", &here) == 0 && stat("/", &above) == 0 && here.st_ino == above.st_ino, "/.. is /");
}

/* An fd that was left open would be a way out: none leads to a directory. */
static void fd_directories(char **arguments)
{
    UNUSED(arguments);
    int found = 0;
    for (int fd = 0; fd < 1024; fd++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d/..", fd);
        found += CALL(SYS_chdir, path) == 0;
        found += CALL(SYS_fchdir, fd) == 0;
    }
    must(found == 0, "%d fds lead to a directory", found);
}

static long try_exec(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        char *command[] = { (char *)path, "nothing", NULL };
        _exit((int)-CALL(SYS_execve, path, command, command + 2));
    }
    int status = 0;
    reap(child, &status);
    return WIFEXITED(status) && WEXITSTATUS(status) != 2 ? -(long)WEXITSTATUS(status) : 0; /* 2: it ran, and knows no such attack */
}

/* A file that this program wrote, a copy of itself. */
static int copy_self(const char *path)
{
    static char bytes[65536];
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), to = open(path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0700);
    ssize_t count;
    while (from >= 0 && to >= 0 && (count = read(from, bytes, sizeof bytes)) > 0) {
        if (write(to, bytes, (size_t)count) != count) {
            unable("a copy of the program cannot be written");
        }
    }
    close(from);
    return to;
}

static void exec_written(char **arguments)
{
    UNUSED(arguments);
    static const char *const places[] = { "/tmp/copy", "/workspace/copy", "/dev/shm/copy" };
    for (size_t i = 0; i < COUNT(places); i++) {
        close(copy_self(places[i]));
        answer(places[i], try_exec(places[i]));
        unlink(places[i]);
    }
}

static void map_written(char **arguments)
{
    UNUSED(arguments);
    int fd = copy_self("/workspace/library");
    answer("mmap(PROT_EXEC)", CALL(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0));
    long address = CALL(SYS_mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    answer_as("mprotect(PROT_EXEC)", CALL(SYS_mprotect, address, 4096, PROT_READ | PROT_EXEC), "EACCES,EPERM");
    unlink("/workspace/library");
}

static void exec_memory(char **arguments)
{
    UNUSED(arguments);
    answer("memfd_create", CALL(SYS_memfd_create, "program", 0));
    answer("execveat(AT_EMPTY_PATH)", CALL(SYS_execveat, 0, "", NULL, NULL, AT_EMPTY_PATH));
}

/* Where programs may start from memory, they are under the same confinement. */
static void exec_memory_confined(char **arguments)
{
    UNUSED(arguments);
    int memory = (int)CALL(SYS_memfd_create, "program", 0), from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    static char bytes[65536];
    ssize_t count;
    while ((count = read(from, bytes, sizeof bytes)) > 0 && write(memory, bytes, (size_t)count) == count) {
    }
    char *command[] = { "memory", "status", NULL };
    answer_as("execveat", CALL(SYS_execveat, memory, "", command, command + 2, AT_EMPTY_PATH), "it must not return");
}

/* Executable by its mode, and by no rule of Landlock's. */
static void exec_unlisted(char **arguments)
{
    UNUSED(arguments);
    answer("/etc/landlock-probe", try_exec("/etc/landlock-probe"));
}

static void locks(char **arguments)
{
    UNUSED(arguments);
    int fd = open("/usr", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
    answer("flock", CALL(SYS_flock, fd, 1));
    answer("F_SETLK", CALL(SYS_fcntl, fd, F_SETLK, &lock));
    answer("F_OFD_SETLK", CALL(SYS_fcntl, fd, F_OFD_SETLK, &lock));
    answer("F_SETLEASE", CALL(SYS_fcntl, fd, F_SETLEASE, F_RDLCK));
    answer("F_NOTIFY", CALL(SYS_fcntl, fd, F_NOTIFY, 1));
}

const struct attack file_attacks[] = {
    { "host-files", host_files }, { "sys-files", sys_files }, { "device-files", device_files }, { "device-list", device_list }, { "above-root", above_root },
    { "fd-directories", fd_directories }, { "exec-written", exec_written }, { "map-written", map_written }, { "exec-memory", exec_memory },
    { "exec-memory-confined", exec_memory_confined }, { "exec-unlisted", exec_unlisted }, { "file-locks", locks }, { NULL, NULL },
};

/* Namespaces of one's own, those of others, and mounts: where most escapes begin. */
#include <linux/mount.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include "attack.h"

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#define NR_statmount 457
#define NR_listmount 458
#define NR_open_tree_attr 467

static const struct { const char *name; long flag; } kinds[] = {
    { "user", CLONE_NEWUSER }, { "mnt", CLONE_NEWNS }, { "pid", CLONE_NEWPID }, { "net", CLONE_NEWNET },
    { "ipc", CLONE_NEWIPC }, { "uts", CLONE_NEWUTS }, { "cgroup", CLONE_NEWCGROUP },
};

static void clone_namespaces(char **arguments)
{
    UNUSED(arguments);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        long pid = CALL(SYS_clone, kinds[i].flag | SIGCHLD, 0, 0, 0, 0);
        if (pid == 0) {
            _exit(0);
        }
        answer(kinds[i].name, pid);
    }
    pid_t child = fork();
    if (child == 0) {
        _exit(7);
    }
    int status = 0;
    must(reap(child, &status) && WEXITSTATUS(status) == 7, "an ordinary fork works");
}

static void unshare_user(char **arguments)
{
    UNUSED(arguments);
    answer("unshare(CLONE_NEWUSER)", CALL(SYS_unshare, CLONE_NEWUSER));
}

static void unshare_others(char **arguments)
{
    UNUSED(arguments);
    for (size_t i = 1; i < COUNT(kinds); i++) {
        answer(kinds[i].name, CALL(SYS_unshare, kinds[i].flag));
        answer(kinds[i].name, CALL(SYS_unshare, kinds[i].flag | CLONE_NEWUSER));
    }
    answer("time", CALL(SYS_unshare, CLONE_NEWTIME));
}

static void set_namespace(char **arguments)
{
    UNUSED(arguments);
    answer("setns(-1)", CALL(SYS_setns, -1, 0));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i].name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        answer(path, CALL(SYS_setns, fd, kinds[i].flag));
        close(fd);
    }
    long pidfd = CALL(SYS_pidfd_open, 1, 0);
    answer("setns(pidfd of PID 1)", CALL(SYS_setns, pidfd, CLONE_NEWNS | CLONE_NEWUSER));
}

/* A file of a namespace leads to its owner: the host's user namespace must stay out of reach. */
static void namespace_owner(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = { "/proc/self/ns/mnt", "/proc/self/ns/net", "/proc/self/ns/user" };
    for (size_t i = 0; i < COUNT(files); i++) {
        int fd = open(files[i], O_RDONLY | O_CLOEXEC);
        answer(files[i], CALL(SYS_ioctl, fd, NS_GET_USERNS, 0));
        close(fd);
    }
    static const char *const nested[] = { "/proc/self/ns/pid", "/proc/self/ns/user" };
    for (size_t i = 0; i < COUNT(nested); i++) {
        int fd = open(nested[i], O_RDONLY | O_CLOEXEC);
        answer(nested[i], CALL(SYS_ioctl, fd, NS_GET_PARENT, 0));
        close(fd);
    }
}

static void classic_mount(char **arguments)
{
    UNUSED(arguments);
    answer("mount(tmpfs)", CALL(SYS_mount, "none", "/tmp", "tmpfs", 0, NULL));
    answer("mount(proc)", CALL(SYS_mount, "none", "/tmp", "proc", 0, NULL));
    answer("mount(MS_BIND)", CALL(SYS_mount, "/usr", "/tmp", NULL, 4096, NULL));
    answer("mount(MS_REMOUNT)", CALL(SYS_mount, NULL, "/", NULL, 32, NULL));
    answer("mount(MS_MOVE)", CALL(SYS_mount, "/tmp", "/usr", NULL, 8192, NULL));
}

static void unmount(char **arguments)
{
    UNUSED(arguments);
    answer("umount2(/proc/sys)", CALL(SYS_umount2, "/proc/sys", 0));
    answer("umount2(/dev, MNT_DETACH)", CALL(SYS_umount2, "/dev", 2));
}

static void mount_api(char **arguments)
{
    UNUSED(arguments);
    struct mount_attr nothing = { .attr_clr = MOUNT_ATTR_RDONLY };
    answer("fsopen", CALL(SYS_fsopen, "tmpfs", 0));
    answer("fsconfig", CALL(SYS_fsconfig, -1, 6, NULL, NULL, 0));
    answer("fsmount", CALL(SYS_fsmount, -1, 0, 0));
    answer("fspick", CALL(SYS_fspick, AT_FDCWD, "/", 0));
    answer("open_tree", CALL(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE));
    answer("open_tree_attr", CALL(NR_open_tree_attr, AT_FDCWD, "/", OPEN_TREE_CLONE, &nothing, sizeof nothing));
    answer("move_mount", CALL(SYS_move_mount, AT_FDCWD, "/tmp", AT_FDCWD, "/usr", 0));
    answer("mount_setattr", CALL(SYS_mount_setattr, AT_FDCWD, "/usr", 0, &nothing, sizeof nothing));
}

static void other_roots(char **arguments)
{
    UNUSED(arguments);
    answer("chroot", CALL(SYS_chroot, "/tmp"));
    answer("pivot_root", CALL(SYS_pivot_root, ".", "."));
}

static void mount_lists(char **arguments)
{
    UNUSED(arguments);
    uint64_t request[4] = { 24, 0xffffffffffffffffUL, 0, 0 }, found[8];
    answer("listmount", CALL(NR_listmount, request, found, COUNT(found), 0));
    answer("statmount", CALL(NR_statmount, request, found, sizeof found, 0));
}

static void maps(char **arguments)
{
    UNUSED(arguments);
    static const struct { const char *path, *text; } writes[] = {
        { "/proc/self/uid_map", "0 0 1\n" }, { "/proc/self/gid_map", "0 0 1\n" }, { "/proc/self/setgroups", "allow\n" }, { "/proc/1/uid_map", "0 0 1\n" },
    };
    for (size_t i = 0; i < COUNT(writes); i++) {
        long fd = CALL(SYS_openat, AT_FDCWD, writes[i].path, O_WRONLY | O_CLOEXEC, 0);
        answer(writes[i].path, fd < 0 ? fd : CALL(SYS_write, fd, writes[i].text, strlen(writes[i].text)));
    }
}

const struct attack namespace_attacks[] = {
    { "clone-namespaces", clone_namespaces }, { "unshare-user", unshare_user }, { "unshare-others", unshare_others }, { "setns", set_namespace },
    { "namespace-owner", namespace_owner }, { "mount", classic_mount }, { "umount", unmount }, { "mount-api", mount_api }, { "other-roots", other_roots },
    { "mount-lists", mount_lists }, { "id-maps", maps }, { NULL, NULL },
};

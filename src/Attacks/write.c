/* Changes outside of the writable places, by every call that can make one. */
#include <sys/ioctl.h>
#include <sys/time.h>
#include "attack.h"

#define TMPFILE (020000000 | O_DIRECTORY)
#define FICLONE 0x40049409

static const char *const directories[] = { "/usr", "/etc", "/", "/dev", "/usr/lib" };

static void make_files(char **arguments)
{
    UNUSED(arguments);
    for (size_t i = 0; i < COUNT(directories); i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/made-by-attack", directories[i]);
        answer(path, try_open(path, O_CREAT | O_WRONLY, 0600));
        answer(path, CALL(SYS_mkdir, path, 0700));
        answer(path, CALL(SYS_symlink, "/tmp", path));
        answer(path, CALL(SYS_mknodat, AT_FDCWD, path, S_IFIFO | 0600, 0));
    }
}

static void unnamed_files(char **arguments)
{
    UNUSED(arguments);
    for (size_t i = 0; i < COUNT(directories); i++) {
        answer(directories[i], try_open(directories[i], TMPFILE | O_RDWR, 0600));
    }
}

static void write_files(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = { "/usr/bin/env", "/etc/passwd", "/etc/hostname" };
    for (size_t i = 0; i < COUNT(files); i++) {
        answer(files[i], try_open(files[i], O_WRONLY, 0));
        answer(files[i], try_open(files[i], O_RDWR, 0));
        answer(files[i], try_open(files[i], O_RDONLY | O_TRUNC, 0));
        answer(files[i], CALL(SYS_truncate, files[i], 0));
    }
}

static void change_metadata(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = { "/usr/bin/env", "/etc/passwd", "/usr" };
    for (size_t i = 0; i < COUNT(files); i++) {
        answer(files[i], CALL(SYS_chmod, files[i], 0777));
        answer(files[i], CALL(SYS_utimensat, AT_FDCWD, files[i], NULL, 0));
    }
}

static void change_owner(char **arguments)
{
    UNUSED(arguments);
    answer("chown", CALL(SYS_chown, "/usr/bin/env", 1000, 1000));
    answer("lchown", CALL(SYS_lchown, "/etc/passwd", 1000, 1000));
    answer("setxattr", CALL(SYS_setxattr, "/usr/bin/env", "user.x", "1", 1, 0));
    answer("removexattr", CALL(SYS_removexattr, "/usr/bin/env", "user.x"));
}

static void remove_files(char **arguments)
{
    UNUSED(arguments);
    answer("unlink", CALL(SYS_unlink, "/usr/bin/env"));
    answer("unlink", CALL(SYS_unlink, "/etc/passwd"));
    answer("rmdir", CALL(SYS_rmdir, "/etc/ssl"));
    answer("rename within", CALL(SYS_rename, "/usr/bin/env", "/usr/bin/env-attacked"));
}

/* From one tree into the other, both ways. */
static void cross_boundary(char **arguments)
{
    UNUSED(arguments);
    close(open("/tmp/mine", O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    answer("rename into /usr", CALL(SYS_rename, "/tmp/mine", "/usr/mine"));
    answer("rename into /", CALL(SYS_rename, "/tmp/mine", "/mine"));
    answer("rename out of /usr", CALL(SYS_rename, "/usr/bin/env", "/tmp/env"));
    answer("exchange with /etc/passwd", CALL(SYS_renameat2, AT_FDCWD, "/tmp/mine", AT_FDCWD, "/etc/passwd", 2));
    answer("link into /etc", CALL(SYS_link, "/tmp/mine", "/etc/mine"));
    answer("link out of /usr", CALL(SYS_link, "/usr/bin/env", "/tmp/env"));
    answer("link out of /etc", CALL(SYS_linkat, AT_FDCWD, "/etc/passwd", AT_FDCWD, "/workspace/passwd", 0));
    answer("link through /proc/self/fd", CALL(SYS_linkat, AT_FDCWD, "/proc/self/exe", AT_FDCWD, "/tmp/exe", 0x400));
    unlink("/tmp/mine");
}

/* The same file by other names gets the same answer. */
static void aliases(char **arguments)
{
    UNUSED(arguments);
    static const char *const files[] = {
        "/usr/bin/env", "//usr//bin/env", "/usr/./bin/../bin/env", "/tmp/../usr/bin/env", "/bin/env", "/proc/self/root/usr/bin/env", "/proc/self/cwd/../usr/bin/env",
        "/proc/thread-self/root/usr/bin/env", "/dev/fd/../root/usr/bin/env",
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        answer(files[i], try_open(files[i], O_WRONLY, 0));
    }
}

/* What was bound read-only, and holds a file and a FIFO that anyone may write by their modes. */
static void bound_files(char **arguments)
{
    if (arguments[0] == NULL || chdir(arguments[0]) != 0) {
        unable("no read-only bind was given");
    }
    answer("a world-writable file", try_open("file", O_WRONLY, 0));
    answer("a world-writable file, O_TRUNC", try_open("file", O_RDONLY | O_TRUNC, 0));
    answer_as("a FIFO", try_open("fifo", O_RDWR | O_NONBLOCK, 0), "EACCES"); /* no mount is read-only to a FIFO: Landlock answers */
    answer_as("a new file", try_open("made-by-attack", O_CREAT | O_WRONLY, 0600), "EROFS,EACCES");
    answer_as("chmod", CALL(SYS_chmod, "file", 0777), "EROFS");
}

static void clone_file(char **arguments)
{
    UNUSED(arguments);
    int from = open("/usr/bin/env", O_RDONLY | O_CLOEXEC), to = open("/tmp/clone", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    answer("FICLONE", CALL(SYS_ioctl, to, FICLONE, from));
    unlink("/tmp/clone");
}

const struct attack write_attacks[] = {
    { "make-files", make_files }, { "unnamed-files", unnamed_files }, { "write-files", write_files }, { "change-metadata", change_metadata },
    { "change-owner", change_owner }, { "remove-files", remove_files }, { "cross-boundary", cross_boundary }, { "aliases", aliases },
    { "bound-files", bound_files }, { "clone-file", clone_file }, { NULL, NULL },
};

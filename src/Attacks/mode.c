/* Files that carry privilege: setuid and setgid bits by every call that can set them, and device nodes. */
#include <sys/sysmacros.h>
#include "attack.h"

#define NR_fchmodat2 452
#define MADE "/tmp/made"
#define TMPFILE (020000000 | O_DIRECTORY)

static void setuid_change(char **arguments)
{
    UNUSED(arguments);
    static const int bits[] = { 04755, 02755, 06777 };
    int fd = open(MADE, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        unable("no file can be made in /tmp");
    }
    for (size_t i = 0; i < COUNT(bits); i++) {
        answer("chmod", CALL(SYS_chmod, MADE, bits[i]));
        answer("fchmod", CALL(SYS_fchmod, fd, bits[i]));
        answer("fchmodat", CALL(SYS_fchmodat, AT_FDCWD, MADE, bits[i]));
        answer("fchmodat2", CALL(NR_fchmodat2, AT_FDCWD, MADE, bits[i], 0));
    }
    struct stat found;
    must(fstat(fd, &found) == 0 && !(found.st_mode & 06000), "mode %04o", found.st_mode & 07777);
    unlink(MADE);
}

static void setuid_create(char **arguments)
{
    UNUSED(arguments);
    answer("open(O_CREAT)", CALL(SYS_open, MADE, O_CREAT | O_RDWR, 04755));
    answer("openat(O_CREAT)", CALL(SYS_openat, AT_FDCWD, MADE, O_CREAT | O_RDWR, 02755));
    answer("creat", CALL(SYS_creat, MADE, 04755));
    answer("openat(O_TMPFILE)", CALL(SYS_openat, AT_FDCWD, "/tmp", TMPFILE | O_RDWR, 04755));
    answer("mknod(S_IFREG)", CALL(SYS_mknod, MADE, S_IFREG | 04755, 0));
    answer("mknodat(S_IFREG)", CALL(SYS_mknodat, AT_FDCWD, MADE, S_IFREG | 02755, 0));
    struct { uint64_t flags, mode, resolve; } how = { O_CREAT | O_RDWR, 04755, 0 };
    answer_as("openat2(O_CREAT)", CALL(SYS_openat2, AT_FDCWD, MADE, &how, sizeof how), "ENOSYS");
    struct stat found;
    must(stat(MADE, &found) != 0, "nothing was made");
}

/* The kernel itself drops the bits from what mkdir makes. */
static void setgid_directory(char **arguments)
{
    UNUSED(arguments);
    struct stat found = { 0 };
    CALL(SYS_mkdir, "/tmp/directory", 07777);
    bool there = stat("/tmp/directory", &found) == 0;
    must(there && !(found.st_mode & 06000), "mkdir gives mode %04o", found.st_mode & 07777);
    answer("chmod(02755) of a directory", CALL(SYS_chmod, "/tmp/directory", 02755));
    rmdir("/tmp/directory");
}

static void attributes(char **arguments)
{
    UNUSED(arguments);
    struct { uint64_t flags; uint32_t extent, extents, project, cow; uint8_t rest[16]; } xattr = { .flags = 0x10 };
    int fd = open(MADE, O_CREAT | O_RDWR | O_CLOEXEC, 0600), immutable = 0x10;
    answer("FS_IOC_SETFLAGS", CALL(SYS_ioctl, fd, 0x40086602, &immutable));
    answer("FS_IOC_SETFLAGS with high bits", CALL(SYS_ioctl, fd, 0x7000000040086602, &immutable));
    answer("FS_IOC_FSSETXATTR", CALL(SYS_ioctl, fd, 0x401c5820, &xattr));
    answer("FS_IOC_ENABLE_VERITY", CALL(SYS_ioctl, fd, 0x40806685, &xattr));
    close(fd);
    unlink(MADE);
}

static void devices(char **arguments)
{
    UNUSED(arguments);
    answer("mknod(S_IFBLK)", CALL(SYS_mknod, MADE, S_IFBLK | 0600, makedev(8, 0)));
    answer("mknod(S_IFCHR) of /dev/mem", CALL(SYS_mknod, MADE, S_IFCHR | 0600, makedev(1, 1)));
    answer("mknodat(S_IFCHR) of /dev/kvm", CALL(SYS_mknodat, AT_FDCWD, MADE, S_IFCHR | 0600, makedev(10, 232)));
    answer("mknodat(S_IFCHR), a whiteout", CALL(SYS_mknodat, AT_FDCWD, MADE, S_IFCHR, 0));
}

const struct attack mode_attacks[] = {
    { "setuid-change", setuid_change }, { "setuid-create", setuid_create }, { "setgid-directory", setgid_directory }, { "file-attributes", attributes },
    { "make-devices", devices }, { NULL, NULL },
};

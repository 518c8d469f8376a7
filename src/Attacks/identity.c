/* Who the program is, and who it may become. */
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/xattr.h>
#include "attack.h"

static const char *field(const char *text, const char *name, char *value, size_t size)
{
    const char *line = strstr(text, name);
    if (line == NULL) {
        snprintf(value, size, "?");
        return value;
    }
    line += strlen(name);
    line += strspn(line, " \t");
    snprintf(value, size, "%.*s", (int)strcspn(line, "\n"), line);
    return value;
}

/* What the kernel says of this process. */
static void status(char **arguments)
{
    UNUSED(arguments);
    static char text[16384];
    char value[128];
    if (read_text("/proc/self/status", text, sizeof text) <= 0) {
        unable("/proc/self/status cannot be read");
    }
    static const char *const sets[] = { "\nCapInh:", "\nCapPrm:", "\nCapEff:", "\nCapBnd:", "\nCapAmb:" };
    for (size_t i = 0; i < COUNT(sets); i++) {
        field(text, sets[i], value, sizeof value);
        must(strtoull(value, NULL, 16) == 0 && value[0] != '?', "%s %s", sets[i] + 1, value);
    }
    must(strcmp(field(text, "\nNoNewPrivs:", value, sizeof value), "1") == 0, "NoNewPrivs %s", value);
    must(strcmp(field(text, "\nSeccomp:", value, sizeof value), "2") == 0, "Seccomp %s", value);
    must(field(text, "\nGroups:", value, sizeof value)[0] == '\0', "groups '%s'", value);
    must(strcmp(field(text, "\nUid:", value, sizeof value), "1000\t1000\t1000\t1000") == 0, "uid %s", value);
    must(strcmp(field(text, "\nGid:", value, sizeof value), "1000\t1000\t1000\t1000") == 0, "gid %s", value);
    must((CALL(SYS_prctl, PR_GET_SECUREBITS, 0, 0, 0, 0) & SECBIT_NOROOT) != 0, "SECBIT_NOROOT");
}

static void become_root(char **arguments)
{
    UNUSED(arguments);
    answer("setuid(0)", CALL(SYS_setuid, 0));
    answer("setreuid(0, 0)", CALL(SYS_setreuid, 0, 0));
    answer("setresuid(0, 0, 0)", CALL(SYS_setresuid, 0, 0, 0));
    answer("setgid(0)", CALL(SYS_setgid, 0));
    answer("setregid(0, 0)", CALL(SYS_setregid, 0, 0));
    answer("setresgid(0, 0, 0)", CALL(SYS_setresgid, 0, 0, 0));
    CALL(SYS_setfsuid, 0);
    must(CALL(SYS_setfsuid, -1) != 0, "fsuid is not 0");
    must(getuid() != 0 && geteuid() != 0, "uid is not 0");
}

static void groups(char **arguments)
{
    UNUSED(arguments);
    gid_t wanted[] = { 0, 4, 27 };
    answer("setgroups", CALL(SYS_setgroups, COUNT(wanted), wanted));
    answer("setgroups, to none", CALL(SYS_setgroups, 0, NULL));
}

static void raise_capabilities(char **arguments)
{
    UNUSED(arguments);
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct all[2] = { { ~0u, ~0u, ~0u }, { ~0u, ~0u, ~0u } }, inheritable[2] = { { 0, 0, 1 }, { 0, 0, 0 } };
    answer("capset, all", CALL(SYS_capset, &header, all));
    answer("capset, inheritable", CALL(SYS_capset, &header, inheritable));
}

static void file_capabilities(char **arguments)
{
    UNUSED(arguments);
    struct { uint32_t magic, permitted, inheritable, permitted_high, inheritable_high; } data = { 0x02000001, ~0u, 0, ~0u, 0 };
    int fd = open("/tmp/capable", O_CREAT | O_RDWR | O_CLOEXEC, 0700);
    answer("setxattr(security.capability)", CALL(SYS_setxattr, "/tmp/capable", "security.capability", &data, sizeof data, 0));
    answer("fsetxattr(security.capability)", CALL(SYS_fsetxattr, fd, "security.capability", &data, sizeof data, 0));
    answer("setxattr(trusted.x)", CALL(SYS_setxattr, "/tmp/capable", "trusted.x", "1", 1, 0));
    unlink("/tmp/capable");
}

/* The program at the path in the arguments is this one, owned by root and setuid: in it, nothing may have changed. */
static void setuid_program(char **arguments)
{
    if (arguments[0] == NULL) {
        unable("no setuid program was given");
    }
    struct stat found;
    if (stat(arguments[0], &found) != 0 || !(found.st_mode & S_ISUID)) {
        unable("the program is not setuid");
    }
    char *command[] = { arguments[0], "status", NULL };
    execv(arguments[0], command);
    must(false, "execve: %s", strerrorname_np(errno));
}

static void give_away(char **arguments)
{
    UNUSED(arguments);
    int fd = open("/tmp/mine", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    answer("chown to uid 0", CALL(SYS_chown, "/tmp/mine", 0, -1));
    answer("fchown to gid 0", CALL(SYS_fchown, fd, -1, 0));
    answer("fchownat to another uid", CALL(SYS_fchownat, AT_FDCWD, "/tmp/mine", 1001, 1001, 0));
    unlink("/tmp/mine");
}

static void forged_credentials(char **arguments)
{
    UNUSED(arguments);
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) != 0) {
        unable("no socket pair");
    }
    union { char bytes[CMSG_SPACE(sizeof(struct ucred))]; struct cmsghdr header; } control = { 0 };
    struct iovec data = { "x", 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
    control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(struct ucred)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS };
    struct ucred forged = { .pid = getpid(), .uid = 0, .gid = 0 };
    memcpy(CMSG_DATA(&control.header), &forged, sizeof forged);
    answer("SCM_CREDENTIALS with uid 0", CALL(SYS_sendmsg, sockets[0], &message, 0));
    forged = (struct ucred){ .pid = 1, .uid = getuid(), .gid = getgid() };
    memcpy(CMSG_DATA(&control.header), &forged, sizeof forged);
    answer("SCM_CREDENTIALS with pid 1", CALL(SYS_sendmsg, sockets[0], &message, 0));
}

const struct attack identity_attacks[] = {
    { "status", status }, { "become-root", become_root }, { "groups", groups }, { "raise-capabilities", raise_capabilities },
    { "file-capabilities", file_capabilities }, { "setuid-program", setuid_program }, { "give-away", give_away }, { "forged-credentials", forged_credentials },
    { NULL, NULL },
};

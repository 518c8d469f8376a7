/* One jail against another: "hold" offers all that could be shared in the one, "neighbour" looks for it in the other. */
#include <arpa/inet.h>
#include <dirent.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "attack.h"

enum { Key = 0x5a4d, Port = 7071 };
#define NAME "agent-sandbox-neighbour"

static socklen_t abstract(struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(address->sun_path + 1, NAME, sizeof NAME - 1);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof NAME);
}

static struct sockaddr_in loopback(void)
{
    return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(Port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
}

static void hold(char **arguments)
{
    UNUSED(arguments);
    struct sockaddr_un name;
    struct sockaddr_in port = loopback();
    socklen_t length = abstract(&name);
    int local = socket(AF_UNIX, SOCK_STREAM, 0), network = socket(AF_INET, SOCK_STREAM, 0);
    bool held = bind(local, (struct sockaddr *)&name, length) == 0 && listen(local, 1) == 0 && bind(network, (struct sockaddr *)&port, sizeof port) == 0
        && listen(network, 1) == 0 && shmget(Key, 4096, IPC_CREAT | 0666) >= 0 && close(open("/dev/shm/" NAME, O_CREAT | O_RDWR, 0666)) == 0
        && close(open("/tmp/" NAME, O_CREAT | O_RDWR, 0666)) == 0;
    CALL(SYS_mq_open, NAME, O_CREAT | O_RDWR, 0666, NULL); /* Landlock refuses it: a queue lies beneath no directory that a rule could name */
    if (!held) {
        unable(strerrorname_np(errno));
    }
    printf("ready\n");
    fflush(stdout);
    char nothing;
    must(read(0, &nothing, 1) == 0, "held to the end");
}

static void neighbour(char **arguments)
{
    UNUSED(arguments);
    struct sockaddr_un name;
    struct sockaddr_in port = loopback();
    socklen_t length = abstract(&name);
    answer_as("its abstract socket", CALL(SYS_connect, socket(AF_UNIX, SOCK_STREAM, 0), &name, length), "ECONNREFUSED,EPERM");
    answer_as("its port", CALL(SYS_connect, socket(AF_INET, SOCK_STREAM, 0), &port, sizeof port), "ECONNREFUSED");
    answer_as("its shared memory", CALL(SYS_shmget, Key, 4096, 0), "ENOENT");
    answer_as("its message queue", CALL(SYS_mq_open, NAME, O_RDWR, 0, NULL), "ENOENT,EACCES");
    answer_as("its /dev/shm", try_open("/dev/shm/" NAME, O_RDONLY, 0), "ENOENT");
    answer_as("its /tmp", try_open("/tmp/" NAME, O_RDONLY, 0), "ENOENT");
}

/* Looks at every process as long as stdin is open: one that is about to become a program must not show the memory of who starts it. */
static void watch_births(char **arguments)
{
    UNUSED(arguments);
    char foreign[256] = "", text[256], path[300];
    long looks = 0;
    printf("ready\n");
    fflush(stdout);
    fcntl(0, F_SETFL, O_NONBLOCK);
    while (foreign[0] == '\0' && read(0, text, 1) != 0) {
        DIR *proc = opendir("/proc");
        struct dirent *entry;
        while (proc != NULL && (entry = readdir(proc)) != NULL) {
            long pid = strtol(entry->d_name, NULL, 10);
            snprintf(path, sizeof path, "/proc/%ld/cmdline", pid);
            if (pid > 1 && pid != getpid() && read_text(path, text, sizeof text) > 0 && strstr(text, "attacks") == NULL && strcmp(text, "true") != 0) {
                snprintf(foreign, sizeof foreign, "%s", text);
            }
            looks++;
        }
        if (proc != NULL) {
            closedir(proc);
        }
    }
    must(foreign[0] == '\0', "%ld looks, seen: '%s'", looks, foreign);
}

const struct attack neighbour_attacks[] = { { "hold", hold }, { "neighbour", neighbour }, { "watch-births", watch_births }, { NULL, NULL } };

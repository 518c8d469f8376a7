/* agent-sandbox-attacks NAME [PLANNED [ARGUMENT...]]: makes one attack and prints one line with what it saw.
 * PLANNED is the answer that the sandbox must give, errno names with commas between; "-" where the attack itself knows it.
 * Exit status: 0 it was refused as it must be, 1 it was answered otherwise, 2 it cannot be made. */
#include <stdarg.h>
#include "attack.h"

static const struct attack *const families[] = {
    abi_attacks, namespace_attacks, kernel_attacks, process_attacks, proc_attacks, identity_attacks, mode_attacks, file_attacks,
    write_attacks, socket_attacks, signal_attacks, scheduling_attacks, resource_attacks, neighbour_attacks, fuzzing, preparations,
};

const char *planned_answer = "-";
static char seen[4096], wrong[4096], last[64];
static int failures;

static void append(char *text, const char *format, va_list arguments)
{
    size_t used = strlen(text);
    if (used > 0 && used + 3 < sizeof seen) {
        memcpy(text + used, ", ", 3);
        used += 2;
    }
    vsnprintf(text + used, sizeof seen - used, format, arguments);
}

static void note(char *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    append(text, format, arguments);
    va_end(arguments);
}

static bool is_planned(const char *name, const char *planned)
{
    size_t length = strlen(name);
    for (const char *p = planned; p != NULL; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
        if (strncmp(p, name, length) == 0 && (p[length] == ',' || p[length] == '\0')) {
            return true;
        }
    }
    return false;
}

void answer_as(const char *what, long result, const char *planned)
{
    const char *name = result < 0 && result > -4096 ? strerrorname_np((int)-result) : "success";
    if (!is_planned(name ? name : "?", planned)) {
        failures++;
        note(wrong, "%s: %s, planned is %s", what, name ? name : "an unknown errno", planned);
    } else if (strcmp(last, name) != 0) {
        snprintf(last, sizeof last, "%s", name);
        note(seen, "%s", name);
    }
}

void answer(const char *what, long result) { answer_as(what, result, planned_answer); }

void must(bool held, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    append(held ? seen : wrong, format, arguments);
    va_end(arguments);
    failures += !held;
}

void unable(const char *what)
{
    printf("cannot be made: %s\n", what);
    exit(2);
}

long try_open(const char *path, int flags, int mode)
{
    long fd = CALL(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode);
    if (fd >= 0) {
        close((int)fd);
    }
    return fd;
}

long read_text(const char *path, char *text, size_t size)
{
    long fd = CALL(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (fd < 0) {
        return fd;
    }
    size_t used = 0;
    long count = 0;
    while (used < size - 1 && (count = CALL(SYS_read, fd, text + used, size - 1 - used)) > 0) {
        used += (size_t)count;
    }
    close((int)fd);
    text[used] = '\0';
    return used > 0 ? (long)used : count;
}

bool reap(pid_t child, int *status)
{
    while (waitpid(child, status, 0) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

int main(int count, char **arguments)
{
    if (count < 2) {
        fprintf(stderr, "usage: agent-sandbox-attacks NAME [PLANNED [ARGUMENT...]]\n");
        for (size_t family = 0; family < COUNT(families); family++) {
            for (const struct attack *attack = families[family]; attack->name; attack++) {
                fprintf(stderr, "  %s\n", attack->name);
            }
        }
        return 2;
    }
    if (count > 2) {
        planned_answer = arguments[2];
    }
    for (size_t family = 0; family < COUNT(families); family++) {
        for (const struct attack *attack = families[family]; attack->name; attack++) {
            if (strcmp(attack->name, arguments[1]) == 0) {
                attack->run(arguments + (count > 2 ? 3 : 2));
                printf("%s\n", failures ? wrong : seen);
                return failures ? 1 : 0;
            }
        }
    }
    fprintf(stderr, "no attack is called %s\n", arguments[1]);
    return 2;
}

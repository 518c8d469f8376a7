/* What every family of attacks uses. An attack does what a hostile program would, and says what it saw with the functions below. */
#ifndef ATTACK_H
#define ATTACK_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define UNUSED(argument) ((void)(argument))

struct attack {
    const char *name;
    void (*run)(char **arguments); /* what follows the planned answer on the command line, NULL at the end */
};

extern const struct attack abi_attacks[], namespace_attacks[], kernel_attacks[], process_attacks[], proc_attacks[], identity_attacks[],
    mode_attacks[], file_attacks[], write_attacks[], socket_attacks[], signal_attacks[], scheduling_attacks[], resource_attacks[], neighbour_attacks[], fuzzing[], preparations[];

/* The call itself, without the C library: its result, or -errno. */
static inline long call6(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

#define CALL_(number, a, b, c, d, e, f, ...) call6(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define CALL(number, ...) CALL_(number, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)

/* The answer that a call got: it must be one of those that the command line plans. */
void answer(const char *what, long result);

/* The same with an answer that is planned here: errno names with commas between. */
void answer_as(const char *what, long result, const char *planned);

/* What must hold; the text says what was seen. */
void must(bool held, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The attack cannot be made here: exit status 2. */
void unable(const char *what) __attribute__((noreturn));

/* The planned answer, to hand it on. */
extern const char *planned_answer;

/* Opens, and returns the fd or -errno; an fd is closed before this returns. */
long try_open(const char *path, int flags, int mode);

/* Reads a file as text, at most size - 1 bytes: the number of bytes, or -errno. */
long read_text(const char *path, char *text, size_t size);

/* Waits for a child; true if it was there to wait for. */
bool reap(pid_t child, int *status);

#endif

// A library to preload into the daemon. It kills the process at the Nth change of a file in a directory, as a crash at that moment would.
//   CRASH_IN: the directory. CRASH_AT: N, from 1 on. CRASH_WHEN: "before" or "after" the change is made.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int changes;

static void pass(const char *path, int number, const char *when)
{
    const char *directory = getenv("CRASH_IN"), *at = getenv("CRASH_AT"), *wish = getenv("CRASH_WHEN");
    if (directory && at && wish && strncmp(path, directory, strlen(directory)) == 0 && number == atoi(at) && strcmp(when, wish) == 0)
        kill(getpid(), SIGKILL);
}

static int count(const char *path)
{
    const char *directory = getenv("CRASH_IN");
    return directory && strncmp(path, directory, strlen(directory)) == 0 ? atomic_fetch_add(&changes, 1) + 1 : 0;
}

int rename(const char *old, const char *new)
{
    int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    int number = count(new);
    pass(new, number, "before");
    int result = real(old, new);
    pass(new, number, "after");
    return result;
}

int unlink(const char *path)
{
    int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    int number = count(path);
    pass(path, number, "before");
    int result = real(path);
    pass(path, number, "after");
    return result;
}

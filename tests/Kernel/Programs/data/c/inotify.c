#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>
int main(void) {
    int fd = inotify_init1(IN_CLOEXEC);
    inotify_add_watch(fd, ".", IN_CREATE | IN_DELETE);
    fclose(fopen("made", "w"));
    unlink("made");
    _Alignas(struct inotify_event) char buffer[4096];
    ssize_t size = read(fd, buffer, sizeof buffer);
    for (char *p = buffer; p < buffer + size;) {
        struct inotify_event *e = (struct inotify_event *)p;
        printf("%s %s\n", e->mask & IN_CREATE ? "create" : "delete", e->name);
        p += sizeof *e + e->len;
    }
}

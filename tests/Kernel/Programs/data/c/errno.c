#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(void) {
    puts(open("absent", O_RDONLY) == -1 ? strerror(errno) : "opened");
    puts(read(99, NULL, 0) == -1 ? strerror(errno) : "read");
    puts(chdir("/etc/passwd") == -1 ? strerror(errno) : "entered");
    puts(execl("/etc/passwd", "x", NULL) == -1 ? strerror(errno) : "executed");
}

/* Not an attack: makes on the host what the attacks find in the jail, bound read-only. Run by root, outside. */
#include <sys/sendfile.h>
#include "attack.h"

/* In the directory of the arguments: a copy of this program that is root's and setuid, a file that anyone may write, and a FIFO. */
static void prepare(char **arguments)
{
    if (arguments[0] == NULL || chdir(arguments[0]) != 0) {
        unable("no directory was given");
    }
    umask(0);
    struct stat found;
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int to = open("setuid", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0755), file = open("file", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    must(fstat(from, &found) == 0 && sendfile(to, from, NULL, (size_t)found.st_size) == found.st_size && fchmod(to, 04755) == 0, "setuid");
    must(file >= 0 && write(file, "host\n", 5) == 5, "file");
    must(mkfifo("fifo", 0666) == 0, "fifo");
}

const struct attack preparations[] = { { "prepare", prepare }, { NULL, NULL } };

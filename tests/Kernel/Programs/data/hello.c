#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

int main(int argc, char **argv) {
    struct dirent **names;
    int count = scandir("/", &names, visible, alphasort);
    printf("hello %s from uid %d; / holds", argc > 1 ? argv[1] : "nobody", (int)getuid());
    for (int i = 0; i < count; i++) printf(" %s", names[i]->d_name);
    puts("");
    return 0;
}

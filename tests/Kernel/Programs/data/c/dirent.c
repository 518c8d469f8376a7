#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    mkdir("made", 0755);
    for (const char *p = "cab"; *p; p++) {
        char name[] = "made/?";
        name[5] = *p;
        fclose(fopen(name, "w"));
    }
    struct dirent **list;
    int n = scandir("made", &list, NULL, alphasort);
    for (int i = 0; i < n; i++) printf("%s ", list[i]->d_name);
    printf("%d\n", rmdir("made") == -1);
}

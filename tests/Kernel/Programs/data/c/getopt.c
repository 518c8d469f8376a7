#include <stdio.h>
#include <unistd.h>
int main(void) {
    char *argv[] = { "x", "-a", "-b", "value", "-abc", "rest", "--", "-a", NULL };
    for (int c; (c = getopt(8, argv, "+ab:")) != -1;) printf("%c %s\n", c, c == 'b' ? optarg : "-");
    printf("%d\n", optind);
}

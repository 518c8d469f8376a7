#include <stdio.h>
static int next(void) { static int n = 10; return n++; }
static const char *names[] = { [2] = "two", [0] = "zero" };
int main(void) {
    next();
    next();
    printf("%d %s %d %s\n", next(), names[0], names[1] == NULL, names[2]);
}

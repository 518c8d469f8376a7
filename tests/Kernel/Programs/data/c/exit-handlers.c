#include <stdio.h>
#include <stdlib.h>
static void first(void) { puts("last"); }
static void second(void) { puts("before"); }
int main(void) {
    atexit(first);
    atexit(second);
    puts("main");
    exit(3);
}

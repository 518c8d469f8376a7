#include <stdio.h>
#define TEXT(x) #x
#define JOIN(a, b) a##b
#define COUNT(...) (sizeof((int[]){ __VA_ARGS__ }) / sizeof(int))
#define LIST X(one) X(two) X(three)
int main(void) {
    int JOIN(va, lue) = 7;
    printf("%s %d %zu", TEXT(a + b), value, COUNT(1, 2, 3));
#define X(name) printf(" " #name);
    LIST
    puts("");
}

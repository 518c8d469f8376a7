#include <stdio.h>
struct f { unsigned a : 3, b : 5; signed c : 4; };
int main(void) {
    struct f x = { 1, 2, 7 };
    x.a += 8;
    x.b += 33;
    x.c++;
    printf("%u %u %d %zu\n", x.a, x.b, x.c, sizeof x);
}

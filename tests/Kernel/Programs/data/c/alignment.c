#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
struct s { char a; alignas(32) int b; short c[3]; };
int main(void) {
    struct s x[2];
    printf("%zu %zu %zu\n", alignof(struct s), sizeof(struct s), (size_t)((char *)&x[1].b - (char *)&x[0].b));
    printf("%d\n", (int)((uintptr_t)&x[1].b % 32));
}

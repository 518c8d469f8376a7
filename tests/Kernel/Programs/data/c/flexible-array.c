#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct text { size_t length; char data[]; };
int main(void) {
    struct text *t = malloc(sizeof *t + 6);
    t->length = 5;
    memcpy(t->data, "hello", 6);
    printf("%zu %s %zu\n", t->length, t->data, sizeof *t);
    free(t);
}

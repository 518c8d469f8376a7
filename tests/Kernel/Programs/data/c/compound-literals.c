#include <stdio.h>
struct point { int x, y; };
static int sum(struct point p) { return p.x + p.y; }
int main(void) {
    int *v = (int[]){ [4] = 5, 6, [1] = 2 };
    printf("%d %d %d %d %d\n", sum((struct point){ .y = 3, .x = 4 }), v[0], v[1], v[4], v[5]);
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
    unsigned long sum = 0;
    unsigned char *p[1000];
    for (int i = 0; i < 1000; i++) memset(p[i] = malloc(i * 50 + 1), i & 255, i * 50 + 1);
    for (int i = 0; i < 1000; i += 2) p[i] = realloc(p[i], i * 100 + 1);
    for (int i = 0; i < 1000; i++) { sum += p[i][i * 50]; free(p[i]); }
    void *aligned;
    printf("%lu %d\n", sum, posix_memalign(&aligned, 4096, 1 << 20) || (unsigned long)aligned % 4096);
}

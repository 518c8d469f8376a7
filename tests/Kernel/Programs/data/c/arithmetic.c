#include <limits.h>
#include <stdio.h>
int main(void) {
    unsigned u = UINT_MAX;
    printf("%u %d %d %d %d\n", u + 2, -7 / 2, -7 % 2, 7 >> 1, (signed char)200);
    printf("%lld %llu\n", LLONG_MIN, ULLONG_MAX);
    printf("%d %d\n", (unsigned)-1 > 0u, (short)65535);
}

#include <stdint.h>
#include <stdio.h>
union u { float f; uint32_t bits; struct { uint8_t low, b, c, high; }; };
int main(void) {
    union u x = { .f = -1.0f };
    printf("%08x %02x %zu\n", x.bits, x.high, sizeof x);
}

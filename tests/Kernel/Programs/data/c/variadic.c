#include <stdarg.h>
#include <stdio.h>
static double sum(const char *kinds, ...) {
    va_list args;
    double total = 0;
    va_start(args, kinds);
    for (; *kinds; kinds++) total += *kinds == 'i' ? va_arg(args, int) : va_arg(args, double);
    va_end(args);
    return total;
}
int main(void) { printf("%g\n", sum("idi", 1, 2.5, 3)); }

#include <stdio.h>
static int add(int a, int b) { return a + b; }
static int mul(int a, int b) { return a * b; }
static int (*pick(int c))(int, int) { return c == '+' ? add : mul; }
int main(void) {
    int (*table[])(int, int) = { add, mul };
    printf("%d %d %d\n", pick('+')(3, 4), (*pick('*'))(3, 4), table[1](5, 6));
}

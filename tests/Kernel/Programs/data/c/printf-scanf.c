#include <stdio.h>
int main(void) {
    int a, n;
    char b[8];
    double c;
    int got = sscanf(" 42,abc 2.5e1 tail", "%d,%7[a-z] %lf%n", &a, b, &c, &n);
    printf("%d %d %s %g %d\n", got, a, b, c, n);
    printf("[%5d][%-5d][%05d][%+d][%x][%#o][%c][%.2s][%*d][%%]\n", 42, 42, 42, 42, 255, 8, 'c', "string", 4, 7);
}

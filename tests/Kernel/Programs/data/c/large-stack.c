#include <stdio.h>
static long deep(long n) { volatile char room[512]; room[n % 512] = 1; return n == 0 ? 0 : room[n % 512] + deep(n - 1); }
int main(void) { printf("%ld\n", deep(8000)); }

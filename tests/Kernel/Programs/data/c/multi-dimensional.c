#include <stdio.h>
static int trace(int n, int m[n][n]) { int sum = 0; for (int i = 0; i < n; i++) sum += m[i][i]; return sum; }
int main(void) {
    int m[3][3] = { { 1, 2, 3 }, { 4, 5 }, [2][2] = 9 }, (*row)[3] = m + 1;
    printf("%d %d %d %zu\n", trace(3, m), (*row)[1], *(*(m + 2) + 2), sizeof m / sizeof *m);
}

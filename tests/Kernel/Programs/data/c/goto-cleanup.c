#include <stdio.h>
static int work(int fail) {
    int result = -1;
    printf("open ");
    if (fail) goto close;
    printf("write ");
    result = 0;
close:
    printf("close ");
    return result;
}
int main(void) {
    int good = work(0);
    printf("%d %d\n", good, work(1));
}

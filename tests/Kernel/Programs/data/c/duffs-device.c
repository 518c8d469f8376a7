#include <stdio.h>
static void copy(char *to, const char *from, int count) {
    int n = (count + 3) / 4;
    switch (count % 4) {
    case 0: do { *to++ = *from++; // fall through
    case 3: *to++ = *from++; // fall through
    case 2: *to++ = *from++; // fall through
    case 1: *to++ = *from++;
            } while (--n > 0);
    }
}
int main(void) {
    char out[16] = "";
    copy(out, "switch in do", 12);
    puts(out);
}

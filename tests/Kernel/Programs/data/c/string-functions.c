#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
    char text[] = "one, two;three", *rest = text;
    for (char *word; (word = strsep(&rest, ",; "));) printf("<%s>", word);
    char buffer[8];
    const char *volatile longer = "truncated";
    int wanted = snprintf(buffer, sizeof buffer, "%s", longer);
    printf(" %d %s %zu %ld %d\n", wanted, buffer, strcspn("hello", "l"), strtol("0x1f", NULL, 0), toupper('q'));
    memmove(buffer + 1, buffer, 6);
    printf("%s %d %s\n", buffer, memcmp("ab", "ac", 2) < 0, strstr("haystack", "st"));
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
int main(void) {
    const char *words[] = { "pear", "fig", "apple", "kiwi" };
    qsort(words, 4, sizeof *words, by_text);
    for (int i = 0; i < 4; i++) printf("%s ", words[i]);
    const char *key = "kiwi", **hit = bsearch(&key, words, 4, sizeof *words, by_text);
    printf("%d\n", hit ? (int)(hit - words) : -1);
}

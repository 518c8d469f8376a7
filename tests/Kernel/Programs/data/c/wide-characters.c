#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
int main(void) {
    setlocale(LC_ALL, "C.UTF-8");
    wchar_t wide[8];
    size_t n = mbstowcs(wide, "aü日", 8);
    char back[16];
    wcstombs(back, wide, sizeof back);
    printf("%zu %x %s\n", n, (unsigned)wide[2], back);
}

#include <stdio.h>
#define KIND(x) _Generic((x), int: "int", double: "double", char *: "string", default: "other")
int main(void) { printf("%s %s %s %s\n", KIND(1), KIND(1.0), KIND("x"), KIND('x' + 0L)); }

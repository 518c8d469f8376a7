#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    printf("%.17g %a %e %g %5.1f|%-8.2f|\n", 0.1, 1.5, 12345.678, 1e-10, 2.25, 3.14159);
    printf("%f %f %d %d\n", INFINITY, -INFINITY, isnan(NAN), DBL_MANT_DIG);
    printf("%.15g %.10f %.10f\n", strtod("1e22", NULL), sqrt(2), sin(1));
}

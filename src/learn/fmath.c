#include "learn/fmath.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double LN2_HI = 6.93147180369123816490e-01, LN2_LO = 1.90821492927058770002e-10;

/* x = n ln 2 + r, |r| <= ln 2 / 2; e^r by its Taylor series (next term below 5e-18). */
double fm_exp(double x) {
  if (x < -708) return 0;
  if (x > 709) x = 709;
  double n = floor(x * 1.44269504088896340736 + 0.5);
  double r = (x - n * LN2_HI) - n * LN2_LO;
  double sum = 1;
  for (int i = 14; i > 0; i--) sum = 1 + sum * r / i;
  uint64_t bits = (uint64_t)((int64_t)n + 1023) << 52;
  double scale;
  memcpy(&scale, &bits, sizeof scale);
  return sum * scale;
}

/* x = 2^n m, m in [1/sqrt 2, sqrt 2); log m = 2 artanh(s), s = (m - 1) / (m + 1), by its series. */
double fm_log(double x) {
  if (x <= 0) return -INFINITY;
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int64_t n = (int64_t)(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL;
  double m;
  memcpy(&m, &bits, sizeof m);
  if (m > 1.41421356237309504880) {
    m *= 0.5;
    n++;
  }
  double s = (m - 1) / (m + 1), s2 = s * s, sum = 0;
  for (int i = 21; i > 0; i -= 2) sum = sum * s2 + 1.0 / i;
  return (double)n * LN2_HI + (2 * s * sum + (double)n * LN2_LO);
}

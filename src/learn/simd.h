/* simd.h -- the one vector width of this floor (inside learn/ only).
 *
 * Every kernel is written for a logical vector of 16 floats; the compiler maps it to one, two or
 * four machine vectors. Lanes never mix but in the fixed tree of v16_sum, no
 * multiply-add is contracted (-ffp-contract=off), and exp and 1/sqrt are polynomials of our own:
 * the result has the same bits with AVX-512, AVX2, SSE2, NEON and scalar code.
 *
 * learn_kernel compiles a function for three x86 levels and picks one at load time. Only gcc can
 * inline helpers with vector arguments into all three; clang has the level it is told to build
 * for. Sanitizers cannot run inside the resolver, so their builds have the plain level only;
 * LEARN_PLAIN asks for that too (the tests compare both). */
#ifndef DRAGOMAN_LEARN_SIMD_H
#define DRAGOMAN_LEARN_SIMD_H

#include "base/base.h"

#include <string.h>

#if defined(__x86_64__) && defined(__ELF__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) &&       \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(LEARN_PLAIN)
#define learn_kernel __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define learn_kernel
#endif
#define learn_inline static inline __attribute__((always_inline))

enum { LANES = 16 };

typedef float v16 __attribute__((vector_size(64), may_alias));
typedef int32_t v16i __attribute__((vector_size(64), may_alias));
typedef float v8 __attribute__((vector_size(32)));
typedef float v4 __attribute__((vector_size(16)));

learn_inline v16 v16_set(float x) {
  return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

/* a where mask lanes are -1, b where they are 0. */
learn_inline v16 v16_select(v16i mask, v16 a, v16 b) {
  return (v16)((mask & (v16i)a) | (~mask & (v16i)b));
}
learn_inline v16 v16_larger(v16 a, v16 b) {
  return v16_select(a > b, a, b);
}

/* Fixed tree: lane i with i + 8, then i + 4, i + 2, i + 1. */
learn_inline float v16_sum(v16 v) {
  v8 a = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
         __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  v4 b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
  return (b[0] + b[2]) + (b[1] + b[3]);
}

/* e^x, relative error below 2e-7 on [-87, 88]; x is clamped to that range. Cephes expf: x = n ln 2 + r. */
learn_inline v16 v16_exp(v16 x) {
  const v16 magic = v16_set(12582912.0f); /* 1.5 * 2^23: adding it rounds to an integer */
  x = v16_select(x >= v16_set(-87.0f), x, v16_set(-87.0f)); /* NaN, too, becomes -87 */
  x = v16_select(x > v16_set(88.0f), v16_set(88.0f), x);
  v16 n = (x * 1.44269504088896341f + magic) - magic;
  v16 r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  v16 p = v16_set(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  v16i bits = (v16i)(n + magic) << 23; /* low bits of the sum hold n */
  return (v16)((v16i)p + bits);
}

/* 1/sqrt(x), x > 0 normal; relative error below 5e-6: enough for a step length. First guess from
 * the bits (Lomont 2003), two Newton steps. */
learn_inline v16 v16_rsqrt(v16 x) {
  v16 half = x * 0.5f;
  v16 y = (v16)(0x5f375a86 - ((v16i)x >> 1));
  y = y * (1.5f - half * y * y);
  return y * (1.5f - half * y * y);
}

/* z += a * w over blocks of 16. */
learn_inline void axpy_blocks(v16 *z, const v16 *w, float a, size_t blocks) {
  for (size_t b = 0; b < blocks; b++) z[b] += w[b] * a;
}

learn_inline float dot_blocks(const v16 *x, const v16 *y, size_t blocks) {
  v16 s = {0};
  for (size_t b = 0; b < blocks; b++) s += x[b] * y[b];
  return v16_sum(s);
}

learn_inline float max_of(const float *z, size_t n) {
  float m = z[0];
  if (n >= LANES) {
    v16 top = *(const v16 *)z;
    for (size_t b = 1; b < n / LANES; b++) top = v16_larger(((const v16 *)z)[b], top);
    for (size_t i = 0; i < LANES; i++) m = top[i] > m ? top[i] : m;
  }
  for (size_t i = n / LANES * LANES; i < n; i++) m = z[i] > m ? z[i] : m;
  return m;
}

/* p = exp(z - max z) over blocks, padding from k on set to 0; returns the sum. p may be z. */
learn_inline float exp_blocks(const float *z, size_t k, size_t blocks, float *p) {
  float top = max_of(z, k);
  const v16 *zv = (const v16 *)z;
  v16 *pv = (v16 *)p, s = {0};
  for (size_t b = 0; b < blocks; b++) pv[b] = v16_exp(zv[b] - top);
  for (size_t i = k; i < blocks * LANES; i++) p[i] = 0;
  for (size_t b = 0; b < blocks; b++) s += pv[b];
  return v16_sum(s);
}

/* n zeros, 64-byte aligned, on the heap (free); aborts when there is no memory. */
float *learn_floats(size_t n) __attribute__((malloc, returns_nonnull));

#endif

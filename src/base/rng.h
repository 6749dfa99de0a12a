/* rng.h -- seeded pseudo-random numbers (xoshiro256**, Blackman and Vigna 2018). Same seed, same
 * sequence on every machine; for training and tests, never for secrets. */
#ifndef DRAGOMAN_BASE_RNG_H
#define DRAGOMAN_BASE_RNG_H

#include "base/base.h"

typedef struct rng {
  uint64_t s[4];
} rng;

void rng_seed(rng *r, uint64_t seed);
uint64_t rng_u64(rng *r);
/* Uniform in [0, n), n > 0, without modulo bias (Lemire 2019). */
uint32_t rng_below(rng *r, uint32_t n);
/* Uniform in [0, 1). */
double rng_unit(rng *r);
/* Fisher-Yates over v[0..n). */
void rng_shuffle(rng *r, uint32_t *v, size_t n);

#endif

/* hash.h -- fast hashing for tables; SHA-256 and HMAC (OpenSSL) for identity and keys. */
#ifndef DRAGOMAN_BASE_HASH_H
#define DRAGOMAN_BASE_HASH_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

enum { SHA256_BYTES = 32, SHA256_HEX = 64 };

/* Non-cryptographic 64-bit hash. The function is part of the model file format: it may never
 * change without a new format version. */
uint64_t hash64(const void *p, size_t n, uint64_t seed);
/* Finaliser of splitmix64, to hash or mix integers. */
static inline uint64_t hash_mix64(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

void sha256(const void *p, size_t n, uint8_t out[SHA256_BYTES]);
/* Lower-case hex with NUL. */
void sha256_hex(const void *p, size_t n, char out[SHA256_HEX + 1]);
must_check err_code sha256_file_hex(const char *path, char out[SHA256_HEX + 1], err *e);
void hmac_sha256(str key, str data, uint8_t out[SHA256_BYTES]);
/* out: 2n characters and NUL. */
void hex_encode(const uint8_t *p, size_t n, char *out);
/* Time does not depend on where the strings differ (it does on their lengths). */
bool ct_equal(str a, str b);
/* n bytes of the system's cryptographic random source; aborts when there is none. */
void random_bytes(void *p, size_t n);

#endif

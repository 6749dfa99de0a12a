#include "base/hash.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static uint64_t read64(const unsigned char *p) {
  uint64_t v;
  memcpy(&v, p, 8);
  return v;
}

/* 8 bytes a step, multiply and rotate (the scheme of MurmurHash64A with a stronger finaliser).
 * Little-endian only, like the model file. */
uint64_t hash64(const void *p, size_t n, uint64_t seed) {
  const uint64_t m = 0xc6a4a7935bd1e995ULL;
  const unsigned char *q = p;
  uint64_t h = seed ^ (n * m);
  size_t left = n;
  for (; left >= 8; left -= 8, q += 8) {
    uint64_t k = read64(q) * m;
    k ^= k >> 47;
    h = (h ^ (k * m)) * m;
  }
  if (left) {
    uint64_t k = 0;
    memcpy(&k, q, left);
    h = (h ^ k) * m;
  }
  return hash_mix64(h);
}

void sha256(const void *p, size_t n, uint8_t out[SHA256_BYTES]) {
  if (!EVP_Digest(n ? p : "", n, out, NULL, EVP_sha256(), NULL)) abort();
}

void hex_encode(const uint8_t *p, size_t n, char *out) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < n; i++) {
    out[2 * i] = digits[p[i] >> 4];
    out[2 * i + 1] = digits[p[i] & 15];
  }
  out[2 * n] = '\0';
}

void sha256_hex(const void *p, size_t n, char out[SHA256_HEX + 1]) {
  uint8_t d[SHA256_BYTES];
  sha256(p, n, d);
  hex_encode(d, sizeof d, out);
}

err_code sha256_file_hex(const char *path, char out[SHA256_HEX + 1], err *e) {
  FILE *f = fopen(path, "rbe");
  if (!f) return err_errno(e, errno, "cannot open %s", path);
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL)) abort();
  char chunk[65536];
  size_t n;
  while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
    if (!EVP_DigestUpdate(ctx, chunk, n)) abort();
  err_code rc = ferror(f) ? err_errno(e, errno, "cannot read %s", path) : ERR_OK;
  uint8_t d[SHA256_BYTES];
  if (!EVP_DigestFinal_ex(ctx, d, NULL)) abort();
  EVP_MD_CTX_free(ctx);
  fclose(f);
  hex_encode(d, sizeof d, out);
  return rc;
}

void hmac_sha256(str key, str data, uint8_t out[SHA256_BYTES]) {
  unsigned len = SHA256_BYTES;
  if (!HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)data.p, data.n, out, &len)) abort();
}

bool ct_equal(str a, str b) { return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0); }

void random_bytes(void *p, size_t n) {
  unsigned char *q = p;
  while (n) {
    ssize_t got = getrandom(q, n, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      abort();
    }
    q += got;
    n -= (size_t)got;
  }
}

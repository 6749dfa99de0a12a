/* A hostile model bundle, and a hostile copy token: refused, or read without harm. */
#include "fuzz/fuzz.h"
#include "service/bundle.h"
#include "service/copy_token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  str bytes = str_make((const char *)data, size);
  static const uint8_t secret[SHA256_BYTES];
  arena a;
  bundle b;
  copy_grant g;
  err e;
  arena_init(&a, 0);
  if (bundle__read(bytes, STR_NONE, &a, &b, &e) == ERR_OK) {
    /* What it says lies inside of it. */
    FUZZ_CHECK(b.model_file.p >= bytes.p && b.model_file.p + b.model_file.n <= bytes.p + bytes.n);
    buf again = {0};
    FUZZ_CHECK(bundle__write(&b.info, b.model_file, secret, &again, &e) == ERR_OK);
    FUZZ_CHECK(bundle__read(buf_str(&again), STR_NONE, &a, &b, &e) == ERR_OK);
    buf_free(&again);
  }
  if (copy_token__read(bytes, &a, &g, &e) == ERR_OK) {
    str sealed = copy_token__seal(&g, secret, &a);
    FUZZ_CHECK(copy_token__is_ours(sealed, secret));
  }
  (void)copy_token__is_ours(bytes, secret);
  arena_fini(&a);
  return 0;
}

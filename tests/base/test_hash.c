#include "base/hash.h"
#include "tests/test.h"

static void test_known_digests(void **state) {
  (void)state;
  char hex[SHA256_HEX + 1];
  sha256_hex("abc", 3, hex); /* FIPS 180-2 */
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  sha256_hex("", 0, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  uint8_t mac[SHA256_BYTES];
  hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), mac); /* RFC 4231, case 2 */
  hex_encode(mac, sizeof mac, hex);
  assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* The hash is part of a file format: these values may never change. */
static void test_hash64_is_fixed(void **state) {
  (void)state;
  char text[64];
  for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(i * 7 + 1);
  uint64_t all = 0;
  for (size_t n = 0; n <= sizeof text; n++) all = hash_mix64(all ^ hash64(text, n, n));
  assert_true(all == 0xce7ea21090efe76eULL);
}

static void test_hash64_spreads(void **state) {
  (void)state;
  uint32_t buckets[256] = {0};
  for (uint32_t i = 0; i < 256 * 100; i++) buckets[hash64(&i, sizeof i, 0) & 255]++;
  for (size_t i = 0; i < 256; i++) assert_in_range(buckets[i], 50, 150);
}

static void test_ct_equal(void **state) {
  (void)state;
  assert_true(ct_equal(STR("key"), STR("key")));
  assert_false(ct_equal(STR("key"), STR("kez")));
  assert_false(ct_equal(STR("key"), STR("keys")));
  assert_true(ct_equal(STR(""), STR("")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_known_digests), cmocka_unit_test(test_hash64_is_fixed),
                                     cmocka_unit_test(test_hash64_spreads), cmocka_unit_test(test_ct_equal)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

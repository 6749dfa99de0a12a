/* Keys: how they are derived, what they open, and reading them beside a running server. */
#include "fixture.h"

#include <unistd.h>

#include "base/file.h"
#include "service/resources.h"

static void test_default_resource(void **state) {
  fixture *f = *state;
  resource_view v, *list;
  size_t n;
  assert_ok(resource_list(f->s, &f->a, &list, &n, e));
  assert_int_equal(n, 1);
  assert_ok(resource_get(f->s, LOCAL, &f->a, &v, e));
  assert_str_equal(v.region, STR("eastus2"));
  assert_str_equal(v.region_display, STR("East US 2"));
  assert_true(v.azure_resource_id.n > 0);
  assert_string_not_equal(v.key1, v.key2);
  assert_err(ERR_NOT_FOUND, resource_get(f->s, STR("other"), &f->a, &v, e));
  assert_err(ERR_NOT_FOUND, resource_get(f->s, STR(""), &f->a, &v, e));
}

/* HMAC-SHA256 over "local" 00 "key1" 00 "1" with the secret 00 01 … 1f, from Python's hmac. */
static void test_key_vectors(void **state) {
  fixture *f = *state;
  fixture_close(f);
  uint8_t secret[32];
  char path[600];
  for (int i = 0; i < 32; i++) secret[i] = (uint8_t)i;
  snprintf(path, sizeof path, "%s/secret", f->dir);
  assert_ok(file_write_atomic(path, str_make((char *)secret, sizeof secret), 0600, e));
  fixture_open(f);
  resource_view v;
  assert_ok(resource_get(f->s, LOCAL, &f->a, &v, e));
  assert_string_equal(v.key1, "cd29f9c5a56d7ba6ab84a05d7088545f");
  assert_string_equal(v.key2, "7463a9faf5a12084fdb9c4f56773deb6");
}

static void test_resource_of_key(void **state) {
  fixture *f = *state;
  resource_view v;
  resource_ref ref;
  assert_ok(resource_get(f->s, LOCAL, &f->a, &v, e));
  assert_true(resource_of_key(f->s, str_of(v.key1), &ref));
  assert_str_equal(ref.name, LOCAL);
  assert_str_equal(ref.region_display, STR("East US 2"));
  assert_int_equal(ref.index, 0);
  assert_true(resource_of_key(f->s, str_of(v.key2), &ref));
  assert_false(resource_of_key(f->s, STR(""), &ref));
  assert_false(resource_of_key(f->s, str_make(v.key1, RESOURCE_KEY_LEN - 1), &ref));
  for (size_t i = 0; i < RESOURCE_KEY_LEN; i++) {
    char wrong[RESOURCE_KEY_LEN + 1];
    memcpy(wrong, v.key1, sizeof wrong);
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    assert_false(resource_of_key(f->s, str_of(wrong), &ref));
  }
}

static void test_offline(void **state) {
  fixture *f = *state;
  resource_view v, off;
  assert_ok(resource_get(f->s, LOCAL, &f->a, &v, e));
  assert_ok(service_announce(f->s, STR("http://127.0.0.1:4711"), e));
  assert_ok(resource_keys_offline(&(service_config){.data_dir = f->dir}, STR_NONE, &f->a, &off,
                                  e)); /* the server has the store open */
  assert_string_equal(off.key1, v.key1);
  assert_str_equal(off.endpoint, STR("http://127.0.0.1:4711"));
  assert_err(ERR_NOT_FOUND,
             resource_keys_offline(&(service_config){.data_dir = f->dir}, STR("nobody"), &f->a, &off, e));
  fixture_close(f);
  assert_ok(resource_keys_offline(&(service_config){.data_dir = f->dir}, LOCAL, &f->a, &off, e));
  assert_string_equal(off.key2, v.key2);
  assert_err(ERR_NOT_FOUND,
             resource_keys_offline(&(service_config){.data_dir = "/nonexistent"}, STR_NONE, &f->a, &off, e));
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_default_resource),
      T(test_key_vectors),
      T(test_resource_of_key),
      T(test_offline),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

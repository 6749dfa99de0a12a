#include "base/file.h"
#include "base/gzip.h"
#include "tests/test.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char dir[64];

static const char *in_dir(const char *name) {
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  return path;
}

static int setup(void **state) {
  (void)state;
  strcpy(dir, "/tmp/dragoman-file-XXXXXX");
  return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  DIR *d = opendir(dir);
  for (struct dirent *entry; (entry = readdir(d));) (void)unlinkat(dirfd(d), entry->d_name, 0);
  closedir(d);
  return rmdir(dir);
}

static size_t files_in_dir(void) {
  size_t n = 0;
  DIR *d = opendir(dir);
  while (readdir(d)) n++;
  closedir(d);
  return n - 2;
}

static void check_content(const char *path, str want) {
  char *data;
  size_t n;
  err e = {0};
  assert_int_equal(file_read(path, 1 << 20, &data, &n, &e), ERR_OK);
  assert_str_equal(str_make(data, n), want);
  assert_int_equal(data[n], '\0');
  free(data);
}

static void test_write_and_read(void **state) {
  (void)state;
  const char *path = in_dir("f");
  err e = {0};
  assert_int_equal(file_write_atomic(path, STR("one"), 0600, &e), ERR_OK);
  check_content(path, STR("one"));
  assert_int_equal(file_write_atomic(path, STR("two\0two"), 0640, &e), ERR_OK);
  check_content(path, STR("two\0two"));
  struct stat st;
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0640);
  assert_int_equal(file_write_atomic(path, STR(""), 0600, &e), ERR_OK);
  check_content(path, STR(""));
  assert_int_equal(files_in_dir(), 1);
}

static void test_read_errors(void **state) {
  (void)state;
  char *data;
  size_t n;
  err e = {0};
  assert_int_equal(file_read(in_dir("absent"), 10, &data, &n, &e), ERR_NOT_FOUND);
  assert_int_equal(file_write_atomic(in_dir("f"), STR("12345"), 0600, &e), ERR_OK);
  assert_int_equal(file_read(in_dir("f"), 4, &data, &n, &e), ERR_TOO_LARGE);
  assert_int_equal(file_read(in_dir("f"), 5, &data, &n, &e), ERR_OK);
  free(data);
  assert_int_equal(file_read(dir, 10, &data, &n, &e), ERR_IO);
}

/* A write that fails half way leaves the old file and no other. */
static void test_failed_write_changes_nothing(void **state) {
  (void)state;
  const char *path = in_dir("f");
  err e = {0};
  assert_int_equal(file_write_atomic(path, STR("old"), 0600, &e), ERR_OK);
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit old, small;
  getrlimit(RLIMIT_FSIZE, &old);
  small = old;
  small.rlim_cur = 4096;
  setrlimit(RLIMIT_FSIZE, &small);
  static char big[100000];
  err_code rc = file_write_atomic(path, str_make(big, sizeof big), 0600, &e);
  setrlimit(RLIMIT_FSIZE, &old);
  assert_true(rc == ERR_IO || rc == ERR_NO_SPACE);
  check_content(path, STR("old"));
  assert_int_equal(files_in_dir(), 1);
  assert_int_equal(file_write_atomic(in_dir("no/such/dir"), STR("x"), 0600, &e), ERR_IO);
}

static void test_gz(void **state) {
  (void)state;
  const char *path = in_dir("f.gz");
  gzFile gz = gzopen(path, "wb");
  for (int i = 0; i < 10000; i++) gzputs(gz, "line\n");
  gzclose(gz);
  char *data;
  size_t n;
  err e = {0};
  assert_int_equal(file_read_maybe_gz(path, 50000, &data, &n, &e), ERR_OK);
  assert_int_equal(n, 50000);
  assert_memory_equal(data + n - 5, "line\n", 6);
  free(data);
  assert_int_equal(file_read_maybe_gz(path, 49999, &data, &n, &e), ERR_TOO_LARGE);
  assert_int_equal(truncate(path, 40), 0);
  assert_int_equal(file_read_maybe_gz(path, 50000, &data, &n, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(file_write_atomic(path, STR("plain"), 0600, &e), ERR_OK);
  assert_int_equal(file_read_maybe_gz(path, 5, &data, &n, &e), ERR_OK);
  assert_str_equal(str_make(data, n), STR("plain"));
  free(data);
}

/* What is compressed is read again, and the same bytes give the same file. */
static void test_gzip(void **state) {
  (void)state;
  const char *path = in_dir("g.gz");
  for (size_t n = 0; n < 3000000; n = n * 7 + 1) {
    buf plain = {0}, packed = {0}, again = {0};
    for (size_t i = 0; i < n; i++) buf_add_byte(&plain, (char)(i * i >> 7));
    err e = {0};
    char *data;
    size_t got;
    assert_int_equal(gzip_add(&packed, buf_str(&plain), &e), ERR_OK);
    assert_int_equal(gzip_add(&again, buf_str(&plain), &e), ERR_OK);
    assert_true(str_eq(buf_str(&packed), buf_str(&again)));
    assert_int_equal(file_write_atomic(path, buf_str(&packed), 0600, &e), ERR_OK);
    assert_int_equal(file_read_maybe_gz(path, n + 100, &data, &got, &e), ERR_OK);
    assert_true(str_eq(str_make(data, got), buf_str(&plain)));
    free(data);
    buf_free(&plain);
    buf_free(&packed);
    buf_free(&again);
  }
}

static void test_map(void **state) {
  (void)state;
  err e = {0};
  file_map m;
  assert_int_equal(file_write_atomic(in_dir("f"), STR("mapped"), 0600, &e), ERR_OK);
  assert_int_equal(file_map_open(in_dir("f"), &m, &e), ERR_OK);
  assert_str_equal(str_make((const char *)m.p, m.n), STR("mapped"));
  file_map_forget(&m);
  assert_str_equal(str_make((const char *)m.p, m.n), STR("mapped"));
  file_map_close(&m);
  assert_int_equal(file_write_atomic(in_dir("f"), STR(""), 0600, &e), ERR_OK);
  assert_int_equal(file_map_open(in_dir("f"), &m, &e), ERR_OK);
  assert_int_equal(m.n, 0);
  file_map_forget(&m);
  file_map_close(&m);
  assert_int_equal(file_map_open(in_dir("absent"), &m, &e), ERR_NOT_FOUND);
  assert_int_equal(file_map_open(dir, &m, &e), ERR_INVALID_ARGUMENT);
}

static void test_make_dirs(void **state) {
  (void)state;
  err e = {0};
  assert_int_equal(file_make_dirs(in_dir("a/b/c"), 0700, &e), ERR_OK);
  assert_int_equal(file_make_dirs(in_dir("a/b/c"), 0700, &e), ERR_OK);
  assert_int_equal(file_sync_dir(in_dir("a/b/c"), &e), ERR_OK);
  assert_int_equal(rmdir(in_dir("a/b/c")), 0);
  assert_int_equal(rmdir(in_dir("a/b")), 0);
  assert_int_equal(rmdir(in_dir("a")), 0);
  assert_int_equal(file_write_atomic(in_dir("file"), STR(""), 0600, &e), ERR_OK);
  assert_int_not_equal(file_make_dirs(in_dir("file/x"), 0700, &e), ERR_OK);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(test_write_and_read),
                                     TEST(test_read_errors),
                                     TEST(test_failed_write_changes_nothing),
                                     TEST(test_gz),
                                     TEST(test_gzip),
                                     TEST(test_map),
                                     TEST(test_make_dirs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

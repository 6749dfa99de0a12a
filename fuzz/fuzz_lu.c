/* Any bytes as a .lu file: an error with line and column, or an app whose .lu text is read back as the same app, and
 * whose JSON form is read back. */
#include "fuzz/fuzz.h"
#include "project/lu.h"
#include "project/luis_json.h"
#include "text/utf8.h"

static void check_app(const luis_app *app, arena *a) {
  buf json = {0}, again = {0}, text = {0};
  luis_app back;
  notes l = {.a = a};
  err e = {0};
  luis_write(app, &json);
  err_code rc = luis_read(buf_str(&json), a, &back, &e);
  if (rc != ERR_OK) fprintf(stderr, "%s\n" STR_FMT "\n", e.message, STR_ARG(buf_str(&json)));
  FUZZ_CHECK(rc == ERR_OK);
  if (lu_write(app, &text, &l, NULL) == ERR_OK) {
    rc = lu_read(buf_str(&text), a, &back, NULL, &e);
    if (rc != ERR_OK) fprintf(stderr, "%s\n" STR_FMT "\n", e.message, STR_ARG(buf_str(&text)));
    FUZZ_CHECK(rc == ERR_OK);
    buf_free(&text);
    FUZZ_CHECK(lu_write(app, &text, NULL, NULL) == ERR_OK);
    FUZZ_CHECK(lu_write(&back, &again, NULL, NULL) == ERR_OK);
    if (!l.n && !str_eq(buf_str(&text), buf_str(&again)))
      fprintf(stderr, STR_FMT "\n--\n" STR_FMT, STR_ARG(buf_str(&text)), STR_ARG(buf_str(&again)));
    FUZZ_CHECK(l.n || str_eq(buf_str(&text), buf_str(&again)));
  }
  buf_free(&json);
  buf_free(&again);
  buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  arena a;
  arena_init(&a, 0);
  luis_app app;
  notes l = {.a = &a};
  err e = {0};
  if (lu_read(str_make((const char *)data, n), &a, &app, &l, &e) == ERR_OK)
    check_app(&app, &a);
  else
    FUZZ_CHECK(e.message[0] && e.target[0] && utf8_valid(str_of(e.message), NULL) &&
               utf8_valid(str_of(e.target), NULL));
  for (size_t i = 0; i < l.n; i++) FUZZ_CHECK(utf8_valid(l.v[i].text, NULL));
  arena_fini(&a);
  return 0;
}

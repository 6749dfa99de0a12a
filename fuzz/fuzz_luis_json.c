/* Any bytes as a LUIS app in JSON: an error with a sentence, or an app that survives writing and reading, as JSON
 * and, as far as .lu can say it, as .lu, and that becomes a project which is read back and converted back. */
#include "fuzz/fuzz.h"
#include "project/clu_json.h"
#include "project/lu.h"
#include "project/luis_convert.h"
#include "project/luis_json.h"
#include "text/utf8.h"

static void check_json(const luis_app *app, arena *a) {
  buf first = {0}, again = {0};
  luis_app back;
  luis_write(app, &first);
  FUZZ_CHECK(luis_read(buf_str(&first), a, &back, NULL) == ERR_OK);
  luis_write(&back, &again);
  FUZZ_CHECK(str_eq(buf_str(&first), buf_str(&again)));
  buf_free(&first);
  buf_free(&again);
}

/* The first writing may leave things out and make a global phrase list a feature of all; from then on the text
 * stays as it is. */
static void check_lu(const luis_app *app, arena *a) {
  buf first = {0}, second = {0}, third = {0};
  luis_app back;
  notes l = {.a = a};
  if (lu_write(app, &first, NULL, NULL) != ERR_OK) return;
  err e = {0};
  err_code rc = lu_read(buf_str(&first), a, &back, NULL, &e);
  if (rc != ERR_OK) fprintf(stderr, "%s\n" STR_FMT, e.message, STR_ARG(buf_str(&first)));
  FUZZ_CHECK(rc == ERR_OK);
  FUZZ_CHECK(lu_write(&back, &second, &l, NULL) == ERR_OK);
  FUZZ_CHECK(lu_read(buf_str(&second), a, &back, NULL, NULL) == ERR_OK);
  FUZZ_CHECK(lu_write(&back, &third, NULL, NULL) == ERR_OK);
  if (!l.n && !str_eq(buf_str(&second), buf_str(&third)))
    fprintf(stderr, STR_FMT "\n--\n" STR_FMT, STR_ARG(buf_str(&second)), STR_ARG(buf_str(&third)));
  FUZZ_CHECK(l.n || str_eq(buf_str(&second), buf_str(&third)));
  buf_free(&first);
  buf_free(&second);
  buf_free(&third);
}

static void check_clu(const luis_app *app, arena *a) {
  project p, back;
  luis_app again;
  notes l = {.a = a};
  err e = {0};
  if (luis_to_clu(app, a, &p, &l, &e) != ERR_OK) {
    FUZZ_CHECK(e.code == ERR_QUOTA_EXCEEDED);
    return;
  }
  buf text = {0};
  clu_write(&p, OFFSET_UTF16, &text);
  err_code rc = clu_read(buf_str(&text), NULL, a, &back, &e);
  if (rc != ERR_OK) fprintf(stderr, "%s\n" STR_FMT "\n", e.message, STR_ARG(buf_str(&text)));
  FUZZ_CHECK(rc == ERR_OK);
  buf_free(&text);
  rc = clu_to_luis(&back, a, &again, &l, &e);
  if (rc != ERR_OK && rc != ERR_QUOTA_EXCEEDED) fprintf(stderr, "%s\n", e.message);
  FUZZ_CHECK(rc == ERR_OK || rc == ERR_QUOTA_EXCEEDED);
  if (rc == ERR_OK) check_json(&again, a);
  for (size_t i = 0; i < l.n; i++) FUZZ_CHECK(l.v[i].place.n && l.v[i].text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  arena a;
  arena_init(&a, 0);
  luis_app app;
  err e = {0};
  if (luis_read(str_make((const char *)data, n), &a, &app, &e) == ERR_OK) {
    check_json(&app, &a);
    check_lu(&app, &a);
    check_clu(&app, &a);
  } else {
    FUZZ_CHECK(e.message[0] && utf8_valid(str_of(e.message), NULL) && utf8_valid(str_of(e.target), NULL));
  }
  arena_fini(&a);
  return 0;
}

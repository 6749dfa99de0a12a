/* Apps and queries of tests/cases/luis/understanding: {"app" (JSON or the lines of a .lu), "cases": [{"query",
 * "intent", "entities", and what the request brings along}]}. Each app is read, trained and asked; entities are
 * compared as luis_case.h writes them. */
#include "tests/model/luis_case.h"

#include <dirent.h>
#include <stdlib.h>

typedef struct request {
  luis_external externals[8];
  jnode resolutions[8];
  luis_dynamic_list lists[4];
  luis_predict_options o;
} request;

static const int64_t REFERENCE_US = INT64_C(1714640400000000); /* 2024-05-02T09:00 */

static uint32_t offset_of(str text, str part) {
  for (size_t i = 0; i + part.n <= text.n; i++)
    if (memcmp(text.p + i, part.p, part.n) == 0) return (uint32_t)i;
  fail_msg("no \"%.*s\" in \"%.*s\"", STR_ARG(part), STR_ARG(text));
  return 0;
}

/* {"entity", "text" within the query, "score", "resolution"} */
static void read_externals(const jnode *c, str query, request *r) {
  jnode all = jn_get(c, "externalEntities");
  for (size_t i = 0; i < jn_len(&all); i++) {
    jnode x = jn_at(&all, i), name = jn_get(&x, "entity"), text = jn_get(&x, "text"), score = jn_get(&x, "score");
    luis_external *e = &r->externals[r->o.external_count++];
    *e = (luis_external){.entity = jn_str(&name)};
    e->begin_bytes = offset_of(query, jn_str(&text));
    e->end_bytes = e->begin_bytes + (uint32_t)jn_str(&text).n;
    e->has_score = jn_typeof(&score) == JN_REAL;
    if (e->has_score) e->score = jn_num(&score);
    r->resolutions[i] = jn_get(&x, "resolution");
    if (jn_typeof(&r->resolutions[i]) != JN_ABSENT) e->resolution = &r->resolutions[i];
  }
  jnode prefer = jn_get(c, "preferExternalEntities");
  r->o.prefer_externals = jn_typeof(&prefer) == JN_BOOL && jn_bool(&prefer);
  r->o.externals = r->externals;
}

/* {"list", "canonicalForm", "synonyms"} */
static void read_lists(const jnode *c, arena *a, request *r) {
  jnode all = jn_get(c, "dynamicLists");
  for (size_t i = 0; i < jn_len(&all); i++) {
    jnode x = jn_at(&all, i), list = jn_get(&x, "list"), form = jn_get(&x, "canonicalForm"),
          words = jn_get(&x, "synonyms");
    luis_sublist *s = ARENA_NEW(a, luis_sublist);
    str *v = ARENA_ARRAY(a, str, jn_len(&words) + 1);
    for (size_t k = 0; k < jn_len(&words); k++) {
      jnode word = jn_at(&words, k);
      v[k] = jn_str(&word);
    }
    *s = (luis_sublist){.canonical_form = jn_str(&form), .list = {v, jn_len(&words)}};
    r->lists[r->o.dynamic_list_count++] = (luis_dynamic_list){.entity = jn_str(&list), .lists = {s, 1}};
  }
  r->o.dynamic_lists = r->lists;
}

static void run_case(const char *file, const model *m, const jnode *c) {
  arena a;
  arena_init(&a, 0);
  request r = {.o = {.reference_us = REFERENCE_US}};
  jnode query = jn_get(c, "query"), wanted = jn_get(c, "intent"), entities = jn_get(c, "entities");
  str text = jn_str(&query);
  read_externals(c, text, &r);
  read_lists(c, &a, &r);
  luis_prediction p;
  luis_predict(m, text, &r.o, &a, &p);
  luis_case_check(m, text, &p);
  str top = model_intent_name(m, p.intents[0].intent);
  if (jn_typeof(&wanted) == JN_STR && !str_eq(top, jn_str(&wanted)))
    fail_msg("%s: \"%.*s\": %.*s (%.3f), not %.*s", file, STR_ARG(text), STR_ARG(top), (double)p.intents[0].score,
             STR_ARG(jn_str(&wanted)));
  jnode least = jn_get(c, "atLeast");
  if (jn_typeof(&least) == JN_REAL) assert_true((double)p.intents[0].score >= jn_num(&least));
  buf found = {0}, expected = {0};
  for (size_t i = 0; i < p.entity_count; i++) {
    luis_case_entity(&p.entities[i], text, &found);
    buf_add_byte(&found, '\n');
  }
  for (size_t i = 0; i < jn_len(&entities); i++) {
    jnode x = jn_at(&entities, i);
    buf_add_str(&expected, jn_str(&x));
    buf_add_byte(&expected, '\n');
  }
  if (jn_typeof(&entities) == JN_ARR && !str_eq(buf_str(&found), buf_str(&expected)))
    fail_msg("%s: \"%.*s\" gives\n%.*snot\n%.*s", file, STR_ARG(text), STR_ARG(buf_str(&found)),
             STR_ARG(buf_str(&expected)));
  prediction flat;
  model_predict(m, text, &(predict_options){.reference_us = REFERENCE_US, .threshold = -1}, &a, &flat);
  assert_int_equal(flat.intent_count, p.intent_count);
  buf_free(&found);
  buf_free(&expected);
  arena_fini(&a);
}

/* An object, or the lines of a .lu file. */
static void read_app(const jnode *app, buf *out) {
  if (jn_typeof(app) == JN_OBJ) jn_dump(app, out);
  for (size_t i = 0; jn_typeof(app) == JN_ARR && i < jn_len(app); i++) {
    jnode line = jn_at(app, i);
    buf_add_str(out, jn_str(&line));
    buf_add_byte(out, '\n');
  }
}

static void run_file(const char *path) {
  char *json;
  size_t n;
  err e = {0};
  jdoc *doc;
  assert_int_equal(file_read(path, 1 << 22, &json, &n, &e), ERR_OK);
  if (jn_parse(str_make(json, n), &doc, &e)) fail_msg("%s: %s", path, e.message);
  jnode root = jn_root(doc), app = jn_get(&root, "app"), cases = jn_get(&root, "cases");
  buf text = {0};
  read_app(&app, &text);
  arena a;
  arena_init(&a, 0);
  model *m = luis_case_train(buf_str(&text), &a);
  assert_int_equal(model_describe(m)->kind, PROJECT_LUIS);
  for (size_t i = 0; i < jn_len(&cases); i++) {
    jnode c = jn_at(&cases, i);
    run_case(path, m, &c);
  }
  assert_true(jn_len(&cases) > 0);
  model_close(m);
  arena_fini(&a);
  buf_free(&text);
  jn_free(doc);
  free(json);
}

static void test_files(void **state) {
  (void)state;
  static const char dir[] = "tests/cases/luis/understanding";
  DIR *d = opendir(dir);
  assert_non_null(d);
  size_t n = 0;
  for (struct dirent *f; (f = readdir(d));) {
    char path[512];
    if (!str_ends(str_of(f->d_name), STR(".json"))) continue;
    snprintf(path, sizeof path, "%s/%s", dir, f->d_name);
    run_file(path);
    n++;
  }
  closedir(d);
  assert_true(n > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a LUIS model finds in the shapes of V2 and V3: tests/cases/api/luis_write.txt. */
#include "api/luis_write.h"
#include "recognize/request.h"
#include "tests/case_file.h"

typedef struct fixture {
  arena a;
  str text;
} fixture;

static str text_of(const jnode *n, const char *key) {
  str s = STR_NONE;
  assert_int_equal(jn_opt_str(n, key, &s, NULL, NULL), ERR_OK);
  return s;
}

static luis_kind kind_of(str name) {
  static const char *const names[LUIS_KIND_COUNT] = {
      [LUIS_ENTITY] = "learned",   [LUIS_HIERARCHICAL] = "hierarchical", [LUIS_COMPOSITE] = "composite",
      [LUIS_CLOSED_LIST] = "list", [LUIS_PREBUILT] = "prebuilt",         [LUIS_PATTERN_ANY] = "any",
      [LUIS_REGEX] = "regex"};
  for (luis_kind k = 0; k < LUIS_KIND_COUNT; k++)
    if (str_eq(name, str_of(names[k]))) return k;
  fail_msg("kind " STR_FMT, STR_ARG(name));
  return LUIS_ENTITY;
}

/* What that recogniser finds at the place. */
static const recognized *recognized_at(fixture *x, str by, uint32_t begin, uint32_t end) {
  recognize_options o = {.reference = {2024, 5, 2, 9, 0, 0}};
  const culture *c;
  recognized *v;
  size_t n;
  assert_int_equal(request_models(by, &o, NULL), ERR_OK);
  assert_int_equal(request_culture(STR("en-us"), &c, NULL), ERR_OK);
  assert_int_equal(recognize(c, x->text, &o, &x->a, &v, &n, NULL), ERR_OK);
  for (size_t i = 0; i < n; i++)
    if (v[i].begin_bytes == begin && v[i].end_bytes == end) return &v[i];
  fail_msg("nothing recognised in " STR_FMT, STR_ARG(x->text));
  return NULL;
}

static void read_place(fixture *x, str part, luis_found *out) {
  const char *at = memmem(x->text.p, x->text.n, part.p, part.n);
  assert_non_null(at);
  out->begin_bytes = (uint32_t)(at - x->text.p);
  out->end_bytes = out->begin_bytes + (uint32_t)part.n;
}

static const luis_found *read_all(fixture *x, const jnode *list, size_t *n);

static void read_found(fixture *x, const jnode *n, luis_found *out) {
  *out = (luis_found){.kind = kind_of(text_of(n, "kind")), .name = text_of(n, "name"), .role = text_of(n, "role")};
  read_place(x, text_of(n, "text"), out);
  double score = 0;
  assert_int_equal(jn_opt_num(n, "score", 0, 1, &score, &out->has_score, NULL), ERR_OK);
  out->score = (float)score;
  assert_int_equal(jn_opt_bool(n, "roleSlot", &out->has_role_slot, NULL, NULL), ERR_OK);
  str from = text_of(n, "from");
  out->sources = str_eq(from, STR("external")) ? LUIS_FROM_EXTERNAL
                 : str_eq(from, STR("both"))   ? LUIS_FROM_EXTERNAL | LUIS_FROM_MODEL
                                               : LUIS_FROM_MODEL;
  out->feature = text_of(n, "feature");
  out->subtype = text_of(n, "subtype");
  str by = text_of(n, "model");
  if (by.p) out->prebuilt = recognized_at(x, by, out->begin_bytes, out->end_bytes);
  jnode resolution = jn_get(n, "resolution"), values = jn_get(n, "values"), children = jn_get(n, "children");
  if (jn_typeof(&resolution) != JN_ABSENT) out->resolution = arena_copy(&x->a, &resolution, sizeof resolution);
  out->canonical_count = jn_len(&values);
  str *forms = ARENA_ARRAY(&x->a, str, out->canonical_count);
  for (size_t i = 0; i < out->canonical_count; i++) {
    jnode value = jn_at(&values, i);
    forms[i] = jn_str(&value);
  }
  out->canonical_forms = forms;
  out->children = read_all(x, &children, &out->child_count);
}

static const luis_found *read_all(fixture *x, const jnode *list, size_t *n) {
  *n = jn_len(list);
  luis_found *v = ARENA_ARRAY(&x->a, luis_found, *n);
  for (size_t i = 0; i < *n; i++) {
    jnode item = jn_at(list, i);
    read_found(x, &item, &v[i]);
  }
  return v;
}

static void check(const case_block *b, size_t line, buf *got) {
  str want = line < b->n ? b->lines[line] : STR("");
  if (!str_eq(buf_str(got), want))
    fail_msg("line %zu:\n" STR_FMT "\nnot\n" STR_FMT, b->line_number + line, STR_ARG(buf_str(got)), STR_ARG(want));
  got->n = 0;
}

/* The first and only edit of a query: {"query","text"} differ in the words "wrong" and "right". */
static void read_edit(const jnode *root, fixture *x, luis_text *t) {
  str wrong = text_of(root, "wrong"), right = text_of(root, "right");
  if (!wrong.p) return;
  spelling_edit *edit = ARENA_NEW(&x->a, spelling_edit);
  luis_found at;
  fixture sent = {.text = t->query};
  read_place(&sent, wrong, &at);
  *edit = (spelling_edit){at.begin_bytes, at.end_bytes, at.begin_bytes, at.begin_bytes + (uint32_t)right.n};
  t->spelling = (spelling_result){x->text, edit, 1};
}

static void run_case(const case_block *b, void *user) {
  fixture *x = user;
  jdoc *doc;
  luis_text t;
  size_t n;
  err e = {0};
  if (jn_parse(b->lines[0], &doc, &e) != ERR_OK) fail_msg("line %zu: %s", b->line_number, e.message);
  jnode root = jn_root(doc), list = jn_get(&root, "found");
  str query = text_of(&root, "query");
  x->text = text_of(&root, "understood");
  if (!x->text.p) x->text = query;
  luis_text_init(&t, query, &x->a);
  read_edit(&root, x, &t);
  const luis_found *v = read_all(x, &list, &n);
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  luis_v3_write_entities(&w, &t, v, n, true, &x->a);
  check(b, 1, &out);
  jw_init(&w, &out);
  jw_obj(&w);
  jw_key(&w, "entities");
  luis_v2_write_entities(&w, &t, v, n, &x->a);
  luis_v2_write_composites(&w, &t, v, n, &x->a);
  jw_end(&w);
  check(b, 2, &out);
  jw_init(&w, &out);
  luis_v3_write_entities(&w, &t, v, n, false, &x->a);
  if (b->n > 3) check(b, 3, &out);
  if (memmem(out.p, out.n, "$instance", 9)) fail_msg("line %zu: $instance", b->line_number);
  buf_free(&out);
  jn_free(doc);
  arena_reset(&x->a);
}

static void test_cases(void **state) {
  (void)state;
  fixture x = {.text = STR_NONE};
  arena_init(&x.a, 0);
  assert_true(case_file_run("tests/cases/api/luis_write.txt", run_case, &x) > 15);
  arena_fini(&x.a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

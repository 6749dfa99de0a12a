/* Composition: the cases of tests/cases/model/compose.json, and invariants on random finds. */
#include "tests/test.h"

#include "base/file.h"
#include "base/json_in.h"
#include "base/rng.h"
#include "model/compose.h"

static unsigned component_bit(str s) {
  static const struct {
    const char *name;
    unsigned bit;
  } names[] = {{"learned", COMPONENT_LEARNED},
               {"list", COMPONENT_LIST},
               {"prebuilts", COMPONENT_PREBUILT},
               {"regex", COMPONENT_REGEX}};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_eq(s, str_of(names[i].name))) return names[i].bit;
  fail_msg("unknown component %.*s", STR_ARG(s));
  return 0;
}

static unsigned component_bits(const jnode *list) {
  unsigned bits = 0;
  for (size_t i = 0; i < jn_len(list); i++) {
    jnode n = jn_at(list, i);
    bits |= component_bit(jn_str(&n));
  }
  return bits;
}

static uint32_t composition_of(const jnode *rule) {
  static const char *const names[] = {"absent", "combine", "separate", "longest", "exact"};
  jnode n = jn_get(rule, "composition");
  if (jn_typeof(&n) == JN_ABSENT) return COMPOSE_ABSENT;
  for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_eq(jn_str(&n), str_of(names[i]))) return i;
  fail_msg("unknown composition");
  return 0;
}

static str member(const jnode *n, const char *key) {
  jnode v = jn_get(n, key);
  return jn_typeof(&v) == JN_STR ? jn_str(&v) : STR("");
}

static uint32_t entity_of(const jnode *n) {
  jnode v = jn_get(n, "entity");
  return jn_typeof(&v) == JN_INT ? (uint32_t)jn_int(&v) : 0;
}

/* A resolution with one key for each name of the list. */
static const attr_list *resolutions_of(const jnode *n, arena *a, size_t *count) {
  jnode names = jn_get(n, "resolutions");
  *count = jn_len(&names);
  attr_list *v = ARENA_ARRAY(a, attr_list, *count + 1);
  for (size_t i = 0; i < *count; i++) {
    jnode name = jn_at(&names, i);
    attr *value = ARENA_NEW(a, attr);
    *value = (attr){.key = "value", .kind = ATTR_STR, .text = jn_str(&name)};
    v[i] = (attr_list){value, 1};
  }
  return v;
}

static component_span span_of(const jnode *n, str text, arena *a) {
  str piece = member(n, "text"), key = member(n, "key");
  const char *at = memmem(text.p, text.n, piece.p, piece.n);
  assert_non_null(at);
  unsigned component = component_bit(member(n, "component"));
  jnode score = jn_get(n, "score");
  entity_extra extra = {.kind = component == COMPONENT_LIST    ? EXTRA_LIST_KEY
                                : component == COMPONENT_REGEX ? EXTRA_REGEX_KEY
                                                               : EXTRA_ENTITY_SUBTYPE,
                        .key = key};
  size_t resolution_count;
  const attr_list *resolutions = resolutions_of(n, a, &resolution_count);
  return (component_span){.entity = entity_of(n),
                          .begin_bytes = (uint32_t)(at - text.p),
                          .end_bytes = (uint32_t)(at - text.p + (ptrdiff_t)piece.n),
                          .component = component,
                          .score = jn_typeof(&score) == JN_ABSENT ? 1.0f : (float)jn_num(&score),
                          .has_extra = component != COMPONENT_LEARNED,
                          .extra = extra,
                          .resolutions = resolutions,
                          .resolution_count = resolution_count};
}

static void check_instance(const jnode *want, str text, const predicted_entity *got) {
  assert_int_equal(got->entity, entity_of(want));
  assert_str_equal(str_make(text.p + got->begin_bytes, got->end_bytes - got->begin_bytes), member(want, "text"));
  jnode components = jn_get(want, "components"), keys = jn_get(want, "keys"), score = jn_get(want, "score");
  assert_int_equal(got->components, component_bits(&components));
  assert_int_equal(got->extra_count, jn_len(&keys));
  for (size_t i = 0; i < got->extra_count; i++) {
    jnode key = jn_at(&keys, i);
    assert_str_equal(got->extras[i].key, jn_str(&key));
  }
  if (jn_typeof(&score) != JN_ABSENT) assert_float_equal(got->score, jn_num(&score), 1e-6);
  jnode names = jn_get(want, "resolutions");
  assert_int_equal(got->resolution_count, jn_len(&names));
  for (size_t i = 0; i < got->resolution_count; i++) {
    jnode name = jn_at(&names, i);
    assert_str_equal(got->resolutions[i].v[0].text, jn_str(&name));
  }
}

static void run_case(const jnode *c, arena *a) {
  str name = member(c, "name"), text = member(c, "text");
  jnode entities = jn_get(c, "entities"), spans = jn_get(c, "spans"), expect = jn_get(c, "expect");
  compose_rule *rules = ARENA_ARRAY(a, compose_rule, jn_len(&entities));
  for (size_t i = 0; i < jn_len(&entities); i++) {
    jnode e = jn_at(&entities, i), defined = jn_get(&e, "defined"), required = jn_get(&e, "required");
    rules[i] = (compose_rule){composition_of(&e), component_bits(&required), component_bits(&defined)};
  }
  size_t n = jn_len(&spans), count;
  component_span *finds = ARENA_ARRAY(a, component_span, n + 1);
  for (size_t i = 0; i < n; i++) {
    jnode s = jn_at(&spans, i);
    finds[i] = span_of(&s, text, a);
  }
  const predicted_entity *out;
  compose(text, rules, finds, n, a, &out, &count);
  if (count != jn_len(&expect)) fail_msg("%.*s: %zu instances", STR_ARG(name), count);
  for (size_t i = 0; i < count; i++) {
    jnode want = jn_at(&expect, i);
    check_instance(&want, text, &out[i]);
  }
}

static void test_cases(void **state) {
  (void)state;
  char *data;
  size_t n;
  jdoc *doc;
  assert_int_equal(file_read("tests/cases/model/compose.json", 1 << 20, &data, &n, NULL), ERR_OK);
  assert_int_equal(jn_parse(str_make(data, n), &doc, NULL), ERR_OK);
  jnode root = jn_root(doc), cases = jn_get(&root, "cases");
  assert_true(jn_len(&cases) > 20);
  arena a;
  arena_init(&a, 0);
  for (size_t i = 0; i < jn_len(&cases); i++) {
    jnode c = jn_at(&cases, i);
    run_case(&c, &a);
  }
  arena_fini(&a);
  jn_free(doc);
  free(data);
}

static component_span random_find(rng *r) {
  static const unsigned bits[] = {COMPONENT_LEARNED, COMPONENT_LIST, COMPONENT_PREBUILT, COMPONENT_REGEX};
  uint32_t begin = rng_below(r, 18);
  return (component_span){.entity = rng_below(r, 3),
                          .begin_bytes = begin,
                          .end_bytes = begin + 1 + rng_below(r, 20 - begin),
                          .component = bits[rng_below(r, 4)],
                          .score = (float)rng_unit(r)};
}

/* Characters of one entity that some find, or some instance, covers. */
static void cover(bool *covered, uint32_t begin, uint32_t end) {
  for (uint32_t i = begin; i < end; i++) covered[i] = true;
}

/* Combining keeps exactly the characters found and never leaves two instances of one entity
 * overlapping; separating keeps every find; the order of the finds does not matter. */
static void test_random(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  rng r;
  rng_seed(&r, 7);
  str text = STR("abcdefghijklmnopqrstu");
  for (int round = 0; round < 2000; round++) {
    arena_reset(&a);
    size_t n = rng_below(&r, 8), count, again_count;
    component_span finds[8], again[8];
    bool found[3][24] = {{0}}, answered[3][24] = {{0}};
    for (size_t i = 0; i < n; i++) {
      finds[i] = random_find(&r);
      cover(found[finds[i].entity], finds[i].begin_bytes, finds[i].end_bytes);
    }
    uint32_t kind = rng_below(&r, 2) ? COMPOSE_COMBINE : COMPOSE_SEPARATE;
    compose_rule rules[3] = {{.composition = kind}, {.composition = kind}, {.composition = kind}};
    for (size_t i = 0; i < n; i++) again[i] = finds[n - 1 - i];
    const predicted_entity *out, *other;
    compose(text, rules, finds, n, &a, &out, &count);
    compose(text, rules, again, n, &a, &other, &again_count);
    assert_int_equal(count, again_count);
    if (kind == COMPOSE_SEPARATE) assert_int_equal(count, n);
    for (size_t i = 0; i < count; i++) {
      assert_int_equal(out[i].begin_bytes, other[i].begin_bytes);
      assert_int_equal(out[i].end_bytes, other[i].end_bytes);
      assert_int_equal(out[i].components, other[i].components);
      if (i) assert_true(out[i - 1].begin_bytes <= out[i].begin_bytes);
      for (size_t j = 0; j < i && kind == COMPOSE_COMBINE; j++)
        if (out[j].entity == out[i].entity) assert_true(out[j].end_bytes <= out[i].begin_bytes);
      cover(answered[out[i].entity], out[i].begin_bytes, out[i].end_bytes);
    }
    assert_memory_equal(found, answered, sizeof found);
  }
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_random)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

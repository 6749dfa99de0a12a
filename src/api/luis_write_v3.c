/* luis_write_v3.c -- entities as V3 answers them: values by name or role, beside them "$instance" with where each
 * was found. A part that has parts is an object of the same shape. */
#include "api/luis_write.h"

/* "Location::From": the part, like a role. */
static bool is_part(const luis_found *f, str *parent, str *part) {
  if (f->kind != LUIS_HIERARCHICAL) return false;
  size_t at = str_find_byte(f->name, ':');
  if (at + 2 > f->name.n || f->name.p[at + 1] != ':') return false;
  *parent = str_make(f->name.p, at);
  *part = str_skip(f->name, at + 2);
  return true;
}

static str key_of(const luis_found *f) {
  str parent, part;
  if (f->role.n) return f->role;
  if (is_part(f, &parent, &part)) return part;
  if (f->kind == LUIS_PREBUILT && str_eq(f->name, STR("currency"))) return STR("money");
  return f->name;
}

/* ---- values ------------------------------------------------------------------------------------ */

static void write_json(jw *w, const jnode *n) {
  buf b = {0};
  jn_dump(n, &b);
  jw_raw(w, buf_str(&b));
  buf_free(&b);
}

static void write_place(jw *w, str value, str type) {
  jw_obj(w);
  jw_kstr(w, "value", value);
  jw_kstr(w, "type", type);
  jw_end(w);
}

static void write_value(jw *w, const luis_text *t, const luis_found *f, bool with_instance, arena *a) {
  if (f->resolution)
    write_json(w, f->resolution);
  else if (!(f->sources & LUIS_FROM_MODEL))
    jw_str(w, luis_found_text(t, f));
  else if (f->canonical_count)
    jw_strs(w, f->canonical_forms, f->canonical_count);
  else if (f->prebuilt)
    luis_v3_write(w, f->prebuilt, t->spelling.text, luis_found_ordinal(f));
  else if (f->subtype.n)
    write_place(w, luis_found_text(t, f), f->subtype);
  else if (f->child_count || f->kind == LUIS_COMPOSITE)
    luis_v3_write_entities(w, t, f->children, f->child_count, with_instance, a);
  else
    jw_str(w, luis_found_text(t, f));
}

/* ---- $instance --------------------------------------------------------------------------------- */

static void write_model_type(jw *w, luis_kind kind) {
  static const struct {
    int id;
    const char *name;
  } types[LUIS_KIND_COUNT] = {[LUIS_ENTITY] = {1, "Entity Extractor"},
                              [LUIS_HIERARCHICAL] = {6, "Hierarchical Child Entity Extractor"},
                              [LUIS_COMPOSITE] = {4, "Composite Entity Extractor"},
                              [LUIS_CLOSED_LIST] = {5, "List Entity Extractor"},
                              [LUIS_PREBUILT] = {2, "Prebuilt Entity Extractor"},
                              [LUIS_PATTERN_ANY] = {7, "Pattern.Any Entity Extractor"},
                              [LUIS_REGEX] = {8, "Regex Entity Extractor"}};
  jw_kint(w, "modelTypeId", types[kind].id);
  jw_kcstr(w, "modelType", types[kind].name);
}

static void write_sources(jw *w, unsigned sources) {
  jw_key(w, "recognitionSources");
  jw_arr(w);
  if (sources & LUIS_FROM_MODEL) jw_cstr(w, "model");
  if (sources & LUIS_FROM_EXTERNAL) jw_cstr(w, "externalEntities");
  jw_end(w);
}

static void write_score(jw *w, const luis_found *f) {
  const attr *phone = f->prebuilt && f->prebuilt->model == RECOGNIZE_PHONE && f->kind == LUIS_PREBUILT
                          ? attr_find(&f->prebuilt->resolution, "score")
                          : NULL;
  if (!f->has_score && !phone) return;
  jw_key(w, "score");
  jw_score(w, f->has_score ? (double)f->score : phone->number);
}

static void write_instance(jw *w, const luis_text *t, const luis_found *f) {
  char room[LUIS_TYPE_MAX];
  str role = f->role, type = luis_found_type(f, room), parent, part;
  luis_place at = luis_found_place(t, f);
  if (is_part(f, &parent, &part)) {
    type = parent;
    if (!role.n) role = part;
  }
  jw_obj(w);
  if (role.n) jw_kstr(w, "role", role);
  jw_kstr(w, "type", type);
  jw_kstr(w, "text", at.text);
  jw_kint(w, "startIndex", (int64_t)at.begin);
  jw_kint(w, "length", (int64_t)(at.end - at.begin));
  write_score(w, f);
  write_model_type(w, f->kind);
  write_sources(w, f->sources);
  jw_end(w);
}

/* ---- by key ------------------------------------------------------------------------------------ */

typedef struct group { /* entities of one key: first, next[first], … */
  str key;
  size_t first, last;
} group;
static const size_t NO_NEXT = SIZE_MAX;

typedef struct groups {
  group *v; /* [n] in the order of their first entity */
  size_t n;
  size_t *next; /* [entities] */
} groups;

static void group_by_key(const luis_found *v, size_t n, arena *a, groups *out) {
  *out = (groups){.v = arena_alloc(a, (n + 1) * sizeof *out->v), .next = arena_alloc(a, (n + 1) * sizeof *out->next)};
  for (size_t i = 0; i < n; i++) {
    str key = key_of(&v[i]);
    size_t g = 0;
    while (g < out->n && !str_eq(out->v[g].key, key)) g++;
    out->next[i] = NO_NEXT;
    if (g == out->n)
      out->v[out->n++] = (group){key, i, i};
    else
      out->next[out->v[g].last] = i;
    out->v[g].last = i;
  }
}

void luis_v3_write_entities(jw *w, const luis_text *t, const luis_found *v, size_t n, bool with_instance, arena *a) {
  groups by;
  group_by_key(v, n, a, &by);
  jw_obj(w);
  for (size_t g = 0; g < by.n; g++) {
    jw_key_str(w, by.v[g].key);
    jw_arr(w);
    for (size_t i = by.v[g].first; i != NO_NEXT; i = by.next[i]) write_value(w, t, &v[i], with_instance, a);
    jw_end(w);
  }
  if (with_instance && n) {
    jw_key(w, "$instance");
    jw_obj(w);
    for (size_t g = 0; g < by.n; g++) {
      jw_key_str(w, by.v[g].key);
      jw_arr(w);
      for (size_t i = by.v[g].first; i != NO_NEXT; i = by.next[i]) write_instance(w, t, &v[i]);
      jw_end(w);
    }
    jw_end(w);
  }
  jw_end(w);
}

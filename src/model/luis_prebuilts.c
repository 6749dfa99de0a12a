#include "model/luis_prebuilts.h"

#include "recognize/gazetteer.h"
#include "recognize/grammar.h"
#include "recognize/names.h"
#include "text/languages.h"

static const struct {
  const char *name;
  luis_prebuilt_id id;
} NAMES[] = {{"age", LUIS_PREBUILT_AGE},
             {"number", LUIS_PREBUILT_NUMBER},
             {"percentage", LUIS_PREBUILT_PERCENTAGE},
             {"ordinal", LUIS_PREBUILT_ORDINAL},
             {"ordinalV2", LUIS_PREBUILT_ORDINAL_V2},
             {"dimension", LUIS_PREBUILT_DIMENSION},
             {"temperature", LUIS_PREBUILT_TEMPERATURE},
             {"currency", LUIS_PREBUILT_CURRENCY},
             {"money", LUIS_PREBUILT_CURRENCY},
             {"datetime", LUIS_PREBUILT_DATETIME},
             {"datetimeV2", LUIS_PREBUILT_DATETIME},
             {"email", LUIS_PREBUILT_EMAIL},
             {"phonenumber", LUIS_PREBUILT_PHONE},
             {"url", LUIS_PREBUILT_URL},
             {"personName", LUIS_PREBUILT_PERSON},
             {"geography", LUIS_PREBUILT_GEOGRAPHY},
             {"geographyV2", LUIS_PREBUILT_GEOGRAPHY},
             {"keyPhrase", LUIS_PREBUILT_KEY_PHRASE}};

luis_prebuilt_id luis_prebuilt_of(str name) {
  for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
    if (str_eq_nocase(name, str_of(NAMES[i].name))) return NAMES[i].id;
  return LUIS_PREBUILT_COUNT;
}

static const struct {
  luis_prebuilt_id id;
  recognize_model model;
  bool any_language; /* what it looks for is written alike everywhere */
} MODELS[] = {{LUIS_PREBUILT_AGE, RECOGNIZE_AGE, false},
              {LUIS_PREBUILT_NUMBER, RECOGNIZE_NUMBER, false},
              {LUIS_PREBUILT_PERCENTAGE, RECOGNIZE_PERCENT, false},
              {LUIS_PREBUILT_ORDINAL, RECOGNIZE_ORDINAL, false},
              {LUIS_PREBUILT_ORDINAL_V2, RECOGNIZE_ORDINAL, false},
              {LUIS_PREBUILT_DIMENSION, RECOGNIZE_DIMENSION, false},
              {LUIS_PREBUILT_TEMPERATURE, RECOGNIZE_TEMPERATURE, false},
              {LUIS_PREBUILT_CURRENCY, RECOGNIZE_CURRENCY, false},
              {LUIS_PREBUILT_DATETIME, RECOGNIZE_DATETIME, false},
              {LUIS_PREBUILT_EMAIL, RECOGNIZE_EMAIL, true},
              {LUIS_PREBUILT_PHONE, RECOGNIZE_PHONE, true},
              {LUIS_PREBUILT_URL, RECOGNIZE_URL, true}};

typedef struct finder {
  const luis_prebuilt_request *q;
  luis_prebuilt_find *v;
  size_t n, cap;
  arena *a;
} finder;

static void add(finder *f, luis_prebuilt_find x) {
  if (!(f->q->wanted & LUIS_PREBUILT_BIT(x.id))) return;
  if (f->n == f->cap) {
    f->cap = 2 * f->cap + 16;
    luis_prebuilt_find *v = arena_alloc(f->a, f->cap * sizeof *v);
    if (f->n) memcpy(v, f->v, f->n * sizeof *v);
    f->v = v;
  }
  f->v[f->n++] = x;
}

/* ---- Values ---- */

static void add_value(finder *f, const recognized *r) {
  bool relative = r->model == RECOGNIZE_ORDINAL && str_ends(str_of(r->type), STR(".relative"));
  for (size_t i = 0; i < ARRAY_LEN(MODELS); i++)
    if (MODELS[i].model == r->model && !(relative && MODELS[i].id == LUIS_PREBUILT_ORDINAL))
      add(f, (luis_prebuilt_find){
                 .id = MODELS[i].id, .begin_bytes = r->begin_bytes, .end_bytes = r->end_bytes, .value = r});
}

static void find_values(finder *f, str text) {
  const culture *c = culture_find(f->q->culture.p, f->q->culture.n);
  recognize_options o = {.reference = f->q->reference};
  for (size_t i = 0; i < ARRAY_LEN(MODELS); i++)
    if (f->q->wanted & LUIS_PREBUILT_BIT(MODELS[i].id) && (c || MODELS[i].any_language))
      o.models |= RECOGNIZE_BIT(MODELS[i].model);
  if (!o.models) return;
  size_t n;
  if (!c) c = culture_all(&n)[0];
  recognized *found;
  if (recognize(c, text, &o, f->a, &found, &n, NULL)) return; /* not UTF-8 or too long: nothing */
  for (size_t i = 0; i < n; i++) add_value(f, &found[i]);
}

/* ---- Names ---- */

/* By the phrase that begins at the token as the name does; what is known by its words around is a sight. */
static const char *place_subtype(const gaz_scan *s, const tokens *t, uint32_t at, const name_match *m) {
  const gaz_hit *h = gaz_at(s, at, GAZ_CITY | GAZ_REGION | GAZ_LANDMARK);
  if (!h || t->v[h->end - 1].end_bytes != m->end_bytes) return "poi";
  uint32_t kinds = h->sure | h->maybe;
  if (kinds & GAZ_CITY) return "city";
  if (kinds & GAZ_COUNTRY) return "countryRegion";
  if (kinds & GAZ_CONTINENT) return "continent";
  return kinds & GAZ_REGION ? "state" : "poi";
}

static void find_names(finder *f, const tokens *t) {
  names_request r = {.nouns_capitalised = language_matches(STR("de"), f->q->culture)};
  if (f->q->wanted & LUIS_PREBUILT_BIT(LUIS_PREBUILT_PERSON)) r.kinds |= NAME_BIT(NAME_PERSON);
  if (f->q->wanted & LUIS_PREBUILT_BIT(LUIS_PREBUILT_GEOGRAPHY)) r.kinds |= NAME_BIT(NAME_LOCATION);
  if (!r.kinds) return;
  name_match *found;
  size_t n;
  uint32_t at = 0; /* token at the name */
  gaz_scan s = {0};
  names_find(t, &r, f->a, &found, &n);
  for (size_t i = 0; i < n; i++) {
    bool place = found[i].kind == NAME_LOCATION;
    while (at < t->n && t->v[at].begin_bytes < found[i].begin_bytes) at++;
    if (place && !s.first) gaz_scan_tokens(t, f->a, &s);
    add(f, (luis_prebuilt_find){.id = place ? LUIS_PREBUILT_GEOGRAPHY : LUIS_PREBUILT_PERSON,
                                .begin_bytes = found[i].begin_bytes,
                                .end_bytes = found[i].end_bytes,
                                .subtype = place ? place_subtype(&s, t, at, &found[i]) : NULL});
  }
}

static void find_key_phrases(finder *f, const tokens *t) {
  key_phrase *found;
  size_t n;
  key_phrases_find(t, f->q->culture, f->a, &found, &n);
  for (size_t i = 0; i < n; i++)
    add(f, (luis_prebuilt_find){
               .id = LUIS_PREBUILT_KEY_PHRASE, .begin_bytes = found[i].begin_bytes, .end_bytes = found[i].end_bytes});
}

void luis_prebuilts_find(str text, const tokens *t, const luis_prebuilt_request *q, arena *a, luis_prebuilt_find **out,
                         size_t *n) {
  finder f = {.q = q, .a = a};
  find_values(&f, text);
  find_names(&f, t);
  if (q->wanted & LUIS_PREBUILT_BIT(LUIS_PREBUILT_KEY_PHRASE)) find_key_phrases(&f, t);
  *out = f.v;
  *n = f.n;
}

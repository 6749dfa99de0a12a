/* The components that match rather than learn, on one utterance:
 *
 *   tokens --phrase automaton--> list finds (of the request's language) and gazetteer hits
 *   text   --PCRE2-->            regex finds
 *   both   --recognisers-->      prebuilt finds, of the categories that the model uses */
#include "model/model_internal.h"

#include "recognize/prebuilt_match.h"
#include "recognize/request.h"
#include "text/languages.h"

#include <stdlib.h>

typedef VEC(component_span) span_vec;

/* Which language ids the request takes: any (0), and those that match its language. */
typedef struct language_filter {
  const model *m;
  str language;
} language_filter;

static bool language_passes(const language_filter *f, uint32_t id) {
  if (id == 0) return true;
  if (id > f->m->language_count) return false;
  return language_matches(model__string(f->m, f->m->languages[id - 1]), f->language);
}

/* A list match inside a longer one of the same entity says nothing new. Matches come by first
 * token, longest first, so what covers one was kept before it. */
static bool is_nested(const component_span *kept, size_t n, const component_span *s) {
  for (size_t i = n; i-- > 0;) {
    const component_span *k = &kept[i];
    if (k->entity == s->entity && k->begin_bytes <= s->begin_bytes && k->end_bytes >= s->end_bytes)
      return k->end_bytes - k->begin_bytes > s->end_bytes - s->begin_bytes;
  }
  return false;
}

static void find_phrases(const model *m, const language_filter *languages, const tokens *t, arena *a,
                         component_finds *out) {
  list_match *matches;
  size_t n;
  list_find(&m->phrases, t, a, &matches, &n);
  out->hits = arena_alloc(a, (n + 1) * sizeof *out->hits);
  out->spans = arena_alloc(a, (n + 1) * sizeof *out->spans);
  for (size_t i = 0; i < n; i++) {
    const list_match *f = &matches[i];
    if (f->value >= m->phrase_value_count || !f->token_count || !language_passes(languages, f->language)) continue;
    const model_phrase *v = &m->phrase_values[f->value];
    if (v->entity >= m->info.entity_count) continue;
    out->hits[out->hit_count++] =
        (gazetteer_hit){.entity = v->entity, .first_token = f->first_token, .token_count = f->token_count};
    if (v->kind != PHRASE_LIST) continue;
    component_span s = {.entity = v->entity,
                        .begin_bytes = t->v[f->first_token].begin_bytes,
                        .end_bytes = t->v[f->first_token + f->token_count - 1].end_bytes,
                        .component = COMPONENT_LIST,
                        .score = 1.0f,
                        .has_extra = true,
                        .extra = {.kind = EXTRA_LIST_KEY, .key = model__string(m, v->key)}};
    if (!is_nested(out->spans, out->span_count, &s)) out->spans[out->span_count++] = s;
  }
}

/* Room for n more spans. */
static void make_room(component_finds *out, size_t n, arena *a) {
  component_span *spans = arena_alloc(a, (out->span_count + n + 1) * sizeof *spans);
  if (out->span_count) memcpy(spans, out->spans, out->span_count * sizeof *spans);
  out->spans = spans;
}

const regex_set *model__regexes(const model *m) {
  model *shared = (model *)m; /* the one field that changes, and only from NULL to its value */
  regex_set *set = atomic_load_explicit(&shared->regexes, memory_order_acquire), *none = NULL;
  if (set) return set;
  str *patterns = mem_zalloc(m->regex_count, sizeof *patterns);
  for (size_t i = 0; i < m->regex_count; i++) patterns[i] = model__string(m, m->regex_records[i].pattern);
  err_code rc = regex_set_new(patterns, m->regex_count, &set, NULL);
  free(patterns);
  if (rc) return NULL; /* checked when the model was trained: only a damaged file comes here */
  if (atomic_compare_exchange_strong(&shared->regexes, &none, set)) return set;
  regex_set_free(set);
  return none;
}

static void find_regexes(const model *m, const language_filter *languages, str text, arena *a, component_finds *out) {
  const regex_set *set = model__regexes(m);
  if (!set) return;
  uint64_t enabled = 0; /* at most LIMIT_REGEXES_PER_PROJECT patterns */
  for (size_t i = 0; i < m->regex_count; i++)
    if (language_passes(languages, m->regex_records[i].language)) enabled |= UINT64_C(1) << i;
  regex_match *matches;
  size_t n;
  regex_find(set, &enabled, text, a, &matches, &n, NULL);
  make_room(out, n, a);
  for (size_t i = 0; i < n; i++) {
    const model_regex *r = &m->regex_records[matches[i].pattern];
    out->spans[out->span_count++] = (component_span){
        .entity = r->entity,
        .begin_bytes = matches[i].begin_bytes,
        .end_bytes = matches[i].end_bytes,
        .component = COMPONENT_REGEX,
        .score = 1.0f,
        .has_extra = true,
        .extra = {.kind = EXTRA_REGEX_KEY, .key = model__string(m, r->key), .pattern = model__string(m, r->pattern)}};
  }
}

static civil_time reference_of(const predict_options *o) {
  return o && o->reference_us ? request_time(o->reference_us) : request_now();
}

/* One find for each entity that has the category. */
static void add_prebuilt(const model *m, const prebuilt_match *found, component_finds *out) {
  for (size_t i = 0; i < m->prebuilt_count; i++) {
    if (m->prebuilts[i].category != (uint32_t)found->category) continue;
    out->spans[out->span_count++] =
        (component_span){.entity = m->prebuilts[i].entity,
                         .begin_bytes = found->begin_bytes,
                         .end_bytes = found->end_bytes,
                         .component = COMPONENT_PREBUILT,
                         .score = 1.0f,
                         .has_extra = true,
                         .extra = {.kind = EXTRA_ENTITY_SUBTYPE, .key = str_of(found->subtype)},
                         .resolutions = found->resolutions,
                         .resolution_count = found->resolution_count};
  }
}

static void find_prebuilts(const model *m, str text, const tokens *t, str spoken, const predict_options *o, arena *a,
                           component_finds *out) {
  prebuilt_request q = {.categories = m->prebuilt_categories, .language = spoken};
  if (q.categories & PREBUILT_BIT(PREBUILT_DATETIME)) q.reference = reference_of(o);
  prebuilt_match *matches;
  size_t n;
  prebuilt_match_all(text, t, &q, a, &matches, &n);
  if (!n) return;
  size_t finds = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < m->prebuilt_count; k++) finds += m->prebuilts[k].category == (uint32_t)matches[i].category;
  make_room(out, finds, a);
  for (size_t i = 0; i < n; i++) add_prebuilt(m, &matches[i], out);
}

void model__find_components(const model *m, str text, const tokens *t, const predict_options *o, arena *a,
                            component_finds *out) {
  *out = (component_finds){0};
  language_filter languages = {.m = m, .language = o && o->language.n ? o->language : m->info.language};
  if (m->phrases.n && t->n) find_phrases(m, &languages, t, a, out);
  if (m->regex_count && text.n) find_regexes(m, &languages, text, a, out);
  if (m->prebuilt_categories && t->n) find_prebuilts(m, text, t, languages.language, o, a, out);
}

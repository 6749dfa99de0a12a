#include "model/train_components.h"

#include "recognize/prebuilt.h"
#include "recognize/regex.h"
#include "text/languages.h"

#include <stdlib.h>

void string_table_init(string_table *t) {
  *t = (string_table){0};
  arena_init(&t->a, 0);
  strmap_init(&t->index);
}

void string_table_free(string_table *t) {
  strmap_fini(&t->index);
  arena_fini(&t->a);
  VEC_FREE(&t->ends);
  buf_free(&t->bytes);
}

uint32_t string_table_add(string_table *t, str s) {
  const uint32_t *known = strmap_get(&t->index, s);
  if (known) return *known;
  uint32_t id = (uint32_t)t->ends.n;
  strmap_put(&t->index, arena_str(&t->a, s), id, NULL);
  buf_add_str(&t->bytes, s);
  VEC_PUSH(&t->ends, (uint32_t)t->bytes.n);
  return id;
}

typedef struct component_builder {
  const training_set *s;
  string_table *strings;
  component_tables *out;
  VEC(list_entry) entries;
} component_builder;

/* Only multilingual projects tell languages apart; elsewhere everything belongs to any (0). */
static uint32_t language_id(component_builder *b, str written) {
  const project_metadata *meta = &b->s->p->metadata;
  if (meta->multilingual != OPT_TRUE) return 0;
  uint32_t string = string_table_add(b->strings, written.p ? written : meta->language);
  for (uint32_t i = 0; i < b->out->languages.n; i++)
    if (b->out->languages.p[i] == string) return i + 1;
  VEC_PUSH(&b->out->languages, string);
  return (uint32_t)b->out->languages.n;
}

static uint32_t add_value(component_builder *b, model_phrase v) {
  VEC_PUSH(&b->out->values, v);
  VEC_PUSH(&b->out->labelled, 0u);
  return (uint32_t)b->out->values.n - 1;
}

static void add_lists(component_builder *b, uint32_t index) {
  const struct entity *e = &b->s->p->entities[index];
  for (size_t i = 0; i < e->sublist_count; i++) {
    const sublist *l = &e->sublists[i];
    str key = l->list_key.p ? l->list_key : STR("");
    uint32_t value =
        add_value(b, (model_phrase){.entity = index, .kind = PHRASE_LIST, .key = string_table_add(b->strings, key)});
    for (size_t j = 0; j < l->synonyms_count; j++) {
      uint32_t id = language_id(b, l->synonyms[j].language);
      for (size_t k = 0; k < l->synonyms[j].value_count; k++)
        VEC_PUSH(&b->entries, ((list_entry){.synonym = l->synonyms[j].values[k], .value = value, .language = id}));
    }
  }
}

static err_code add_regexes(component_builder *b, uint32_t index, err *e) {
  const struct entity *en = &b->s->p->entities[index];
  for (size_t i = 0; i < en->regex_count; i++) {
    const regex_expression *r = &en->regexes[i];
    err_code rc = regex_check(r->pattern, e);
    if (rc) return err_prefix(e, "entity %.*s: ", STR_ARG(en->category));
    model_regex record = {.entity = index,
                          .key = string_table_add(b->strings, r->key.p ? r->key : STR("")),
                          .pattern = string_table_add(b->strings, r->pattern),
                          .language = language_id(b, r->language)};
    VEC_PUSH(&b->out->regexes, record);
  }
  return ERR_OK;
}

/* Each category once, by number. Names were checked when the project was read. */
static void add_prebuilts(component_builder *b, uint32_t index) {
  const struct entity *e = &b->s->p->entities[index];
  uint32_t wanted = 0;
  for (size_t i = 0; i < e->prebuilt_count; i++) {
    const prebuilt_category *category = prebuilt_find(e->prebuilts[i]);
    if (category) wanted |= PREBUILT_BIT(prebuilt_id_of(category));
  }
  for (uint32_t id = 0; id < PREBUILT_COUNT; id++)
    if (wanted & PREBUILT_BIT(id)) VEC_PUSH(&b->out->prebuilts, ((model_prebuilt){.entity = index, .category = id}));
}

/* Labelled texts of all rows, each (entity, folded text) one value. */
static void add_labelled_values(component_builder *b) {
  strmap index;
  strmap_init(&index);
  arena keys;
  arena_init(&keys, 1 << 16);
  const project *p = b->s->p;
  for (size_t r = 0; r < b->s->originals; r++) {
    const utterance *u = &p->utterances[b->s->rows[r].utterance];
    for (uint32_t i = 0; i < u->label_count; i++) {
      const label *l = &u->labels[i];
      str text = str_make(u->text.p + l->offset_bytes, l->length_bytes);
      str folded = text_normalize(text, &keys);
      str key = arena_printf(&keys, "%u %.*s", (unsigned)l->entity, STR_ARG(folded));
      bool is_new;
      uint32_t *value = strmap_put(&index, key, (uint32_t)b->out->values.n, &is_new);
      if (is_new) {
        add_value(b, (model_phrase){.entity = l->entity, .kind = PHRASE_VALUE});
        VEC_PUSH(&b->entries, ((list_entry){.synonym = text, .value = *value}));
      }
      size_t first = r ? b->out->own_end.p[r - 1] : 0, k = first;
      while (k < b->out->own.n && b->out->own.p[k] != *value) k++;
      if (k < b->out->own.n) continue;
      VEC_PUSH(&b->out->own, *value);
      b->out->labelled.p[*value]++;
    }
    VEC_PUSH(&b->out->own_end, (uint32_t)b->out->own.n);
  }
  arena_fini(&keys);
  strmap_fini(&index);
}

err_code component_tables_build(const training_set *s, string_table *strings, component_tables *out, err *e) {
  *out = (component_tables){0};
  component_builder b = {.s = s, .strings = strings, .out = out};
  err_code rc = ERR_OK;
  for (uint32_t i = 0; i < s->p->entity_count && !rc; i++) {
    add_lists(&b, i);
    add_prebuilts(&b, i);
    rc = add_regexes(&b, i, e);
  }
  add_labelled_values(&b);
  if (!rc && b.entries.n) rc = list_build(b.entries.p, b.entries.n, &out->phrases, e);
  if (!rc && out->phrases.n) rc = list_open((const uint8_t *)out->phrases.p, out->phrases.n, &out->matcher, e);
  VEC_FREE(&b.entries);
  if (rc) component_tables_free(out);
  return rc;
}

void component_tables_free(component_tables *t) {
  VEC_FREE(&t->languages);
  buf_free(&t->phrases);
  VEC_FREE(&t->values);
  VEC_FREE(&t->labelled);
  VEC_FREE(&t->own);
  VEC_FREE(&t->own_end);
  VEC_FREE(&t->regexes);
  VEC_FREE(&t->prebuilts);
}

static bool row_labels(const component_tables *t, size_t row, uint32_t value) {
  for (size_t k = row ? t->own_end.p[row - 1] : 0; k < t->own_end.p[row]; k++)
    if (t->own.p[k] == value) return true;
  return false;
}

static bool language_passes(const component_tables *t, const string_table *strings, uint32_t id, str spoken) {
  if (!id) return true;
  uint32_t string = t->languages.p[id - 1], begin = string ? strings->ends.p[string - 1] : 0;
  return language_matches(str_make(strings->bytes.p + begin, strings->ends.p[string] - begin), spoken);
}

static void row_hits(training_set *s, const component_tables *t, const string_table *strings, size_t row, arena *a) {
  training_row *r = &s->rows[row];
  list_match *found;
  size_t found_n, n = 0;
  list_find(&t->matcher, &r->t, a, &found, &found_n);
  str spoken = utterance_language(s->p, &s->p->utterances[r->utterance]);
  gazetteer_hit *hits = arena_alloc(a, (found_n + 1) * sizeof *hits);
  for (size_t i = 0; i < found_n; i++) {
    const model_phrase *v = &t->values.p[found[i].value];
    bool own = v->kind == PHRASE_VALUE &&
               t->labelled.p[found[i].value] <= (uint32_t)row_labels(t, r->original, found[i].value);
    if (own || !language_passes(t, strings, found[i].language, spoken)) continue;
    hits[n++] =
        (gazetteer_hit){.entity = v->entity, .first_token = found[i].first_token, .token_count = found[i].token_count};
  }
  r->hits = arena_copy(&s->a, hits, n * sizeof *hits);
  r->hit_count = n;
}

void training_hits(training_set *s, const component_tables *t, const string_table *strings) {
  if (!t->phrases.n) return;
  arena scratch;
  arena_init(&scratch, 1 << 16);
  for (size_t r = 0; r < s->n; r++) {
    arena_reset(&scratch);
    row_hits(s, t, strings, r, &scratch);
  }
  arena_fini(&scratch);
}

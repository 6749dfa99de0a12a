#include "model/luis_training.h"

#include <stdlib.h>

/* lists, phrase lists, explicit values, labelled values --> one automaton; expressions --> records, compiled */

typedef struct builder {
  luis_training *t;
  component_tables *out;
  VEC(list_entry) entries;
} builder;

static uint32_t add_value(builder *b, model_phrase v) {
  VEC_PUSH(&b->out->values, v);
  VEC_PUSH(&b->out->labelled, 0u);
  return (uint32_t)b->out->values.n - 1;
}

static void add_phrase(builder *b, str phrase, uint32_t value) {
  str words = luis_words_text(phrase, b->t->settings, &b->t->a);
  VEC_PUSH(&b->entries, ((list_entry){.synonym = words, .value = value}));
}

static void add_lists(builder *b) {
  const luis_entities *lists = &b->t->app->entities[LUIS_CLOSED_LIST];
  for (size_t i = 0; i < lists->n; i++)
    for (size_t k = 0; k < lists->v[i].sublists.n; k++) {
      const luis_sublist *s = &lists->v[i].sublists.v[k];
      uint32_t key = string_table_add(&b->t->strings, s->canonical_form);
      uint32_t value = add_value(
          b, (model_phrase){.entity = b->t->schema.first[LUIS_CLOSED_LIST][i], .kind = PHRASE_LIST, .key = key});
      add_phrase(b, s->canonical_form, value);
      for (size_t j = 0; j < s->list.n; j++) add_phrase(b, s->list.v[j], value);
    }
}

static void add_explicit(builder *b) {
  const luis_entities *v = &b->t->app->entities[LUIS_PATTERN_ANY];
  for (size_t i = 0; i < v->n; i++) {
    if (!v->v[i].explicit_list.n) continue;
    uint32_t value =
        add_value(b, (model_phrase){.entity = b->t->schema.first[LUIS_PATTERN_ANY][i], .kind = PHRASE_EXPLICIT});
    for (size_t k = 0; k < v->v[i].explicit_list.n; k++) add_phrase(b, v->v[i].explicit_list.v[k], value);
  }
}

/* Phrases of an interchangeable list share a value, the others have one each. */
static void add_phraselists(builder *b) {
  for (uint32_t i = 0; i < b->t->app->phraselist_count; i++) {
    const luis_phraselist *list = &b->t->app->phraselists[i];
    uint32_t value = LUIS_NONE;
    for (str rest = list->words; rest.n && list->activated;) {
      size_t comma = str_find_byte(rest, ',');
      str phrase = str_trim(str_make(rest.p, comma));
      rest = str_skip(rest, comma + 1);
      if (!phrase.n) continue;
      if (value == LUIS_NONE || !list->interchangeable)
        value = add_value(b, (model_phrase){.entity = i, .kind = PHRASE_FEATURE, .key = !list->interchangeable});
      add_phrase(b, phrase, value);
    }
  }
}

/* Labelled texts, each (node, folded text) one value; as train_components.c does for a project. */
static void add_labelled(builder *b) {
  strmap index;
  strmap_init(&index);
  arena keys;
  arena_init(&keys, 1 << 16);
  component_tables *out = b->out;
  for (size_t r = 0; r < b->t->utterances; r++) {
    const luis_row *row = &b->t->rows[r];
    size_t first = out->own.n;
    for (size_t i = 0; i < row->gold_count; i++) {
      const luis_gold *g = &row->gold[i];
      str text = str_make(row->text.p + g->begin_bytes, g->end_bytes - g->begin_bytes);
      str folded = text_normalize(text, &keys);
      bool is_new;
      str key = arena_printf(&keys, "%u %.*s", (unsigned)g->node, STR_ARG(folded));
      uint32_t value = *strmap_put(&index, key, (uint32_t)out->values.n, &is_new);
      if (is_new) {
        add_value(b, (model_phrase){.entity = g->node, .kind = PHRASE_VALUE});
        add_phrase(b, text, value);
      }
      size_t k = first;
      while (k < out->own.n && out->own.p[k] != value) k++;
      if (k < out->own.n) continue;
      VEC_PUSH(&out->own, value);
      out->labelled.p[value]++;
    }
    VEC_PUSH(&out->own_end, (uint32_t)out->own.n);
  }
  arena_fini(&keys);
  strmap_fini(&index);
}

/* LUIS matches expressions in any letter case. */
static err_code add_regexes(builder *b, err *e) {
  const luis_entities *v = &b->t->app->entities[LUIS_REGEX];
  str *patterns = ARENA_ARRAY(&b->t->a, str, v->n + 1);
  for (size_t i = 0; i < v->n; i++) {
    err why;
    if (regex_check(v->v[i].regex_pattern, &why) != ERR_OK)
      return err_set(e, why.code, "regex entity \"" STR_FMT "\": %s", STR_ARG(v->v[i].name), why.message);
    patterns[i] = arena_printf(&b->t->a, "(?i)" STR_FMT, STR_ARG(v->v[i].regex_pattern));
    model_regex record = {.entity = b->t->schema.first[LUIS_REGEX][i],
                          .key = string_table_add(&b->t->strings, v->v[i].name),
                          .pattern = string_table_add(&b->t->strings, patterns[i])};
    VEC_PUSH(&b->out->regexes, record);
  }
  return v->n ? regex_set_new(patterns, v->n, &b->t->tables.regexes, e) : ERR_OK;
}

err_code luis_tables_build(luis_training *t, err *e) {
  builder b = {.t = t, .out = &t->tables.components};
  add_lists(&b);
  add_explicit(&b);
  add_phraselists(&b);
  add_labelled(&b);
  component_tables *out = b.out;
  err_code rc = add_regexes(&b, e);
  if (!rc && b.entries.n) rc = list_build(b.entries.p, b.entries.n, &out->phrases, e);
  if (!rc && out->phrases.n) rc = list_open((const uint8_t *)out->phrases.p, out->phrases.n, &out->matcher, e);
  VEC_FREE(&b.entries);
  return rc;
}

void luis_tables_free(luis_tables *t) {
  component_tables_free(&t->components);
  regex_set_free(t->regexes);
}

/* luis_vocabulary.c -- the words that an app is made of: no speller may take them for others. */
#include "model/luis_internal.h"
#include "model/luis_training.h"

#include <stdlib.h>

enum { SHORTEST_WORD_BYTES = 3 }; /* shorter ones are never corrected */

typedef struct collector {
  strmap seen; /* its entries are the words */
  arena a;
} collector;

static void add_text(collector *c, str text) {
  tokens t;
  tokenize(text, &c->a, &t);
  for (size_t i = 0; i < t.n; i++)
    if (t.v[i].kind == TOKEN_WORD && t.v[i].norm.n >= SHORTEST_WORD_BYTES) strmap_put(&c->seen, t.v[i].norm, 0, NULL);
}

static void add_names(collector *c, luis_names names) {
  for (size_t i = 0; i < names.n; i++) add_text(c, names.v[i]);
}

static void add_children(collector *c, luis_children children) {
  for (size_t i = 0; i < children.n; i++) {
    add_text(c, children.v[i].name);
    add_children(c, children.v[i].children);
  }
}

static void add_entity(collector *c, const luis_entity *x) {
  add_text(c, x->name);
  add_names(c, x->roles);
  add_names(c, x->parts);
  add_names(c, x->explicit_list);
  add_children(c, x->children);
  for (size_t i = 0; i < x->sublists.n; i++) {
    add_text(c, x->sublists.v[i].canonical_form);
    add_names(c, x->sublists.v[i].list);
  }
}

static void add_app(collector *c, const luis_app *app) {
  for (size_t i = 0; i < app->intent_count; i++) add_text(c, app->intents[i].name);
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < app->entities[k].n; i++) add_entity(c, &app->entities[k].v[i]);
  for (size_t i = 0; i < app->phraselist_count; i++) add_text(c, app->phraselists[i].words);
  for (size_t i = 0; i < app->pattern_count; i++) add_text(c, app->patterns[i].pattern);
  for (size_t i = 0; i < app->utterance_count; i++) add_text(c, app->utterances[i].text);
}

static int by_key(const void *a, const void *b) {
  return str_cmp(((const strmap_entry *)a)->key, ((const strmap_entry *)b)->key);
}

void luis_vocabulary_collect(const luis_app *app, string_table *strings, u32_vec *out) {
  collector c;
  strmap_init(&c.seen);
  arena_init(&c.a, 0);
  add_app(&c, app);
  if (c.seen.n) qsort(c.seen.entries, c.seen.n, sizeof *c.seen.entries, by_key);
  for (size_t i = 0; i < c.seen.n; i++) VEC_PUSH(out, string_table_add(strings, c.seen.entries[i].key));
  strmap_fini(&c.seen);
  arena_fini(&c.a);
}

void luis_model_words(const model *m, arena *a, const str **v, size_t *n) {
  *n = m->luis ? m->luis->word_count : 0;
  str *words = ARENA_ARRAY(a, str, *n);
  for (size_t i = 0; i < *n; i++) words[i] = model__string(m, m->luis->vocabulary[i]);
  *v = words;
}

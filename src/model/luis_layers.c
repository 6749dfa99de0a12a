#include "model/luis_training.h"

#include <stdlib.h>

/* Each layer is a small project of its own to the trainer of sequence models: its sentences are the utterances, or
 * the spans of one node; its entities are the layer's classes.
 *
 *   plan --labels?--> number --> sentences, labels --> hits --> entity trainer */

/* The class of a label in the plan, LUIS_NONE when it has none. */
static uint32_t class_of(const luis_plan *p, const luis_gold *g) {
  for (uint32_t i = 0; i < p->classes.n; i++)
    if (p->classes.p[i].node == g->node && p->classes.p[i].role == g->role) return i;
  return LUIS_NONE;
}

static bool is_labelled(const luis_training *t, const luis_plan *p) {
  for (size_t r = 0; r < t->utterances; r++)
    for (size_t i = 0; i < t->rows[r].gold_count; i++)
      if (class_of(p, &t->rows[r].gold[i]) != LUIS_NONE) return true;
  return false;
}

/* Layers take their numbers before any hits are made: known values are hits of the layer that finds their node. */
static void number_layers(luis_layers *l, luis_training *t) {
  l->v = mem_zalloc(t->schema.plans.n + 1, sizeof *l->v);
  for (size_t i = 0; i < t->schema.plans.n; i++) {
    const luis_plan *p = &t->schema.plans.p[i];
    if (!is_labelled(t, p)) continue;
    l->v[l->n] = (luis_layer_trainer){.plan = p, .number = (uint32_t)l->n};
    for (size_t k = 0; k < p->classes.n; k++)
      if (p->kind != LUIS_LAYER_ROLES) t->schema.nodes.p[p->classes.p[k].node].found_by = (uint32_t)l->n;
    if (p->kind == LUIS_LAYER_CHILDREN) t->schema.nodes.p[p->parent].layer = (uint32_t)l->n;
    l->n++;
  }
}

/* ---- Sentences ---- */

static bool is_within(const luis_gold *inner, uint32_t first, uint32_t count) {
  return inner->first_token >= first && inner->first_token + inner->token_count <= first + count;
}

/* Labels of the row in tokens [first, first + count) as labels of the layer's project. */
static const label *layer_labels(const luis_layer_trainer *l, const luis_row *r, uint32_t first, uint32_t count,
                                 arena *a, uint32_t *n) {
  label *v = arena_alloc(a, (r->gold_count + 1) * sizeof *v);
  *n = 0;
  for (size_t i = 0; i < r->gold_count; i++) {
    const luis_gold *g = &r->gold[i];
    uint32_t class = class_of(l->plan, g);
    if (class == LUIS_NONE || !is_within(g, first, count)) continue;
    v[(*n)++] = (label){class, g->begin_bytes, g->end_bytes - g->begin_bytes};
  }
  return v;
}

/* What the tagger will see of the row: its marks, and the labels of entities found before. */
static luis_marks marks_of(const luis_training *t, const luis_row *r, arena *a) {
  luis_marks m = {.a = a};
  for (size_t i = 0; i < r->marks.n; i++) luis_marks_add(&m, r->marks.v[i]);
  for (size_t i = 0; i < r->gold_count; i++) {
    const luis_node *node = &t->schema.nodes.p[r->gold[i].node];
    if (node->parent != LUIS_NONE || node->found_by == LUIS_NONE) continue;
    luis_marks_add(&m, (luis_mark){.signal = r->gold[i].node,
                                   .first_token = r->gold[i].first_token,
                                   .token_count = r->gold[i].token_count});
  }
  luis_marks_sort(&m);
  return m;
}

static void add_sentence(luis_layer_trainer *l, const luis_training *t, size_t row, uint32_t first, uint32_t count,
                         utterance *out, arena *scratch) {
  const luis_row *r = &t->rows[row];
  training_set *s = &l->set;
  uint32_t labels;
  const label *v = layer_labels(l, r, first, count, &s->a, &labels);
  *out = (utterance){.text = r->text, .intent = r->intent, .labels = v, .label_count = labels};
  luis_lexicon x = luis_training_lexicon(t);
  luis_own own = {&t->tables.components, row};
  luis_view view = {.x = &x,
                    .signals = l->plan->signals.p,
                    .range = {0, (uint32_t)l->plan->signals.n},
                    .layer = l->number,
                    .left_out = luis_own_value,
                    .ctx = &own};
  arena_reset(scratch);
  luis_marks marks = marks_of(t, r, scratch);
  gazetteer_hit *hits;
  training_row *made = &s->rows[s->n];
  *made = (training_row){
      .utterance = (uint32_t)s->n, .original = (uint32_t)s->n, .t = {.v = r->words.learned.v + first, .n = count}};
  luis_hits(&view, &marks, first, count, scratch, &hits, &made->hit_count);
  made->hits = arena_copy(&s->a, hits, made->hit_count * sizeof *hits);
  s->n++;
}

/* All utterances; of a layer of children the spans of their parent. */
static void read_sentences(luis_layer_trainer *l, const luis_training *t) {
  bool children = l->plan->kind == LUIS_LAYER_CHILDREN;
  size_t most = 0;
  for (size_t r = 0; r < t->utterances; r++) most += children ? t->rows[r].gold_count : 1;
  training_set *s = &l->set;
  arena_init(&s->a, 1 << 16);
  s->p = &l->p;
  s->rows = mem_zalloc(most + 1, sizeof *s->rows);
  utterance *utterances = ARENA_ARRAY(&s->a, utterance, most + 1);
  arena scratch;
  arena_init(&scratch, 1 << 16);
  for (size_t r = 0; r < t->utterances; r++) {
    const luis_row *row = &t->rows[r];
    if (!children) add_sentence(l, t, r, 0, (uint32_t)row->words.learned.n, &utterances[s->n], &scratch);
    for (size_t i = 0; i < row->gold_count && children; i++)
      if (row->gold[i].node == l->plan->parent)
        add_sentence(l, t, r, row->gold[i].first_token, row->gold[i].token_count, &utterances[s->n], &scratch);
  }
  arena_fini(&scratch);
  s->originals = s->n;
  l->p = (project){.entity_count = l->plan->classes.n, .utterances = utterances, .utterance_count = s->n};
}

/* The clusters of words come from whole utterances: the first layer of entities makes them for all. */
void luis_layers_init(luis_layers *l, luis_training *t) {
  number_layers(l, t);
  bool clusters = l->n && l->v[0].plan->kind == LUIS_LAYER_LEARNED;
  for (size_t i = 0; i < l->n && !luis_cancelled(t); i++) {
    read_sentences(&l->v[i], t);
    entity_trainer_init(&l->v[i].tagger, &l->v[i].set, i && clusters ? &l->v[0].tagger : NULL, &t->o);
  }
}

void luis_layers_free(luis_layers *l) {
  for (size_t i = 0; i < l->n; i++) {
    entity_trainer_free(&l->v[i].tagger);
    training_set_free(&l->v[i].set);
  }
  free(l->v);
}

#include "model/evaluation.h"

#include "base/map.h"
#include "text/utf8.h"

#include <stdlib.h>

/* utterances --model_predict--> items --count--> tables of categories, confusion matrices */

/* Names of the project in its order, then names that only the model knows. map[i] is the row of
 * the model's category i. */
typedef struct name_source {
  size_t project_count, model_count;
  str (*project_name)(const project *p, size_t i);
  str (*model_name)(const model *m, uint32_t i);
} name_source;

static str project_intent(const project *p, size_t i) {
  return p->intents[i].category;
}
static str project_entity(const project *p, size_t i) {
  return p->entities[i].category;
}

static int by_name(const void *a, const void *b, void *v) {
  const category_counts *c = v;
  return str_cmp(c[*(const uint32_t *)a].name, c[*(const uint32_t *)b].name);
}

static uint32_t *table_init(category_table *t, const name_source *names, const project *p, const model *m,
                            size_t extra_cells, arena *a) {
  strmap index;
  strmap_init(&index);
  t->v = ARENA_ARRAY(a, category_counts, names->project_count + names->model_count + 1);
  uint32_t *map = ARENA_ARRAY(a, uint32_t, names->model_count + 1);
  for (size_t i = 0; i < names->project_count; i++) {
    t->v[t->n].name = arena_str(a, names->project_name(p, i));
    strmap_put(&index, t->v[t->n].name, (uint32_t)t->n, NULL);
    t->n++;
  }
  for (uint32_t i = 0; i < names->model_count; i++) {
    str name = arena_str(a, names->model_name(m, i));
    bool is_new;
    map[i] = *strmap_put(&index, name, (uint32_t)t->n, &is_new);
    if (is_new) t->v[t->n++].name = name;
  }
  strmap_fini(&index);
  t->order = ARENA_ARRAY(a, uint32_t, t->n + 1);
  for (uint32_t i = 0; i < t->n; i++) t->order[i] = i;
  qsort_r(t->order, t->n, sizeof *t->order, by_name, t->v);
  t->size = t->n + extra_cells;
  t->matrix = ARENA_ARRAY(a, double, t->size * t->size);
  return map;
}

/* ---- Running ---- */

typedef struct evaluation_maps {
  const uint32_t *intents, *entities; /* model index -> row */
} evaluation_maps;

static const evaluation_span *expected_spans(const utterance *u, arena *a) {
  evaluation_span *v = ARENA_ARRAY(a, evaluation_span, u->label_count + 1);
  for (uint32_t i = 0; i < u->label_count; i++)
    v[i] = (evaluation_span){.category = u->labels[i].entity,
                             .begin_bytes = u->labels[i].offset_bytes,
                             .end_bytes = u->labels[i].offset_bytes + u->labels[i].length_bytes};
  return v;
}

static bool same_span(const evaluation_span *a, const evaluation_span *b) {
  return a->category == b->category && a->begin_bytes == b->begin_bytes && a->end_bytes == b->end_bytes;
}

/* Components that are not combined may answer one span of one entity several times: it counts once. In a LUIS app only
 * what is learned has labels. */
static const evaluation_span *predicted_spans(const model *m, const prediction *p, const uint32_t *map, arena *a,
                                              size_t *count) {
  bool only_learned = model_describe(m)->kind == PROJECT_LUIS;
  evaluation_span *v = ARENA_ARRAY(a, evaluation_span, p->entity_count + 1);
  size_t n = 0;
  for (size_t i = 0; i < p->entity_count; i++) {
    const predicted_entity *e = &p->entities[i];
    if (only_learned && !(e->components & COMPONENT_LEARNED)) continue;
    v[n] = (evaluation_span){.category = map[e->entity], .begin_bytes = e->begin_bytes, .end_bytes = e->end_bytes};
    size_t k = 0;
    while (k < n && !same_span(&v[k], &v[n])) k++;
    n += k == n;
  }
  *count = n;
  return v;
}

static void run_item(evaluation *ev, const model *m, const project *p, const evaluation_maps *maps, const utterance *u,
                     arena *scratch) {
  size_t i = ev->n++;
  predict_options o = {.language = utterance_language(p, u), .threshold = -1};
  prediction out;
  model_predict(m, u->text, &o, scratch, &out);
  evaluation_item *item = &ev->items[i];
  *item = (evaluation_item){.text = arena_str(&ev->a, u->text),
                            .language = arena_str(&ev->a, o.language),
                            .expected_intent = u->intent,
                            .predicted_intent = maps->intents[out.top_intent],
                            .expected = expected_spans(u, &ev->a),
                            .expected_count = u->label_count};
  item->predicted = predicted_spans(m, &out, maps->entities, &ev->a, &item->predicted_count);
  ev->is_none[i] = u->intent == ev->none_intent;
  ev->confidence[i] = (double)out.intents[0].score;
  ev->confident_hit[i] = maps->intents[out.intents[0].intent] == u->intent;
  for (size_t k = 0; k < out.intent_count; k++)
    if (maps->intents[out.intents[k].intent] == ev->none_intent) ev->none_score[i] = (double)out.intents[k].score;
}

/* ---- Counting ---- */

static void count_intents(evaluation *ev) {
  category_table *t = &ev->intents;
  for (size_t i = 0; i < ev->n; i++) {
    uint32_t expected = ev->items[i].expected_intent, predicted = ev->items[i].predicted_intent;
    t->matrix[expected * t->size + predicted]++;
    if (expected == predicted) {
      t->v[expected].true_positives++;
    } else {
      t->v[expected].false_negatives++;
      t->v[predicted].false_positives++;
    }
  }
}

static bool contains(const evaluation_span *v, size_t n, const evaluation_span *s) {
  for (size_t i = 0; i < n; i++)
    if (same_span(&v[i], s)) return true;
  return false;
}

static void count_entities(evaluation *ev) {
  category_counts *c = ev->entities.v;
  for (size_t i = 0; i < ev->n; i++) {
    const evaluation_item *item = &ev->items[i];
    for (size_t k = 0; k < item->predicted_count; k++) {
      const evaluation_span *s = &item->predicted[k];
      if (contains(item->expected, item->expected_count, s))
        c[s->category].true_positives++;
      else
        c[s->category].false_positives++;
    }
    for (size_t k = 0; k < item->expected_count; k++)
      if (!contains(item->predicted, item->predicted_count, &item->expected[k]))
        c[item->expected[k].category].false_negatives++;
  }
}

static size_t characters(str text, uint32_t begin, uint32_t end) {
  return begin < end ? utf8_codepoints(str_make(text.p + begin, end - begin)) : 0;
}

static bool covered(const evaluation_item *item, uint32_t at) {
  for (size_t k = 0; k < item->predicted_count; k++)
    if (item->predicted[k].begin_bytes <= at && at < item->predicted[k].end_bytes) return true;
  return false;
}

/* Characters of [begin, end) that no prediction covers. */
static size_t uncovered_characters(const evaluation_item *item, uint32_t begin, uint32_t end) {
  size_t n = 0;
  for (const char *p = item->text.p + begin, *stop = item->text.p + end; p < stop; utf8_next(&p))
    n += !covered(item, (uint32_t)(p - item->text.p));
  return n;
}

/* One stretch of text, of weight 1, shared out over the predicted categories by characters. */
static void share_stretch(category_table *t, const evaluation_item *item, uint32_t row, uint32_t begin, uint32_t end) {
  double all = (double)characters(item->text, begin, end);
  if (all == 0) return;
  for (size_t k = 0; k < item->predicted_count; k++) {
    const evaluation_span *s = &item->predicted[k];
    size_t n = characters(item->text, MAX_OF(begin, s->begin_bytes), MIN_OF(end, s->end_bytes));
    t->matrix[row * t->size + s->category] += (double)n / all;
  }
  t->matrix[row * t->size + t->n] += (double)uncovered_characters(item, begin, end) / all;
}

static void count_overlaps(evaluation *ev) {
  category_table *t = &ev->entities;
  uint32_t none = (uint32_t)t->n;
  for (size_t i = 0; i < ev->n; i++) {
    const evaluation_item *item = &ev->items[i];
    uint32_t at = 0;
    for (size_t k = 0; k < item->expected_count; k++) {
      const evaluation_span *s = &item->expected[k];
      share_stretch(t, item, none, at, s->begin_bytes);
      share_stretch(t, item, s->category, s->begin_bytes, s->end_bytes);
      at = s->end_bytes;
    }
    share_stretch(t, item, none, at, (uint32_t)item->text.n);
  }
}

err_code evaluation_run(const model *m, const project *p, const bool *take, evaluation **out, err *e) {
  if (!p->intent_count) return err_set(e, ERR_INVALID_ARGUMENT, "the project has no intents to evaluate");
  evaluation *ev = mem_zalloc(1, sizeof *ev);
  arena_init(&ev->a, 1 << 16);
  ev->items = ARENA_ARRAY(&ev->a, evaluation_item, p->utterance_count + 1);
  ev->is_none = ARENA_ARRAY(&ev->a, bool, p->utterance_count + 1);
  ev->confident_hit = ARENA_ARRAY(&ev->a, bool, p->utterance_count + 1);
  ev->none_score = ARENA_ARRAY(&ev->a, double, p->utterance_count + 1);
  ev->confidence = ARENA_ARRAY(&ev->a, double, p->utterance_count + 1);
  ev->none_intent = (uint32_t)project_none_intent(p);
  const model_info *info = model_describe(m);
  name_source intents = {p->intent_count, info->intent_count, project_intent, model_intent_name};
  name_source entities = {p->entity_count, info->entity_count, project_entity, model_entity_name};
  evaluation_maps maps = {.intents = table_init(&ev->intents, &intents, p, m, 0, &ev->a),
                          .entities = table_init(&ev->entities, &entities, p, m, 1, &ev->a)};
  arena scratch;
  arena_init(&scratch, 1 << 16);
  for (size_t i = 0; i < p->utterance_count; i++) {
    if (take && !take[i]) continue;
    arena_reset(&scratch);
    run_item(ev, m, p, &maps, &p->utterances[i], &scratch);
  }
  arena_fini(&scratch);
  count_intents(ev);
  count_entities(ev);
  count_overlaps(ev);
  *out = ev;
  return ERR_OK;
}

void evaluation_free(evaluation *ev) {
  if (!ev) return;
  arena_fini(&ev->a);
  free(ev);
}

size_t evaluation_count(const evaluation *ev) {
  return ev->n;
}

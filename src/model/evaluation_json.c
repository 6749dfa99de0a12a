#include "learn/metrics.h"
#include "model/evaluation.h"

enum { CALIBRATION_BINS = 15 };

typedef struct averages {
  prf micro, macro;
} averages;

static prf prf_of(const category_counts *c) {
  return metric_prf(c->true_positives, c->false_positives, c->false_negatives);
}

/* Macro: over the categories that occur in the test data (reference clu-concepts §5.3). */
static averages averages_of(const category_table *t) {
  averages out = {0};
  category_counts sum = {0};
  size_t present = 0;
  for (size_t i = 0; i < t->n; i++) {
    const category_counts *c = &t->v[i];
    sum.true_positives += c->true_positives;
    sum.false_positives += c->false_positives;
    sum.false_negatives += c->false_negatives;
    if (!category_support(c)) continue;
    prf m = prf_of(c);
    out.macro.precision += m.precision;
    out.macro.recall += m.recall;
    out.macro.f1 += m.f1;
    present++;
  }
  out.micro = prf_of(&sum);
  if (present) {
    out.macro.precision /= (double)present;
    out.macro.recall /= (double)present;
    out.macro.f1 /= (double)present;
  }
  return out;
}

/* ---- Report of `evaluate --json` ---- */

static void write_per_category(jw *w, const char *key, const category_table *t) {
  jw_key(w, key);
  jw_obj(w);
  for (size_t i = 0; i < t->n; i++) {
    const category_counts *c = &t->v[t->order[i]];
    prf m = prf_of(c);
    jw_key_str(w, c->name);
    jw_obj(w);
    jw_knum(w, "precision", m.precision);
    jw_knum(w, "recall", m.recall);
    jw_knum(w, "f1", m.f1);
    jw_kint(w, "truePositives", c->true_positives);
    jw_kint(w, "falsePositives", c->false_positives);
    jw_kint(w, "falseNegatives", c->false_negatives);
    jw_kint(w, "support", category_support(c));
    jw_end(w);
  }
  jw_end(w);
}

/* Numbers that only mean something when None occurs in the data are null without it. */
static void write_none(jw *w, const evaluation *ev) {
  const category_counts *none = &ev->intents.v[ev->none_intent];
  size_t with_none = 0;
  for (size_t i = 0; i < ev->n; i++) with_none += ev->is_none[i];
  prf m = prf_of(none);
  jw_key(w, "none");
  jw_obj(w);
  if (with_none) {
    jw_knum(w, "recall", m.recall);
    jw_knum(w, "precision", m.precision);
  } else {
    jw_key(w, "recall"), jw_null(w);
    jw_key(w, "precision"), jw_null(w);
  }
  jw_key(w, "auroc");
  if (with_none && with_none < ev->n)
    jw_num(w, metric_auroc(ev->none_score, ev->is_none, ev->n));
  else
    jw_null(w);
  jw_end(w);
}

void evaluation_write_report(jw *w, const evaluation *ev) {
  averages intents = averages_of(&ev->intents), entities = averages_of(&ev->entities);
  jw_obj(w);
  jw_kint(w, "utterances", (int64_t)ev->n);
  jw_key(w, "intents");
  jw_obj(w);
  jw_knum(w, "accuracy", intents.micro.recall);
  jw_knum(w, "microF1", intents.micro.f1);
  jw_knum(w, "macroF1", intents.macro.f1);
  jw_knum(w, "ece", metric_ece(ev->confidence, ev->confident_hit, ev->n, CALIBRATION_BINS));
  jw_end(w);
  write_none(w, ev);
  jw_key(w, "entities");
  jw_obj(w);
  jw_knum(w, "precision", entities.micro.precision);
  jw_knum(w, "recall", entities.micro.recall);
  jw_knum(w, "microF1", entities.micro.f1);
  jw_end(w);
  write_per_category(w, "perIntent", &ev->intents);
  write_per_category(w, "perEntity", &ev->entities);
  jw_end(w);
}

/* ---- Summary, reference clu-authoring M5 ---- */

static void write_metrics(jw *w, const char *key, const category_table *t, bool true_negatives, size_t utterances) {
  jw_key(w, key);
  jw_obj(w);
  for (size_t i = 0; i < t->n; i++) {
    const category_counts *c = &t->v[t->order[i]];
    prf m = prf_of(c);
    size_t counted = (size_t)c->true_positives + c->false_positives + c->false_negatives;
    jw_key_str(w, c->name);
    jw_obj(w);
    jw_knum(w, "f1", m.f1);
    jw_knum(w, "precision", m.precision);
    jw_knum(w, "recall", m.recall);
    jw_kint(w, "truePositiveCount", c->true_positives);
    jw_kint(w, "trueNegativeCount", true_negatives ? (int64_t)(utterances - counted) : 0);
    jw_kint(w, "falsePositiveCount", c->false_positives);
    jw_kint(w, "falseNegativeCount", c->false_negatives);
    jw_end(w);
  }
  jw_end(w);
}

static void write_averages(jw *w, const category_table *t) {
  averages a = averages_of(t);
  jw_knum(w, "microF1", a.micro.f1);
  jw_knum(w, "microPrecision", a.micro.precision);
  jw_knum(w, "microRecall", a.micro.recall);
  jw_knum(w, "macroF1", a.macro.f1);
  jw_knum(w, "macroPrecision", a.macro.precision);
  jw_knum(w, "macroRecall", a.macro.recall);
}

static str cell_name(const category_table *t, size_t column) {
  return column < t->n ? t->v[column].name : STR("$none");
}

/* Columns in the order of names, $none last; cells that are zero are left out. */
static void write_row(jw *w, const category_table *t, size_t row) {
  const double *cells = t->matrix + row * t->size;
  double sum = 0;
  for (size_t c = 0; c < t->size; c++) sum += cells[c];
  jw_key_str(w, cell_name(t, row));
  jw_obj(w);
  for (size_t i = 0; i < t->size; i++) {
    size_t column = i < t->n ? t->order[i] : i;
    if (cells[column] <= 0) continue;
    jw_key_str(w, cell_name(t, column));
    jw_obj(w);
    jw_knum(w, "normalizedValue", 100 * cells[column] / sum);
    jw_knum(w, "rawValue", cells[column]);
    jw_end(w);
  }
  jw_end(w);
}

static void write_matrix(jw *w, const category_table *t, bool empty_rows) {
  jw_key(w, "confusionMatrix");
  jw_obj(w);
  for (size_t i = 0; i < t->size; i++) {
    size_t row = i < t->n ? t->order[i] : i;
    if (empty_rows || category_support(&t->v[row])) write_row(w, t, row);
  }
  jw_end(w);
}

static void write_options(jw *w, const train_options *o) {
  jw_key(w, "evaluationOptions");
  jw_obj(w);
  jw_kcstr(w, "kind", o->split == SPLIT_MANUAL ? "manual" : "percentage");
  if (o->split == SPLIT_PERCENTAGE) {
    jw_kint(w, "trainingSplitPercentage", o->training_percent);
    jw_kint(w, "testingSplitPercentage", 100 - o->training_percent);
  }
  jw_end(w);
}

void evaluation_write_summary(jw *w, const evaluation *ev, const train_options *o) {
  jw_obj(w);
  jw_key(w, "entitiesEvaluation");
  jw_obj(w);
  write_matrix(w, &ev->entities, true);
  write_metrics(w, "entities", &ev->entities, false, ev->n);
  write_averages(w, &ev->entities);
  jw_end(w);
  jw_key(w, "intentsEvaluation");
  jw_obj(w);
  write_matrix(w, &ev->intents, false);
  write_metrics(w, "intents", &ev->intents, true, ev->n);
  write_averages(w, &ev->intents);
  jw_end(w);
  write_options(w, o);
  jw_end(w);
}

/* ---- Items, reference clu-authoring M4 ---- */

static void write_spans(jw *w, const char *key, const category_table *t, const evaluation_span *v, size_t n,
                        const offset_map *units) {
  jw_key(w, key);
  jw_arr(w);
  for (size_t i = 0; i < n; i++) {
    size_t begin = offset_of_byte(units, v[i].begin_bytes), end = offset_of_byte(units, v[i].end_bytes);
    jw_obj(w);
    jw_kstr(w, "category", t->v[v[i].category].name);
    jw_kint(w, "offset", (int64_t)begin);
    jw_kint(w, "length", (int64_t)(end - begin));
    jw_end(w);
  }
  jw_end(w);
}

static void write_item(jw *w, const evaluation *ev, const evaluation_item *item, offset_unit unit, arena *a) {
  offset_map units;
  offset_map_init(&units, item->text, unit, a);
  jw_obj(w);
  jw_kstr(w, "text", item->text);
  jw_kstr(w, "language", item->language);
  jw_key(w, "entitiesResult");
  jw_obj(w);
  write_spans(w, "expectedEntities", &ev->entities, item->expected, item->expected_count, &units);
  write_spans(w, "predictedEntities", &ev->entities, item->predicted, item->predicted_count, &units);
  jw_end(w);
  jw_key(w, "intentsResult");
  jw_obj(w);
  jw_kstr(w, "expectedIntent", ev->intents.v[item->expected_intent].name);
  jw_kstr(w, "predictedIntent", ev->intents.v[item->predicted_intent].name);
  jw_end(w);
  jw_end(w);
}

void evaluation_write_items(jw *w, const evaluation *ev, offset_unit unit, size_t first, size_t count) {
  arena scratch;
  arena_init(&scratch, 0);
  for (size_t i = first; i < ev->n && i - first < count; i++) {
    arena_reset(&scratch);
    write_item(w, ev, &ev->items[i], unit, &scratch);
  }
  arena_fini(&scratch);
}

#include "model/train_entities.h"

#include "learn/cluster.h"

#include <stdlib.h>

/* labelled rows --count words--> clusters --\
 *                          hits ------------+--> feature keys --count--> vocabulary --> CRF data --> CRF */

enum { MIN_COUNT_ROWS = 1000, CLUSTER_MIN_COUNT = 2 };
static const uint32_t cluster_sizes[CLUSTER_SIZES] = {32, 128, 512};

void entity_trainer_init(entity_trainer *t, const training_set *set, const entity_trainer *clustered,
                         const train_options *o) {
  *t = (entity_trainer){.set = set, .clustered = clustered, .o = *o};
  size_t entities = set->p->entity_count;
  bool *labelled = mem_zalloc(entities + 1, sizeof *labelled);
  for (size_t r = 0; r < set->originals; r++) {
    const utterance *u = &set->p->utterances[set->rows[r].utterance];
    for (uint32_t i = 0; i < u->label_count; i++) labelled[u->labels[i].entity] = true;
  }
  t->type_of = mem_zalloc(entities + 1, sizeof *t->type_of);
  for (uint32_t e = 0; e < entities; e++) {
    t->type_of[e] = labelled[e] ? (uint32_t)t->types.n : UINT32_MAX;
    if (labelled[e]) VEC_PUSH(&t->types, e);
  }
  free(labelled);
}

void entity_trainer_free(entity_trainer *t) {
  VEC_FREE(&t->types);
  free(t->type_of);
  free(t->cluster_slots);
  free(t->cluster_ids);
  free(t->slots);
  crf_model_free(&t->crf);
}

/* ---- Clusters ---- */

/* The words of the originals as ids of the cluster vocabulary (rare words share one more id). */
static void cluster_corpus(const entity_trainer *t, u32_vec *ids, size_t *ends) {
  vocab v = {.slots = t->cluster_slots, .slot_count = t->cluster_slot_count};
  for (size_t r = 0; r < t->set->originals; r++) {
    const tokens *k = &t->set->rows[r].t;
    for (size_t i = 0; i < k->n; i++) {
      uint32_t id = vocab_find(&v, tagger_word_key(k->v[i].norm));
      VEC_PUSH(ids, id == VOCAB_NONE ? t->cluster_words : id);
    }
    ends[r] = ids->n;
  }
}

static err_code make_clusters(entity_trainer *t, const learn_watch *w) {
  vocab_builder b = {0};
  for (size_t r = 0; r < t->set->originals; r++)
    for (size_t i = 0; i < t->set->rows[r].t.n; i++)
      vocab_builder_add(&b, tagger_word_key(t->set->rows[r].t.v[i].norm));
  uint32_t *counts;
  vocab_build(&b, CLUSTER_MIN_COUNT, &t->cluster_slots, &t->cluster_slot_count, &counts, &t->cluster_words);
  vocab_builder_free(&b);
  free(counts);

  u32_vec ids = {0};
  size_t *ends = mem_zalloc(t->set->originals + 1, sizeof *ends);
  cluster_corpus(t, &ids, ends);
  uint32_t words = t->cluster_words + 1;
  uint32_t *out[CLUSTER_SIZES];
  for (int k = 0; k < CLUSTER_SIZES; k++) out[k] = mem_zalloc(words, sizeof *out[k]);
  cluster_text text = {.ids = ids.p, .end = ends, .sentences = t->set->originals, .words = words};
  err_code rc = cluster_words(&text, CLUSTER_MIN_COUNT, cluster_sizes, CLUSTER_SIZES, t->o.seed, w, out);
  t->cluster_ids = mem_zalloc((size_t)t->cluster_words + 1, sizeof *t->cluster_ids);
  for (uint32_t i = 0; !rc && i < t->cluster_words; i++)
    for (int k = 0; k < CLUSTER_SIZES; k++)
      t->cluster_ids[i][k] = out[k][i] == CLUSTER_NONE ? CLUSTER_UNKNOWN : (uint16_t)out[k][i];
  for (int k = 0; k < CLUSTER_SIZES; k++) free(out[k]);
  free(ends);
  VEC_FREE(&ids);
  return rc;
}

/* ---- Features ---- */

static void row_keys(const entity_trainer *t, const word_clusters *clusters, size_t row, arena *a, tagger_keys *out) {
  const training_row *r = &t->set->rows[row];
  tagger_sentence s = {.t = &r->t,
                       .clusters = clusters,
                       .hits = r->hits,
                       .hit_count = r->hit_count,
                       .intent = t->set->p->utterances[r->utterance].intent,
                       .ignore_casing = t->set->p->metadata.settings.normalize_casing == OPT_TRUE};
  tagger_keys_of(&s, a, out);
}

static void build_vocab(entity_trainer *t, const word_clusters *clusters) {
  vocab_builder b = {0};
  arena scratch;
  arena_init(&scratch, 1 << 16);
  for (size_t r = 0; r < t->set->n; r++) {
    arena_reset(&scratch);
    tagger_keys k;
    row_keys(t, clusters, r, &scratch, &k);
    size_t n = k.end[t->set->rows[r].t.n];
    for (size_t i = 0; i < n; i++) vocab_builder_add(&b, k.keys[i]);
  }
  arena_fini(&scratch);
  uint32_t *counts;
  vocab_build(&b, t->set->originals >= MIN_COUNT_ROWS ? 2 : 1, &t->slots, &t->slot_count, &counts, &t->features);
  vocab_builder_free(&b);
  free(counts);
}

/* BIO labels of a row; where two labels share a token after snapping, the first one keeps it. */
static void row_labels(const entity_trainer *t, const training_row *r, uint32_t *labels) {
  const utterance *u = &t->set->p->utterances[r->utterance];
  memset(labels, 0, r->t.n * sizeof *labels);
  size_t free_from = 0;
  for (uint32_t i = 0; i < u->label_count; i++) {
    size_t first, last;
    if (!label_tokens(&r->t, &u->labels[i], &first, &last)) continue;
    first = MAX_OF(first, free_from);
    uint32_t type = t->type_of[u->labels[i].entity];
    for (size_t k = first; k < last; k++)
      labels[k] = k == first ? crf_label_begin(type) : crf_label_inside(type, (uint32_t)t->types.n);
    free_from = MAX_OF(free_from, last);
  }
}

static void add_known(crf_data *d, const vocab *v, const uint64_t *keys, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t id = vocab_find(v, keys[i]);
    if (id != VOCAB_NONE) crf_data_feature(d, id);
  }
}

static void build_data(const entity_trainer *t, const word_clusters *clusters, crf_data *d) {
  vocab v = {.slots = t->slots, .slot_count = t->slot_count};
  arena scratch;
  arena_init(&scratch, 1 << 16);
  for (size_t r = 0; r < t->set->n; r++) {
    const training_row *row = &t->set->rows[r];
    if (!row->t.n) continue;
    arena_reset(&scratch);
    tagger_keys k;
    row_keys(t, clusters, r, &scratch, &k);
    uint32_t *labels = arena_alloc(&scratch, row->t.n * sizeof *labels);
    row_labels(t, row, labels);
    size_t shared = k.end[row->t.n - 1];
    for (size_t i = 0; i < row->t.n; i++) {
      size_t first = i ? k.end[i - 1] : 0;
      add_known(d, &v, k.keys + first, k.end[i] - first);
      add_known(d, &v, k.keys + shared, k.end[row->t.n] - shared);
      crf_data_end_token(d, labels[i]);
    }
    crf_data_end_sequence(d);
  }
  d->feature_count = t->features;
  arena_fini(&scratch);
}

/* ---- The task ---- */

/* Progress of the parts as one: the clusters are the first tenth. */
typedef struct part_watch {
  const learn_watch *whole;
  double from, to;
} part_watch;

static void part_progress(void *ctx, double done) {
  const part_watch *p = ctx;
  if (p->whole->progress) p->whole->progress(p->whole->ctx, p->from + (p->to - p->from) * done);
}

static err_code run_entities(void *ctx, const learn_watch *w, err *e) {
  entity_trainer *t = ctx;
  part_watch first = {.whole = w, .from = 0, .to = 0.1}, second = {.whole = w, .from = 0.1, .to = 1};
  learn_watch watch = {.progress = part_progress, .ctx = &first, .cancel = w->cancel};
  err_code rc = t->clustered ? ERR_OK : make_clusters(t, &watch);
  if (rc) return err_set(e, rc, "training of the entities stopped");
  const entity_trainer *from = t->clustered ? t->clustered : t;
  word_clusters clusters = {.vocab = {.slots = from->cluster_slots, .slot_count = from->cluster_slot_count},
                            .ids = (const uint16_t(*)[CLUSTER_SIZES])from->cluster_ids,
                            .words = from->cluster_words};
  build_vocab(t, &clusters);
  watch.ctx = &second;
  if ((rc = learn_watch_step(&watch, 0))) return err_set(e, rc, "training of the entities stopped");
  crf_data d = {0};
  build_data(t, &clusters, &d);
  crf_options co = crf_recipe(t->o.mode == TRAINING_ADVANCED, t->o.seed);
  co.watch = &watch;
  rc = crf_train(&d, (uint32_t)t->types.n, &co, &t->crf);
  crf_data_free(&d);
  return rc ? err_set(e, rc, "training of the entities stopped") : ERR_OK;
}

size_t entity_trainer_tasks(entity_trainer *t, task *tasks) {
  if (!t->types.n) return 0;
  double length = 0;
  for (size_t r = 0; r < t->set->n; r++) length += (double)t->set->rows[r].t.n;
  *tasks = (task){.run = run_entities, .ctx = t, .cost = length * (double)crf_label_count((uint32_t)t->types.n) * 2.5};
  return 1;
}

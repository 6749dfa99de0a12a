#include "model/model_write.h"

#include "learn/quant.h"

#include <stdlib.h>

static void add_matrix(model_writer *w, uint32_t q_id, uint32_t scale_id, const float *weights, uint32_t rows,
                       uint32_t stride) {
  int8_t *q = mem_alloc((size_t)rows * stride + 1);
  float *scale = mem_zalloc((size_t)rows + 1, sizeof *scale);
  q8_quantize(weights, rows, stride, q, scale);
  model_writer_add(w, q_id, sizeof *q, q, (size_t)rows * stride);
  model_writer_add(w, scale_id, sizeof *scale, scale, rows);
  free(scale);
  free(q);
}

/* Taken from the score of O in decoding: recall is the weak side of the sequence model, and on held
 * back parts of the training sets 0.4 found more and was as precise (doc/evaluation.md). */
#define O_OFFSET 0.4f

/* What an entity can be predicted by. */
static unsigned defined_components(const model_parts *p, uint32_t index) {
  const struct entity *e = &p->set->p->entities[index];
  unsigned bits = p->entities && p->entities->type_of[index] != UINT32_MAX ? COMPONENT_LEARNED : 0;
  if (e->sublist_count) bits |= COMPONENT_LIST;
  if (e->regex_count) bits |= COMPONENT_REGEX;
  if (e->prebuilt_count) bits |= COMPONENT_PREBUILT;
  return bits;
}

static model_meta meta_of(const model_parts *p) {
  const project_metadata *m = &p->set->p->metadata;
  bool advanced = p->o->mode == TRAINING_ADVANCED;
  return (model_meta){
      .seed = p->o->seed,
      .confidence_threshold = m->settings.confidence_threshold,
      .project_name = string_table_add(p->strings, m->name.p ? m->name : STR("")),
      .language = string_table_add(p->strings, m->language),
      .training_mode = string_table_add(p->strings, advanced ? STR("advanced") : STR("standard")),
      .config_version = string_table_add(p->strings, str_of(p->version->version)),
      .flags = (m->multilingual == OPT_TRUE ? MODEL_FLAG_MULTILINGUAL : 0u) |
               (m->settings.normalize_casing == OPT_TRUE ? MODEL_FLAG_IGNORE_CASING : 0u),
      .utterance_count = (uint32_t)p->utterances,
      .none_intent = (uint32_t)project_none_intent(p->set->p),
      .classes = p->intents->class_count,
      .none_class = p->intents->none_class,
      .features = p->intents->space.features,
      .mlp_count = (uint32_t)p->intents->mlp_count,
      .mlp_hidden = p->intents->mlps[0].hidden,
      .unseen_weight = p->intents->space.unseen_weight,
      .combination = p->intents->combination,
      .none = p->intents->none,
      .tagger_features = p->entities ? p->entities->features : 0,
      .types = p->entities ? (uint32_t)p->entities->types.n : 0,
      .o_offset = O_OFFSET,
  };
}

/* Names are added to the string table before it is written. */
static void add_schema(const model_parts *p, model_writer *w) {
  const project *pr = p->set->p;
  model_meta meta = meta_of(p);
  uint32_t *intents = mem_zalloc(pr->intent_count + 1, sizeof *intents);
  uint32_t *entities = mem_zalloc(pr->entity_count + 1, sizeof *entities);
  compose_rule *rules = mem_zalloc(pr->entity_count + 1, sizeof *rules);
  for (size_t i = 0; i < pr->intent_count; i++) intents[i] = string_table_add(p->strings, pr->intents[i].category);
  for (uint32_t i = 0; i < pr->entity_count; i++) {
    const struct entity *e = &pr->entities[i];
    entities[i] = string_table_add(p->strings, e->category);
    rules[i] = (compose_rule){.composition = (uint32_t)e->composition,
                              .required = e->required_components,
                              .defined = defined_components(p, i)};
  }
  model_writer_add(w, SECTION_META, sizeof meta, &meta, 1);
  model_writer_add(w, SECTION_STRING_ENDS, sizeof(uint32_t), p->strings->ends.p, p->strings->ends.n);
  model_writer_add(w, SECTION_STRING_BYTES, 1, p->strings->bytes.p, p->strings->bytes.n);
  model_writer_add(w, SECTION_INTENT_NAMES, sizeof *intents, intents, pr->intent_count);
  model_writer_add(w, SECTION_ENTITY_NAMES, sizeof *entities, entities, pr->entity_count);
  model_writer_add(w, SECTION_RULES, sizeof *rules, rules, pr->entity_count);
  free(rules);
  free(entities);
  free(intents);
}

static void add_components(const component_tables *c, model_writer *w) {
  model_writer_add(w, SECTION_LANGUAGES, sizeof *c->languages.p, c->languages.p, c->languages.n);
  model_writer_add(w, SECTION_PHRASES, 1, c->phrases.p, c->phrases.n);
  model_writer_add(w, SECTION_PHRASE_VALUES, sizeof *c->values.p, c->values.p, c->values.n);
  model_writer_add(w, SECTION_REGEXES, sizeof *c->regexes.p, c->regexes.p, c->regexes.n);
}

static void add_intents(const intent_result *r, model_writer *w) {
  model_writer_add(w, SECTION_CLASSES, sizeof *r->classes, r->classes, r->class_count);
  model_writer_add(w, SECTION_INTENT_VOCAB, sizeof *r->slots, r->slots, r->slot_count);
  model_writer_add(w, SECTION_INTENT_WEIGHTS, sizeof(float), r->space.weights, r->space.features);
  add_matrix(w, SECTION_LINEAR_Q, SECTION_LINEAR_SCALE, r->linear->w, r->space.features, r->linear->stride);
}

static void add_clusters(const entity_trainer *t, model_writer *w) {
  model_writer_add(w, SECTION_CLUSTER_VOCAB, sizeof *t->cluster_slots, t->cluster_slots, t->cluster_slot_count);
  model_writer_add(w, SECTION_CLUSTERS, sizeof *t->cluster_ids, t->cluster_ids, t->cluster_words);
}

static void add_tagger(const entity_trainer *t, model_writer *w) {
  model_writer_add(w, SECTION_TAGGER_TYPES, sizeof *t->types.p, t->types.p, t->types.n);
  model_writer_add(w, SECTION_TAGGER_VOCAB, sizeof *t->slots, t->slots, t->slot_count);
  add_matrix(w, SECTION_TAGGER_Q, SECTION_TAGGER_SCALE, t->crf.w, t->features, t->crf.stride);
  model_writer_add(w, SECTION_TRANSITIONS, sizeof(float), t->crf.transitions, (size_t)t->crf.labels * t->crf.stride);
}

static void add_mlps(const intent_result *r, model_writer *w) {
  for (size_t i = 0; i < r->mlp_count; i++) {
    const mlp_model *m = &r->mlps[i];
    add_matrix(w, mlp_section_id(i, MLP_W1_Q), mlp_section_id(i, MLP_W1_SCALE), m->w1, r->space.features, m->hidden);
    add_matrix(w, mlp_section_id(i, MLP_W2_Q), mlp_section_id(i, MLP_W2_SCALE), m->w2, m->hidden, m->stride);
    model_writer_add(w, mlp_section_id(i, MLP_B2), sizeof(float), m->b2, m->stride);
  }
}

/* After the perceptrons: sections are written by ascending id. */
static void add_prebuilts(const component_tables *c, model_writer *w) {
  if (c->prebuilts.n) model_writer_add(w, SECTION_PREBUILTS, sizeof *c->prebuilts.p, c->prebuilts.p, c->prebuilts.n);
}

/* [intents] of an orchestration, on the heap; NULL for other projects. Adds to the string table, so it comes before
 * add_schema, which writes that. */
static model_link *make_links(const model_parts *p) {
  const project *pr = p->set->p;
  if (pr->metadata.kind != PROJECT_ORCHESTRATION) return NULL;
  model_link *links = mem_zalloc(pr->intent_count + 1, sizeof *links);
  for (size_t i = 0; i < pr->intent_count; i++) {
    const intent *in = &pr->intents[i];
    links[i] = (model_link){.kind = (uint32_t)in->target,
                            .project = string_table_add(p->strings, in->target_project),
                            .deployment = string_table_add(p->strings, in->target_deployment),
                            .app_id = string_table_add(p->strings, in->target_app_id),
                            .app_version = string_table_add(p->strings, in->target_app_version),
                            .slot = string_table_add(p->strings, in->target_slot)};
  }
  return links;
}

void model_write_sections(const model_parts *p, model_writer *w) {
  model_link *links = make_links(p);
  add_schema(p, w);
  add_components(p->components, w);
  add_intents(p->intents, w);
  if (p->clusters) add_clusters(p->clusters, w);
  if (p->entities && p->entities->types.n) add_tagger(p->entities, w);
  add_mlps(p->intents, w);
  add_prebuilts(p->components, w);
  if (links) model_writer_add(w, SECTION_TARGETS, sizeof *links, links, p->set->p->intent_count);
  free(links);
}

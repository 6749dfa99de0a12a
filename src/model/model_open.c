#include "model/model_internal.h"

#include "project/limits.h"
#include "recognize/prebuilt.h"

/* Opening reads the header, the table and the small sections that hold indices; the weights stay
 * on disk until a prediction touches them. Indices in the big sections are bounded where they are
 * used, so a damaged file gives wrong answers at worst. */

str model__string(const model *m, uint32_t index) {
  if (index >= m->string_count) return STR("");
  uint32_t begin = index ? m->string_ends[index - 1] : 0, end = m->string_ends[index];
  if (begin > end || end > m->string_bytes_count) return STR("");
  return str_make(m->string_bytes + begin, end - begin);
}

static err_code corrupt(err *e, const char *what) {
  return err_set(e, ERR_CORRUPT, "the model's %s is damaged", what);
}

/* Typed look-ups: GET wants exactly n elements, FIND takes what is there. */
#define GET(f, id, n, field)  model_file_get((f), (id), sizeof *(field), (n), (const void **)&(field), e)
#define FIND(f, id, field, n) model_file_find((f), (id), sizeof *(field), (const void **)&(field), (n), e)

static err_code open_schema(model *m, const model_file *f, err *e) {
  err_code rc;
  size_t intents, entities;
  if ((rc = GET(f, SECTION_META, 1, m->meta))) return rc;
  if ((rc = FIND(f, SECTION_STRING_ENDS, m->string_ends, &m->string_count))) return rc;
  if ((rc = FIND(f, SECTION_STRING_BYTES, m->string_bytes, &m->string_bytes_count))) return rc;
  if ((rc = FIND(f, SECTION_INTENT_NAMES, m->intent_names, &intents))) return rc;
  if ((rc = FIND(f, SECTION_ENTITY_NAMES, m->entity_names, &entities))) return rc;
  if ((rc = GET(f, SECTION_RULES, entities, m->rules))) return rc;
  if ((rc = FIND(f, SECTION_LANGUAGES, m->languages, &m->language_count))) return rc;
  const model_meta *meta = m->meta;
  if (intents == 0 || intents > UINT16_MAX || entities > UINT16_MAX || meta->none_intent >= intents)
    return corrupt(e, "schema");
  m->info = (model_info){.project_name = model__string(m, meta->project_name),
                         .language = model__string(m, meta->language),
                         .multilingual = meta->flags & MODEL_FLAG_MULTILINGUAL,
                         .training_mode = model__string(m, meta->training_mode),
                         .config_version = model__string(m, meta->config_version),
                         .seed = meta->seed,
                         .confidence_threshold = meta->confidence_threshold,
                         .intent_count = intents,
                         .entity_count = entities,
                         .utterance_count = meta->utterance_count,
                         .file_bytes = f->size};
  return ERR_OK;
}

static err_code open_vocab(const model_file *f, uint32_t id, vocab *v, err *e) {
  err_code rc = FIND(f, id, v->slots, &v->slot_count);
  if (rc) return rc;
  return v->slot_count & (v->slot_count - 1) ? corrupt(e, "vocabulary") : ERR_OK;
}

static err_code open_matrix(const model_file *f, uint32_t q_id, uint32_t scale_id, uint32_t rows, uint32_t stride,
                            q8_matrix *q, err *e) {
  q->rows = rows;
  q->stride = stride;
  err_code rc = GET(f, q_id, (size_t)rows * stride, q->q);
  return rc ? rc : GET(f, scale_id, rows, q->scale);
}

static err_code open_mlp(model *m, const model_file *f, size_t i, err *e) {
  const model_meta *meta = m->meta;
  err_code rc = open_matrix(f, mlp_section_id(i, MLP_W1_Q), mlp_section_id(i, MLP_W1_SCALE), meta->features,
                            meta->mlp_hidden, &m->first[1 + i], e);
  if (rc) return rc;
  rc = open_matrix(f, mlp_section_id(i, MLP_W2_Q), mlp_section_id(i, MLP_W2_SCALE), meta->mlp_hidden, m->class_stride,
                   &m->second[i], e);
  return rc ? rc : GET(f, mlp_section_id(i, MLP_B2), m->class_stride, m->second_bias[i]);
}

static err_code open_intents(model *m, const model_file *f, err *e) {
  const model_meta *meta = m->meta;
  if (meta->classes == 0 || meta->classes > m->info.intent_count || meta->features == 0 ||
      (meta->none_class != NO_CLASS && meta->none_class >= meta->classes) || meta->mlp_count > MODEL_MAX_MLPS ||
      meta->mlp_count == 0 || meta->mlp_hidden == 0 || meta->mlp_hidden % 16 || meta->mlp_hidden > 4096)
    return corrupt(e, "intent part");
  m->class_stride = learn_pad16(meta->classes);
  err_code rc = GET(f, SECTION_CLASSES, meta->classes, m->classes);
  if (rc) return rc;
  for (uint32_t c = 0; c < meta->classes; c++)
    if (m->classes[c] >= m->info.intent_count) return corrupt(e, "class table");
  if ((rc = open_vocab(f, SECTION_INTENT_VOCAB, &m->space.vocab, e))) return rc;
  if (!m->space.vocab.slot_count) return corrupt(e, "vocabulary");
  if ((rc = GET(f, SECTION_INTENT_WEIGHTS, meta->features, m->space.weights))) return rc;
  m->space.features = meta->features;
  m->space.unseen_weight = meta->unseen_weight;
  rc = open_matrix(f, SECTION_LINEAR_Q, SECTION_LINEAR_SCALE, meta->features, m->class_stride, &m->first[0], e);
  for (size_t i = 0; !rc && i < meta->mlp_count; i++) rc = open_mlp(m, f, i, e);
  return rc;
}

/* By entity, then category, each pair once. */
static err_code open_prebuilts(model *m, const model_file *f, err *e) {
  err_code rc = FIND(f, SECTION_PREBUILTS, m->prebuilts, &m->prebuilt_count);
  if (rc) return rc;
  for (size_t i = 0; i < m->prebuilt_count; i++) {
    const model_prebuilt *p = &m->prebuilts[i], *before = i ? p - 1 : NULL;
    if (p->entity >= m->info.entity_count || p->category >= PREBUILT_COUNT) return corrupt(e, "prebuilt part");
    if (before && (before->entity > p->entity || (before->entity == p->entity && before->category >= p->category)))
      return corrupt(e, "prebuilt part");
    m->prebuilt_categories |= PREBUILT_BIT(p->category);
  }
  return ERR_OK;
}

static err_code open_components(model *m, const model_file *f, err *e) {
  const uint8_t *block;
  size_t n;
  err_code rc;
  if ((rc = FIND(f, SECTION_PHRASES, block, &n))) return rc;
  if (n && (rc = list_open(block, n, &m->phrases, e))) return rc;
  if ((rc = FIND(f, SECTION_PHRASE_VALUES, m->phrase_values, &m->phrase_value_count))) return rc;
  if ((rc = FIND(f, SECTION_REGEXES, m->regex_records, &m->regex_count))) return rc;
  if (m->regex_count > LIMIT_REGEXES_PER_PROJECT) return corrupt(e, "regex part");
  for (size_t i = 0; i < m->regex_count; i++)
    if (m->regex_records[i].entity >= m->info.entity_count) return corrupt(e, "regex part");
  return open_prebuilts(m, f, e);
}

static err_code open_tagger(model *m, const model_file *f, err *e) {
  const model_meta *meta = m->meta;
  err_code rc;
  if ((rc = open_vocab(f, SECTION_CLUSTER_VOCAB, &m->clusters.vocab, e))) return rc;
  if ((rc = FIND(f, SECTION_CLUSTERS, m->clusters.ids, &m->clusters.words))) return rc;
  if (!meta->types) return ERR_OK;
  if (meta->types > m->info.entity_count) return corrupt(e, "entity part");
  uint32_t labels = 1 + 2 * meta->types, stride = learn_pad16(labels);
  if ((rc = GET(f, SECTION_TAGGER_TYPES, meta->types, m->types))) return rc;
  for (uint32_t i = 0; i < meta->types; i++)
    if (m->types[i] >= m->info.entity_count) return corrupt(e, "entity part");
  if ((rc = open_vocab(f, SECTION_TAGGER_VOCAB, &m->tagger.vocab, e))) return rc;
  if (!m->tagger.vocab.slot_count) return corrupt(e, "entity part");
  rc = open_matrix(f, SECTION_TAGGER_Q, SECTION_TAGGER_SCALE, meta->tagger_features, stride, &m->tagger.weights, e);
  if (rc) return rc;
  m->tagger.chain = (crf_chain){.types = meta->types, .stride = stride};
  return GET(f, SECTION_TRANSITIONS, (size_t)labels * stride, m->tagger.chain.transitions);
}

static err_code open_links(model *m, const model_file *f, err *e) {
  size_t n;
  err_code rc = FIND(f, SECTION_TARGETS, m->links, &n);
  if (rc) return rc;
  if (!n) m->links = NULL;
  if (n && n != m->info.intent_count) return corrupt(e, "target part");
  for (size_t i = 0; i < n; i++)
    if (m->links[i].kind > TARGET_LUIS) return corrupt(e, "target part");
  m->info.kind = n ? PROJECT_ORCHESTRATION : PROJECT_CONVERSATION;
  return ERR_OK;
}

err_code model__open_sections(model *m, const model_file *f, err *e) {
  err_code rc = open_schema(m, f, e);
  if (!rc) rc = open_intents(m, f, e);
  if (!rc) rc = open_components(m, f, e);
  if (!rc) rc = open_tagger(m, f, e);
  return rc ? rc : open_links(m, f, e);
}

#include "model/model.h"

#include "base/json_out.h"

/* Reference clu-runtime §4. */

static void write_extra(jw *w, const entity_extra *x) {
  jw_obj(w);
  switch (x->kind) {
  case EXTRA_LIST_KEY:
    jw_kcstr(w, "extraInformationKind", "ListKey");
    jw_kstr(w, "key", x->key);
    break;
  case EXTRA_REGEX_KEY:
    jw_kcstr(w, "extraInformationKind", "RegexKey");
    jw_kstr(w, "key", x->key);
    jw_kstr(w, "regexPattern", x->pattern);
    break;
  case EXTRA_ENTITY_SUBTYPE:
    jw_kcstr(w, "extraInformationKind", "EntitySubtype");
    jw_kstr(w, "value", x->key);
    break;
  }
  jw_end(w);
}

static void write_entity(jw *w, const model *m, str text, const predicted_entity *e, const offset_map *units) {
  size_t begin = offset_of_byte(units, e->begin_bytes), end = offset_of_byte(units, e->end_bytes);
  jw_obj(w);
  jw_kstr(w, "category", model_entity_name(m, e->entity));
  jw_kstr(w, "text", str_make(text.p + e->begin_bytes, e->end_bytes - e->begin_bytes));
  jw_kint(w, "offset", (int64_t)begin);
  jw_kint(w, "length", (int64_t)(end - begin));
  jw_key(w, "confidenceScore");
  jw_score(w, (double)e->score);
  if (e->resolution_count) {
    jw_key(w, "resolutions");
    jw_arr(w);
    for (size_t i = 0; i < e->resolution_count; i++) attr_list_write_json(w, &e->resolutions[i]);
    jw_end(w);
  }
  if (e->extra_count) {
    jw_key(w, "extraInformation");
    jw_arr(w);
    for (size_t i = 0; i < e->extra_count; i++) write_extra(w, &e->extras[i]);
    jw_end(w);
  }
  jw_end(w);
}

void prediction_write(jw *w, const model *m, str text, const prediction *p, offset_unit unit, arena *a) {
  jw_obj(w);
  jw_kstr(w, "topIntent", model_intent_name(m, p->top_intent));
  jw_kcstr(w, "projectKind", "Conversation");
  jw_key(w, "intents");
  jw_arr(w);
  for (size_t i = 0; i < p->intent_count; i++) {
    jw_obj(w);
    jw_kstr(w, "category", model_intent_name(m, p->intents[i].intent));
    jw_key(w, "confidenceScore");
    jw_score(w, (double)p->intents[i].score);
    jw_end(w);
  }
  jw_end(w);
  jw_key(w, "entities");
  jw_arr(w);
  offset_map units;
  if (p->entity_count) offset_map_init(&units, text, unit, a);
  for (size_t i = 0; i < p->entity_count; i++) write_entity(w, m, text, &p->entities[i], &units);
  jw_end(w);
  jw_end(w);
}

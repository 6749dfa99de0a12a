#include "project/clu_json.h"

void clu_metadata_write(jw *w, const project_metadata *m) {
  jw_obj(w);
  jw_kcstr(w, "projectKind", project_kind_name(m->kind));
  jw_kstr_opt(w, "projectName", m->name);
  jw_kstr(w, "language", m->language);
  if (m->multilingual != OPT_ABSENT) jw_kbool(w, "multilingual", m->multilingual == OPT_TRUE);
  jw_kstr_opt(w, "description", m->description);
  jw_kstr_opt(w, "storageInputContainerName", m->storage_container);
  if (m->settings.present) {
    jw_key(w, "settings");
    clu_settings_write(w, &m->settings);
  }
  jw_end(w);
}

static void write_str_object(jw *w, const char *key, str value) {
  jw_obj(w);
  jw_kstr(w, key, value);
  jw_end(w);
}

static void write_target(jw *w, const intent *in) {
  jw_key(w, "orchestration");
  jw_obj(w);
  switch (in->target) {
  case TARGET_NONE: break;
  case TARGET_CONVERSATION:
    jw_kcstr(w, "targetProjectKind", "Conversation");
    jw_key(w, "conversationOrchestration");
    jw_obj(w);
    jw_kstr(w, "projectName", in->target_project);
    jw_kstr(w, "deploymentName", in->target_deployment);
    jw_end(w);
    break;
  case TARGET_QUESTION_ANSWERING:
    jw_kcstr(w, "targetProjectKind", "QuestionAnswering");
    jw_key(w, "questionAnsweringOrchestration");
    write_str_object(w, "projectName", in->target_project);
    break;
  case TARGET_LUIS:
    jw_kcstr(w, "targetProjectKind", "Luis");
    jw_key(w, "luisOrchestration");
    jw_obj(w);
    jw_kstr(w, "appId", in->target_app_id);
    jw_kstr_opt(w, "appVersion", in->target_app_version);
    jw_kstr_opt(w, "slotName", in->target_slot);
    jw_end(w);
    break;
  }
  jw_end(w);
}

static void write_intent(jw *w, const intent *in) {
  jw_obj(w);
  jw_kstr(w, "category", in->category);
  jw_kstr_opt(w, "description", in->description);
  if (in->has_associated_entities) {
    jw_key(w, "associatedEntities");
    jw_arr(w);
    for (size_t i = 0; i < in->associated_entity_count; i++)
      write_str_object(w, "category", in->associated_entities[i]);
    jw_end(w);
  }
  if (in->target != TARGET_NONE) write_target(w, in);
  jw_end(w);
}

static void write_sublist(jw *w, const sublist *s) {
  jw_obj(w);
  jw_kstr_opt(w, "listKey", s->list_key);
  jw_key(w, "synonyms");
  jw_arr(w);
  for (size_t i = 0; i < s->synonyms_count; i++) {
    const list_synonyms *y = &s->synonyms[i];
    jw_obj(w);
    jw_kstr_opt(w, "language", y->language);
    jw_key(w, "values");
    jw_strs(w, y->values, y->value_count);
    jw_end(w);
  }
  jw_end(w);
  jw_end(w);
}

static void write_list(jw *w, const entity *en) {
  jw_key(w, "list");
  jw_obj(w);
  jw_key(w, "sublists");
  jw_arr(w);
  for (size_t i = 0; i < en->sublist_count; i++) write_sublist(w, &en->sublists[i]);
  jw_end(w);
  jw_end(w);
}

static void write_prebuilts(jw *w, const entity *en) {
  jw_key(w, "prebuilts");
  jw_arr(w);
  for (size_t i = 0; i < en->prebuilt_count; i++) write_str_object(w, "category", en->prebuilts[i]);
  jw_end(w);
}

static void write_regex(jw *w, const entity *en) {
  jw_key(w, "regex");
  jw_obj(w);
  jw_key(w, "expressions");
  jw_arr(w);
  for (size_t i = 0; i < en->regex_count; i++) {
    const regex_expression *x = &en->regexes[i];
    jw_obj(w);
    jw_kstr_opt(w, "regexKey", x->key);
    jw_kstr_opt(w, "language", x->language);
    jw_kstr_opt(w, "regexPattern", x->pattern);
    jw_end(w);
  }
  jw_end(w);
  jw_end(w);
}

static void write_required(jw *w, unsigned components) {
  static const struct {
    unsigned bit;
    const char *name;
  } names[] = {{COMPONENT_LEARNED, "learned"},
               {COMPONENT_LIST, "list"},
               {COMPONENT_PREBUILT, "prebuilts"},
               {COMPONENT_REGEX, "regex"}};
  jw_key(w, "requiredComponents");
  jw_arr(w);
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (components & names[i].bit) jw_cstr(w, names[i].name);
  jw_end(w);
}

static const char *composition_name(composition c) {
  switch (c) {
  case COMPOSE_SEPARATE: return "separateComponents";
  case COMPOSE_LONGEST: return "returnLongestOverlap";
  case COMPOSE_EXACT: return "requireExactOverlap";
  default: return "combineComponents";
  }
}

static void write_entity(jw *w, const entity *en) {
  jw_obj(w);
  jw_kstr(w, "category", en->category);
  jw_kstr_opt(w, "description", en->description);
  if (en->composition != COMPOSE_ABSENT) jw_kcstr(w, "compositionSetting", composition_name(en->composition));
  if (en->has_list) write_list(w, en);
  if (en->has_prebuilts) write_prebuilts(w, en);
  if (en->has_regex) write_regex(w, en);
  if (en->has_required) write_required(w, en->required_components);
  jw_end(w);
}

static void write_labels(jw *w, const project *p, const utterance *u, offset_unit unit, arena *scratch) {
  jw_key(w, "entities");
  jw_arr(w);
  if (u->label_count) {
    offset_map map;
    arena_reset(scratch);
    offset_map_init(&map, u->text, unit, scratch);
    for (size_t i = 0; i < u->label_count; i++) {
      const label *l = &u->labels[i];
      size_t offset = offset_of_byte(&map, l->offset_bytes);
      size_t end = offset_of_byte(&map, (size_t)l->offset_bytes + l->length_bytes);
      jw_obj(w);
      jw_kstr(w, "category", p->entities[l->entity].category);
      jw_kint(w, "offset", (int64_t)offset);
      jw_kint(w, "length", (int64_t)(end - offset));
      jw_end(w);
    }
  }
  jw_end(w);
}

static void write_utterance(jw *w, const project *p, const utterance *u, offset_unit unit, arena *scratch) {
  jw_obj(w);
  jw_kstr(w, "text", u->text);
  jw_kstr(w, "intent", p->intents[u->intent].category);
  jw_kstr_opt(w, "language", u->language);
  jw_kstr_opt(w, "dataset", u->dataset);
  if (p->metadata.kind == PROJECT_CONVERSATION) write_labels(w, p, u, unit, scratch);
  jw_end(w);
}

static void write_assets(jw *w, const project *p, offset_unit unit) {
  arena scratch;
  arena_init(&scratch, 0);
  jw_obj(w);
  jw_kcstr(w, "projectKind", project_kind_name(p->metadata.kind));
  jw_key(w, "intents");
  jw_arr(w);
  for (size_t i = 0; i < p->intent_count; i++) write_intent(w, &p->intents[i]);
  jw_end(w);
  if (p->metadata.kind == PROJECT_CONVERSATION) {
    jw_key(w, "entities");
    jw_arr(w);
    for (size_t i = 0; i < p->entity_count; i++) write_entity(w, &p->entities[i]);
    jw_end(w);
  }
  jw_key(w, "utterances");
  jw_arr(w);
  for (size_t i = 0; i < p->utterance_count; i++) write_utterance(w, p, &p->utterances[i], unit, &scratch);
  jw_end(w);
  jw_end(w);
  arena_fini(&scratch);
}

static const char *index_type_name(offset_unit unit) {
  switch (unit) {
  case OFFSET_UTF8: return "Utf8CodeUnit";
  case OFFSET_CODEPOINT: return "Utf32CodeUnit";
  default: return "Utf16CodeUnit";
  }
}

void clu_write(const project *p, offset_unit unit, buf *out) {
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_kstr(&w, "projectFileVersion", p->file_version);
  jw_kcstr(&w, "stringIndexType", index_type_name(unit));
  jw_key(&w, "metadata");
  clu_metadata_write(&w, &p->metadata);
  if (p->has_assets) {
    jw_key(&w, "assets");
    write_assets(&w, p, unit);
  }
  jw_end(&w);
}

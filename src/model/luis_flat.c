#include "model/luis_model.h"

#include <stdlib.h>

static bool is_learned(luis_kind k) {
  return k == LUIS_ENTITY || k == LUIS_HIERARCHICAL || k == LUIS_COMPOSITE;
}

/* Entities by name: those of hierarchical ones are "Parent::Child". */
static void flatten_entities(const luis_app *app, arena *a, strmap *names, project *out) {
  size_t most = 0;
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < app->entities[k].n; i++) most += app->entities[k].v[i].parts.n + 1;
  entity *v = ARENA_ARRAY(a, entity, most + 1);
  size_t n = 0;
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < app->entities[k].n && is_learned((luis_kind)k); i++) {
      const luis_entity *en = &app->entities[k].v[i];
      size_t parts = k == LUIS_HIERARCHICAL ? en->parts.n : 1;
      for (size_t p = 0; p < parts; p++, n++) {
        v[n].category = en->name;
        if (k == LUIS_HIERARCHICAL)
          v[n].category = arena_printf(a, STR_FMT "::" STR_FMT, STR_ARG(en->name), STR_ARG(en->parts.v[p]));
        strmap_put(names, v[n].category, (uint32_t)n, NULL);
      }
    }
  out->entities = v;
  out->entity_count = n;
}

static const label *flatten_labels(const luis_utterance *u, const strmap *names, arena *a, uint32_t *n) {
  label *v = ARENA_ARRAY(a, label, u->labels.n + 1);
  *n = 0;
  for (size_t i = 0; i < u->labels.n; i++) {
    const luis_label *l = &u->labels.v[i];
    const uint32_t *id = strmap_get(names, l->entity);
    if (id) v[(*n)++] = (label){*id, l->offset_bytes, l->length_bytes};
  }
  return v;
}

static void flatten_intents(const luis_app *app, arena *a, project *out) {
  intent *v = ARENA_ARRAY(a, intent, app->intent_count + 1);
  size_t n = app->intent_count;
  bool none = false;
  for (size_t i = 0; i < n; i++) {
    v[i].category = app->intents[i].name;
    none |= str_eq(v[i].category, STR("None"));
  }
  if (!none) v[n++].category = STR("None");
  out->intents = v;
  out->intent_count = n;
}

void luis_flatten(const luis_app *app, arena *a, project *out) {
  *out = (project){.metadata = {.kind = PROJECT_LUIS,
                                .name = app->name,
                                .language = app->culture.n ? app->culture : STR("en-us"),
                                .description = app->description},
                   .has_assets = true};
  strmap names;
  strmap_init(&names);
  flatten_intents(app, a, out);
  flatten_entities(app, a, &names, out);
  utterance *v = ARENA_ARRAY(a, utterance, app->utterance_count + 1);
  for (size_t i = 0; i < app->utterance_count; i++) {
    v[i] = (utterance){.text = app->utterances[i].text, .intent = app->utterances[i].intent};
    v[i].labels = flatten_labels(&app->utterances[i], &names, a, &v[i].label_count);
  }
  out->utterances = v;
  out->utterance_count = app->utterance_count;
  strmap_fini(&names);
}

#include "project/luis_edit_int.h"

#include "project/luis_check.h"

static err_code no_model(str id, const char *what, err *e) {
  return err_set(e, ERR_NOT_FOUND, "Cannot find %s with the specified ID \"" STR_FMT "\".", what,
                 STR_ARG(clu__clip(id)));
}

err_code luis__entity_by_id(const luis_draft *d, luis_kind kind, str id, entity_at *out, err *e) {
  for (size_t i = 0; i < d->entities[kind].n; i++)
    if (str_eq_nocase(d->entities[kind].v[i].id, id)) {
      *out = (entity_at){kind, i, &d->entities[kind].v[i]};
      return ERR_OK;
    }
  return no_model(id, "an entity of this kind", e);
}

bool luis__entity_by_name(const luis_draft *d, str name, entity_at *out) {
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < d->entities[k].n; i++)
      if (str_eq(d->entities[k].v[i].name, name)) {
        *out = (entity_at){(luis_kind)k, i, &d->entities[k].v[i]};
        return true;
      }
  return false;
}

err_code luis_draft_intent(const luis_draft *d, str id, size_t *index, err *e) {
  for (size_t i = 0; i < d->intents.n; i++)
    if (str_eq_nocase(d->intents.v[i].id, id)) {
      *index = i;
      return ERR_OK;
    }
  return no_model(id, "an intent", e);
}

bool luis__intent_by_name(const luis_draft *d, str name, size_t *index) {
  for (size_t i = 0; i < d->intents.n; i++)
    if (str_eq(d->intents.v[i].v.name, name)) {
      *index = i;
      return true;
    }
  return false;
}

static bool child_in(draft_children *children, str id, child_at *out) {
  for (size_t i = 0; i < children->n; i++) {
    if (str_eq_nocase(children->v[i].id, id)) {
      *out = (child_at){children, i};
      return true;
    }
    if (child_in(&children->v[i].children, id, out)) return true;
  }
  return false;
}

bool luis__child_by_id(const luis_draft *d, str id, child_at *out) {
  for (size_t i = 0; i < d->entities[LUIS_ENTITY].n; i++)
    if (child_in(&d->entities[LUIS_ENTITY].v[i].children, id, out)) return true;
  return false;
}

err_code luis__features_of(const luis_draft *d, str model_id, luis_features **out, err *e) {
  static const luis_kind kinds[] = {LUIS_ENTITY, LUIS_HIERARCHICAL, LUIS_COMPOSITE};
  size_t index;
  entity_at en;
  child_at child;
  *out = NULL;
  if (luis_draft_intent(d, model_id, &index, NULL) == ERR_OK) *out = &d->intents.v[index].v.features;
  for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
    if (luis__entity_by_id(d, kinds[k], model_id, &en, NULL) == ERR_OK) *out = &en.v->features;
  if (luis__child_by_id(d, model_id, &child)) *out = &child.siblings->v[child.index].features;
  return *out ? ERR_OK : no_model(model_id, "a model", e);
}

err_code luis_draft_entity(const luis_draft *d, luis_kind kind, str id, const draft_entity **out, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, kind, id, &at, e));
  *out = at.v;
  return ERR_OK;
}

const draft_child *luis_draft_child(const luis_draft *d, str id) {
  child_at at;
  return luis__child_by_id(d, id, &at) ? &at.siblings->v[at.index] : NULL;
}

err_code luis_draft_features(const luis_draft *d, str model_id, const luis_features **out, err *e) {
  luis_features *found;
  TRY(luis__features_of(d, model_id, &found, e));
  *out = found;
  return ERR_OK;
}

bool luis__is_phraselist(const luis_draft *d, str name) {
  for (size_t i = 0; i < d->phraselists.n; i++)
    if (str_eq(d->phraselists.v[i].v.name, name)) return true;
  for (size_t i = 0; i < d->regex_features.n; i++)
    if (str_eq(d->regex_features.v[i].v.name, name)) return true;
  return false;
}

/* ---- The end of every change ---- */

static err_code check_labels(const luis_app *app, const luis_index *x, luis_labels labels, const luis_children *within,
                             err *e) {
  for (size_t i = 0; i < labels.n; i++) {
    luis_children inner;
    TRY(luis__label_check(app, x, &labels.v[i], within, &inner, e));
    TRY(check_labels(app, x, labels.v[i].children, &inner, e));
  }
  return ERR_OK;
}

static err_code check_app(const luis_app *app, err *e) {
  TRY(luis__check(app, &(luis_places){luis__json_place, NULL}, e));
  luis_index x;
  luis_index_init(&x, app);
  err_code rc = ERR_OK;
  for (size_t i = 0; rc == ERR_OK && i < app->utterance_count; i++)
    rc = check_labels(app, &x, app->utterances[i].labels, NULL, e);
  luis_index_fini(&x);
  return rc;
}

err_code luis__sound(const luis_draft *d, err *e) {
  arena scratch;
  luis_app app;
  arena_init(&scratch, 0);
  luis__draft_view(d, &scratch, &app);
  err_code rc = check_app(&app, e);
  arena_fini(&scratch);
  return rc;
}

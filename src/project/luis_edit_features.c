/* Features and patterns. */
#include "project/luis_edit_int.h"

/* ---- Features ---- */

bool luis__may_be_required(const luis_draft *d, str model) {
  entity_at at;
  return luis__entity_by_name(d, model, &at) &&
         (at.kind == LUIS_PREBUILT || at.kind == LUIS_CLOSED_LIST || at.kind == LUIS_REGEX);
}

/* What the feature means, and whether it may be. */
static err_code resolve(const luis_draft *d, luis_feature *f, err *e) {
  if (f->is_phraselist && !luis__is_phraselist(d, f->name)) f->is_phraselist = false;
  if (!f->is_required || (!f->is_phraselist && luis__may_be_required(d, f->name))) return ERR_OK;
  return err_set(e, ERR_INVALID_ARGUMENT,
                 "The feature \"" STR_FMT "\" cannot be required: only prebuilt, list and regex entities can.",
                 STR_ARG(clu__clip(f->name)));
}

static bool same_feature(const luis_feature *x, const luis_feature *y) {
  return x->is_phraselist == y->is_phraselist && str_eq(x->name, y->name);
}

static size_t find_feature(const luis_feature *v, size_t n, const luis_feature *f) {
  size_t i = 0;
  while (i < n && !same_feature(&v[i], f)) i++;
  return i;
}

err_code luis_feature_add(luis_draft *d, str model_id, luis_feature f, err *e) {
  luis_features *features;
  TRY(luis__features_of(d, model_id, &features, e));
  TRY(resolve(d, &f, e));
  luis_feature *v = ARENA_ARRAY(d->a, luis_feature, features->n + 1);
  if (features->n) memcpy(v, features->v, features->n * sizeof *v);
  size_t at = find_feature(v, features->n, &f);
  v[at] = f;
  *features = (luis_features){v, MAX_OF(features->n, at + 1)};
  return luis__sound(d, e);
}

err_code luis_features_replace(luis_draft *d, str model_id, luis_features f, err *e) {
  luis_features *features;
  TRY(luis__features_of(d, model_id, &features, e));
  luis_feature *v = ARENA_ARRAY(d->a, luis_feature, f.n);
  for (size_t i = 0; i < f.n; i++) {
    v[i] = f.v[i];
    TRY(resolve(d, &v[i], e));
    if (find_feature(v, i, &v[i]) < i)
      return err_set(e, ERR_INVALID_ARGUMENT, "The feature \"" STR_FMT "\" is there twice.",
                     STR_ARG(clu__clip(v[i].name)));
  }
  *features = (luis_features){v, f.n};
  return luis__sound(d, e);
}

err_code luis_feature_delete(luis_draft *d, str model_id, luis_feature f, err *e) {
  luis_features *features;
  TRY(luis__features_of(d, model_id, &features, e));
  f.is_required = false;
  TRY(resolve(d, &f, e));
  size_t at = find_feature(features->v, features->n, &f);
  if (at == features->n)
    return err_set(e, ERR_NOT_FOUND, "The model has no feature \"" STR_FMT "\".", STR_ARG(clu__clip(f.name)));
  luis_feature *v = ARENA_ARRAY(d->a, luis_feature, features->n);
  size_t n = 0;
  for (size_t i = 0; i < features->n; i++)
    if (i != at) v[n++] = features->v[i];
  *features = (luis_features){v, n};
  return luis__sound(d, e);
}

/* ---- Patterns ---- */

/* Slots may be written {@Entity}, as in .lu; the app has them without. */
static str plain_pattern(luis_draft *d, str s) {
  char *p = arena_cstr(d->a, s);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    bool after_brace = i && s.p[i - 1] == '{' && !(i >= 2 && s.p[i - 2] == '\\');
    if (s.p[i] != '@' || !after_brace) p[n++] = s.p[i];
  }
  return str_make(p, n);
}

static err_code make_pattern(luis_draft *d, str pattern, str intent_name, luis_pattern *out, err *e) {
  size_t index;
  if (!luis__intent_by_name(d, intent_name, &index))
    return err_set(e, ERR_INVALID_ARGUMENT, "The intent classifier \"" STR_FMT "\" does not exist.",
                   STR_ARG(clu__clip(intent_name)));
  *out = (luis_pattern){plain_pattern(d, pattern), (uint32_t)index};
  return ERR_OK;
}

static err_code find_pattern(const luis_draft *d, str id, size_t *index, err *e) {
  for (*index = 0; *index < d->patterns.n; (*index)++)
    if (str_eq_nocase(d->patterns.v[*index].id, id)) return ERR_OK;
  return err_set(e, ERR_NOT_FOUND, "Cannot find a pattern with the specified ID \"" STR_FMT "\".",
                 STR_ARG(clu__clip(id)));
}

err_code luis_pattern_add(luis_draft *d, str pattern, str intent_name, str *id, err *e) {
  luis_pattern p;
  TRY(make_pattern(d, pattern, intent_name, &p, e));
  *id = luis__guid(d);
  *DRAFT_ADD(d, &d->patterns) = (draft_pattern){*id, p};
  return luis__sound(d, e);
}

err_code luis_pattern_replace(luis_draft *d, str id, str pattern, str intent_name, err *e) {
  luis_pattern p;
  size_t i;
  TRY(find_pattern(d, id, &i, e));
  TRY(make_pattern(d, pattern, intent_name, &p, e));
  d->patterns.v[i].v = p;
  return luis__sound(d, e);
}

err_code luis_pattern_delete(luis_draft *d, str id, err *e) {
  size_t i;
  TRY(find_pattern(d, id, &i, e));
  DRAFT_REMOVE(&d->patterns, i);
  return luis__sound(d, e);
}

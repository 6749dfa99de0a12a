#include "project/luis_edit_int.h"

#include "recognize/regex.h"

/* ---- Intents ---- */

static err_code new_intent_name(const luis_draft *d, str name, err *e) {
  size_t at;
  TRY(luis_name_check(name, "name of an intent", e));
  if (!luis__intent_by_name(d, name, &at)) return ERR_OK;
  return err_set(e, ERR_INVALID_ARGUMENT, "The intent \"" STR_FMT "\" already exists.", STR_ARG(clu__clip(name)));
}

static err_code changeable_intent(luis_draft *d, str id, size_t *index, err *e) {
  TRY(luis_draft_intent(d, id, index, e));
  if (!str_eq(d->intents.v[*index].v.name, STR("None"))) return ERR_OK;
  return err_set(e, ERR_INVALID_ARGUMENT, "The intent None cannot be renamed or deleted.");
}

err_code luis_intent_add(luis_draft *d, str name, str *id, err *e) {
  TRY(new_intent_name(d, name, e));
  draft_intent *in = DRAFT_ADD(d, &d->intents);
  *in = (draft_intent){luis__guid(d), {.name = name}};
  *id = in->id;
  return luis__sound(d, e);
}

err_code luis_intent_rename(luis_draft *d, str id, str name, err *e) {
  size_t i;
  TRY(changeable_intent(d, id, &i, e));
  if (str_eq(d->intents.v[i].v.name, name)) return ERR_OK;
  TRY(new_intent_name(d, name, e));
  luis__carry_intent(d, i, name);
  d->intents.v[i].v.name = name;
  return luis__sound(d, e);
}

/* Takes intent index out; what was its goes to intent to, or away when to is UINT32_MAX. */
static uint32_t intent_after(uint32_t was, size_t index, uint32_t to) {
  uint32_t is = was == index ? to : was;
  return is != UINT32_MAX && is > index ? is - 1 : is;
}

static void remove_intent(luis_draft *d, size_t index, uint32_t utterances_to) {
  size_t n = 0;
  for (size_t i = 0; i < d->utterances.n; i++) {
    draft_utterance u = d->utterances.v[i];
    u.v.intent = intent_after(u.v.intent, index, utterances_to);
    if (u.v.intent != UINT32_MAX) d->utterances.v[n++] = u;
  }
  d->utterances.n = n;
  n = 0;
  for (size_t i = 0; i < d->patterns.n; i++) {
    draft_pattern p = d->patterns.v[i];
    p.v.intent = intent_after(p.v.intent, index, UINT32_MAX);
    if (p.v.intent != UINT32_MAX) d->patterns.v[n++] = p;
  }
  d->patterns.n = n;
  luis__carry_intent(d, index, STR_NONE);
  DRAFT_REMOVE(&d->intents, index);
  luis__drop_dangling_features(d);
}

err_code luis_intent_delete(luis_draft *d, str id, bool with_utterances, err *e) {
  size_t i, none;
  TRY(changeable_intent(d, id, &i, e));
  if (!luis__intent_by_name(d, STR("None"), &none)) return err_set(e, ERR_CORRUPT, "the version has no intent None");
  remove_intent(d, i, with_utterances ? UINT32_MAX : (uint32_t)none);
  return luis__sound(d, e);
}

/* ---- Entities ---- */

static err_code new_entity_name(luis_draft *d, str name, err *e) {
  entity_at at;
  TRY(luis_name_check(name, "name of an entity", e));
  if (!luis__entity_by_name(d, name, &at)) return ERR_OK;
  return err_set(e, ERR_INVALID_ARGUMENT, "The entity \"" STR_FMT "\" already exists.", STR_ARG(clu__clip(name)));
}

static err_code prebuilt_in_culture(const luis_draft *d, str *name, err *e) {
  const luis_prebuilt *v[LUIS_PREBUILTS];
  size_t n = luis_prebuilts_of(d->head.culture, v);
  for (size_t i = 0; i < n; i++)
    if (str_eq_nocase(str_of(v[i]->name), *name)) {
      *name = str_of(v[i]->name);
      return ERR_OK;
    }
  return err_set(e, ERR_INVALID_ARGUMENT,
                 "The prebuilt entity \"" STR_FMT "\" is not available in the culture " STR_FMT ".",
                 STR_ARG(clu__clip(*name)), STR_ARG(clu__clip(d->head.culture)));
}

/* What new children are instances of becomes a feature that is required where it may be. */
static void settle_instances(luis_draft *d, draft_children *children) {
  for (size_t i = 0; i < children->n; i++) {
    luis_features *f = &children->v[i].features;
    luis_feature *v = f->n ? arena_copy(d->a, f->v, f->n * sizeof *v) : NULL;
    for (size_t j = 0; j < f->n; j++) v[j].is_required = v[j].is_required && luis__may_be_required(d, v[j].name);
    f->v = v;
    settle_instances(d, &children->v[i].children);
  }
}

/* Imports may bring what only a training refuses; what is typed is refused at once. */
static err_code check_regex(luis_kind kind, str pattern, err *e) {
  if (kind != LUIS_REGEX || !pattern.p) return ERR_OK;
  if (!pattern.n) return err_set(e, ERR_INVALID_ARGUMENT, "The regular expression is empty.");
  if (regex_check(pattern, e) == ERR_OK) return ERR_OK;
  err_prefix(e, "The regular expression cannot be used: ");
  return ERR_INVALID_ARGUMENT;
}

err_code luis_entity_add(luis_draft *d, luis_kind kind, const luis_entity *en, str *id, err *e) {
  luis_entity added = *en;
  if (kind == LUIS_PREBUILT) TRY(prebuilt_in_culture(d, &added.name, e));
  TRY(new_entity_name(d, added.name, e));
  TRY(check_regex(kind, added.regex_pattern, e));
  draft_entity *made = luis__draft_add_entity(d, kind, &added);
  settle_instances(d, &made->children);
  *id = made->id;
  return luis__sound(d, e);
}

static err_code rename_entity(luis_draft *d, const entity_at *at, str name, err *e) {
  if (!name.p || str_eq(at->v->name, name)) return ERR_OK;
  TRY(new_entity_name(d, name, e));
  luis__carry_entity(d, at, name);
  at->v->name = name;
  return ERR_OK;
}

static draft_name *named(const draft_names *names, str name) {
  for (size_t i = 0; i < names->n; i++)
    if (str_eq(names->v[i].name, name)) return &names->v[i];
  return NULL;
}

static void replace_parts(luis_draft *d, const entity_at *at, luis_names parts) {
  draft_names next = {0};
  bool own_ids = at->kind == LUIS_HIERARCHICAL;
  for (size_t i = 0; i < parts.n; i++) {
    const draft_name *old = named(&at->v->parts, parts.v[i]);
    str id = !own_ids ? STR_NONE : old ? old->id : luis__guid(d);
    *DRAFT_ADD(d, &next) = (draft_name){id, parts.v[i]};
  }
  for (size_t i = 0; own_ids && i < at->v->parts.n; i++)
    if (!named(&next, at->v->parts.v[i].name)) luis__carry_part(d, at->v, at->v->parts.v[i].name, STR_NONE);
  at->v->parts = next;
}

/* The old id of an equal one, the first of its kind that was not taken yet; 0: none. */
static int64_t take_sublist_id(draft_sublists *old, str canonical_form) {
  for (size_t i = 0; i < old->n; i++)
    if (old->v[i].id && str_eq(old->v[i].v.canonical_form, canonical_form)) {
      int64_t id = old->v[i].id;
      old->v[i].id = 0;
      return id;
    }
  return 0;
}

static void replace_sublists(luis_draft *d, draft_entity *en, luis_sublists v) {
  draft_sublists next = {0};
  for (size_t i = 0; i < v.n; i++) {
    int64_t id = take_sublist_id(&en->sublists, v.v[i].canonical_form);
    *DRAFT_ADD(d, &next) = (draft_sublist){id ? id : luis__number(d), v.v[i]};
  }
  en->sublists = next;
}

static void replace_explicit(luis_draft *d, draft_entity *en, luis_names v) {
  draft_items next = {0};
  for (size_t i = 0; i < v.n; i++) {
    int64_t id = 0;
    for (size_t j = 0; !id && j < en->explicit_list.n; j++)
      if (str_eq(en->explicit_list.v[j].value, v.v[i])) {
        id = en->explicit_list.v[j].id;
        en->explicit_list.v[j].id = 0;
      }
    *DRAFT_ADD(d, &next) = (draft_item){id ? id : luis__number(d), v.v[i]};
  }
  en->explicit_list = next;
}

err_code luis_entity_update(luis_draft *d, luis_kind kind, str id, const luis_entity *en, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, kind, id, &at, e));
  TRY(check_regex(kind, en->regex_pattern, e));
  TRY(rename_entity(d, &at, en->name, e));
  if (en->parts.v) replace_parts(d, &at, en->parts);
  if (en->sublists.v) replace_sublists(d, at.v, en->sublists);
  if (en->explicit_list.v) replace_explicit(d, at.v, en->explicit_list);
  if (en->regex_pattern.p) at.v->regex_pattern = en->regex_pattern;
  return luis__sound(d, e);
}

static void remove_entity(luis_draft *d, const entity_at *at) {
  luis__carry_entity(d, at, STR_NONE);
  DRAFT_REMOVE(&d->entities[at->kind], at->index);
  luis__drop_dangling_features(d);
}

err_code luis_entity_delete(luis_draft *d, luis_kind kind, str id, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, kind, id, &at, e));
  remove_entity(d, &at);
  return luis__sound(d, e);
}

err_code luis_domain_delete(luis_draft *d, str domain_name, err *e) {
  size_t none, removed = 0;
  for (size_t i = d->intents.n; i-- > 0;)
    if (str_eq_nocase(d->intents.v[i].v.inherits.domain_name, domain_name) &&
        !str_eq(d->intents.v[i].v.name, STR("None")) && luis__intent_by_name(d, STR("None"), &none)) {
      remove_intent(d, i, (uint32_t)none);
      removed++;
    }
  for (size_t i = d->entities[LUIS_ENTITY].n; i-- > 0;)
    if (str_eq_nocase(d->entities[LUIS_ENTITY].v[i].inherits.domain_name, domain_name)) {
      remove_entity(d, &(entity_at){LUIS_ENTITY, i, &d->entities[LUIS_ENTITY].v[i]});
      removed++;
    }
  if (removed) return luis__sound(d, e);
  return err_set(e, ERR_NOT_FOUND, "No model of the version comes from the domain \"" STR_FMT "\".",
                 STR_ARG(clu__clip(domain_name)));
}

/* ---- Machine-learned entities and children ---- */

err_code luis_child_add(luis_draft *d, str parent_id, const luis_child *child, str *id, err *e) {
  entity_at en;
  child_at parent;
  draft_children *children;
  if (luis__child_by_id(d, parent_id, &parent)) {
    children = &parent.siblings->v[parent.index].children;
  } else {
    TRY(luis__entity_by_id(d, LUIS_ENTITY, parent_id, &en, e));
    children = &en.v->children;
  }
  draft_children added = {0};
  luis__draft_add_children(d, (luis_children){child, 1}, &added);
  settle_instances(d, &added);
  *DRAFT_ADD(d, children) = added.v[0];
  *id = added.v[0].id;
  return luis__sound(d, e);
}

static void rename_child(luis_draft *d, const child_at *at, str name) {
  draft_child *c = &at->siblings->v[at->index];
  if (!name.p || str_eq(name, c->name)) return;
  luis__carry_child(d, at, name);
  c->name = name;
}

err_code luis_learned_update(luis_draft *d, str id, str name, str instance_of, err *e) {
  child_at child;
  entity_at en;
  if (luis__child_by_id(d, id, &child)) {
    rename_child(d, &child, name);
  } else {
    TRY(luis__entity_by_id(d, LUIS_ENTITY, id, &en, e));
    TRY(rename_entity(d, &en, name, e));
  }
  if (!instance_of.n) return luis__sound(d, e);
  bool required = luis__may_be_required(d, instance_of);
  return luis_feature_add(d, id, (luis_feature){.name = instance_of, .is_required = required}, e);
}

err_code luis_learned_delete(luis_draft *d, str id, err *e) {
  child_at child;
  if (!luis__child_by_id(d, id, &child)) return luis_entity_delete(d, LUIS_ENTITY, id, e);
  luis__carry_child(d, &child, STR_NONE);
  DRAFT_REMOVE(child.siblings, child.index);
  luis__drop_dangling_features(d);
  return luis__sound(d, e);
}

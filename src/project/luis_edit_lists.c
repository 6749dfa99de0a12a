/* Parts, sublists, explicit values, roles, phrase lists: what stands inside a model or beside them. */
#include "project/luis_edit_int.h"

static err_code no_item(str id, const char *what, err *e) {
  return err_set(e, ERR_NOT_FOUND, "Cannot find %s with the specified ID \"" STR_FMT "\".", what,
                 STR_ARG(clu__clip(id)));
}

static err_code no_number(int64_t id, const char *what, err *e) {
  return err_set(e, ERR_NOT_FOUND, "Cannot find %s with the specified ID %lld.", what, (long long)id);
}

static err_code find_name(const draft_names *names, str id, const char *what, size_t *index, err *e) {
  for (*index = 0; *index < names->n; (*index)++)
    if (str_eq_nocase(names->v[*index].id, id)) return ERR_OK;
  return no_item(id, what, e);
}

/* ---- Parts ---- */

str luis_part_id(const luis_draft *d, const draft_entity *en, size_t i) {
  if (en->parts.v[i].id.p) return en->parts.v[i].id;
  entity_at whole;
  str name = en->parts.v[i].name;
  size_t colon = str_find_byte(name, ':');
  if (!luis__entity_by_name(d, str_make(name.p, colon), &whole)) return STR("");
  for (size_t j = 0; colon < name.n && j < whole.v->parts.n; j++)
    if (str_eq(whole.v->parts.v[j].name, str_skip(name, colon + 2))) return whole.v->parts.v[j].id;
  return whole.v->id;
}

err_code luis_part_add(luis_draft *d, luis_kind kind, str entity_id, str name, str *id, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, kind, entity_id, &at, e));
  *DRAFT_ADD(d, &at.v->parts) = (draft_name){kind == LUIS_HIERARCHICAL ? luis__guid(d) : STR_NONE, name};
  TRY(luis__sound(d, e));
  *id = luis_part_id(d, at.v, at.v->parts.n - 1);
  return ERR_OK;
}

err_code luis_part_rename(luis_draft *d, str entity_id, str part_id, str name, err *e) {
  entity_at at;
  size_t i;
  TRY(luis__entity_by_id(d, LUIS_HIERARCHICAL, entity_id, &at, e));
  TRY(find_name(&at.v->parts, part_id, "a child", &i, e));
  luis__carry_part(d, at.v, at.v->parts.v[i].name, name);
  at.v->parts.v[i].name = name;
  return luis__sound(d, e);
}

err_code luis_part_delete(luis_draft *d, luis_kind kind, str entity_id, str part_id, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, kind, entity_id, &at, e));
  size_t i = 0;
  while (i < at.v->parts.n && !str_eq_nocase(luis_part_id(d, at.v, i), part_id)) i++;
  if (i == at.v->parts.n) return no_item(part_id, "a child", e);
  if (kind == LUIS_HIERARCHICAL) luis__carry_part(d, at.v, at.v->parts.v[i].name, STR_NONE);
  DRAFT_REMOVE(&at.v->parts, i);
  return luis__sound(d, e);
}

/* ---- Sublists ---- */

err_code luis_sublist_add(luis_draft *d, str entity_id, const luis_sublist *v, int64_t *id, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, LUIS_CLOSED_LIST, entity_id, &at, e));
  *id = luis__number(d);
  *DRAFT_ADD(d, &at.v->sublists) = (draft_sublist){*id, *v};
  return luis__sound(d, e);
}

err_code luis_sublists_append(luis_draft *d, str entity_id, luis_sublists v, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, LUIS_CLOSED_LIST, entity_id, &at, e));
  for (size_t i = 0; i < v.n; i++) *DRAFT_ADD(d, &at.v->sublists) = (draft_sublist){luis__number(d), v.v[i]};
  return luis__sound(d, e);
}

static err_code find_sublist(luis_draft *d, str entity_id, int64_t id, draft_sublists **out, size_t *index, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, LUIS_CLOSED_LIST, entity_id, &at, e));
  *out = &at.v->sublists;
  for (*index = 0; *index < (*out)->n; (*index)++)
    if ((*out)->v[*index].id == id) return ERR_OK;
  return no_number(id, "a sublist", e);
}

err_code luis_sublist_replace(luis_draft *d, str entity_id, int64_t id, const luis_sublist *v, err *e) {
  draft_sublists *list;
  size_t i;
  TRY(find_sublist(d, entity_id, id, &list, &i, e));
  if (v->canonical_form.p) list->v[i].v.canonical_form = v->canonical_form;
  if (v->list.v) list->v[i].v.list = v->list;
  return luis__sound(d, e);
}

err_code luis_sublist_delete(luis_draft *d, str entity_id, int64_t id, err *e) {
  draft_sublists *list;
  size_t i;
  TRY(find_sublist(d, entity_id, id, &list, &i, e));
  DRAFT_REMOVE(list, i);
  return luis__sound(d, e);
}

/* ---- Explicit lists ---- */

err_code luis_explicit_add(luis_draft *d, str entity_id, str value, int64_t *id, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, LUIS_PATTERN_ANY, entity_id, &at, e));
  *id = luis__number(d);
  *DRAFT_ADD(d, &at.v->explicit_list) = (draft_item){*id, value};
  return luis__sound(d, e);
}

static err_code find_explicit(luis_draft *d, str entity_id, int64_t id, draft_items **out, size_t *index, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, LUIS_PATTERN_ANY, entity_id, &at, e));
  *out = &at.v->explicit_list;
  for (*index = 0; *index < (*out)->n; (*index)++)
    if ((*out)->v[*index].id == id) return ERR_OK;
  return no_number(id, "an item of the explicit list", e);
}

err_code luis_explicit_replace(luis_draft *d, str entity_id, int64_t id, str value, err *e) {
  draft_items *list;
  size_t i;
  TRY(find_explicit(d, entity_id, id, &list, &i, e));
  list->v[i].value = value;
  return luis__sound(d, e);
}

err_code luis_explicit_delete(luis_draft *d, str entity_id, int64_t id, err *e) {
  draft_items *list;
  size_t i;
  TRY(find_explicit(d, entity_id, id, &list, &i, e));
  DRAFT_REMOVE(list, i);
  return luis__sound(d, e);
}

/* ---- Roles ---- */

static err_code new_role_name(const luis_draft *d, str name, err *e) {
  TRY(luis_name_check(name, "name of a role", e));
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < d->entities[k].n; i++)
      for (size_t j = 0; j < d->entities[k].v[i].roles.n; j++)
        if (str_eq(d->entities[k].v[i].roles.v[j].name, name))
          return err_set(e, ERR_INVALID_ARGUMENT, "The role \"" STR_FMT "\" already exists.", STR_ARG(name));
  return ERR_OK;
}

err_code luis_role_add(luis_draft *d, luis_kind kind, str entity_id, str name, str *id, err *e) {
  entity_at at;
  TRY(luis__entity_by_id(d, kind, entity_id, &at, e));
  TRY(new_role_name(d, name, e));
  *id = luis__guid(d);
  *DRAFT_ADD(d, &at.v->roles) = (draft_name){*id, name};
  return luis__sound(d, e);
}

err_code luis_role_rename(luis_draft *d, luis_kind kind, str entity_id, str id, str name, err *e) {
  entity_at at;
  size_t i;
  TRY(luis__entity_by_id(d, kind, entity_id, &at, e));
  TRY(find_name(&at.v->roles, id, "a role", &i, e));
  if (str_eq(at.v->roles.v[i].name, name)) return ERR_OK;
  TRY(new_role_name(d, name, e));
  luis__carry_role(d, &at, at.v->roles.v[i].name, name);
  at.v->roles.v[i].name = name;
  return luis__sound(d, e);
}

err_code luis_role_delete(luis_draft *d, luis_kind kind, str entity_id, str id, err *e) {
  entity_at at;
  size_t i;
  TRY(luis__entity_by_id(d, kind, entity_id, &at, e));
  TRY(find_name(&at.v->roles, id, "a role", &i, e));
  luis__carry_role(d, &at, at.v->roles.v[i].name, STR_NONE);
  DRAFT_REMOVE(&at.v->roles, i);
  return luis__sound(d, e);
}

/* ---- Phrase lists ---- */

static err_code new_phraselist_name(const luis_draft *d, str name, err *e) {
  if (!luis__is_phraselist(d, name)) return ERR_OK;
  return err_set(e, ERR_INVALID_ARGUMENT, "The phrase list \"" STR_FMT "\" already exists.", STR_ARG(clu__clip(name)));
}

err_code luis_phraselist_add(luis_draft *d, const luis_phraselist *v, int64_t *id, err *e) {
  TRY(new_phraselist_name(d, v->name, e));
  *id = luis__number(d);
  *DRAFT_ADD(d, &d->phraselists) = (draft_phraselist){*id, *v};
  return luis__sound(d, e);
}

static err_code find_phraselist(const luis_draft *d, int64_t id, size_t *index, err *e) {
  for (*index = 0; *index < d->phraselists.n; (*index)++)
    if (d->phraselists.v[*index].id == id) return ERR_OK;
  return no_number(id, "a phrase list", e);
}

static void set_flag(opt_bool from, bool *to) {
  if (from != OPT_ABSENT) *to = from == OPT_TRUE;
}

err_code luis_phraselist_update(luis_draft *d, int64_t id, const luis_phraselist_patch *p, err *e) {
  size_t i;
  TRY(find_phraselist(d, id, &i, e));
  luis_phraselist *v = &d->phraselists.v[i].v;
  if (p->name.p && !str_eq(p->name, v->name)) {
    TRY(new_phraselist_name(d, p->name, e));
    luis__carry_phraselist(d, v->name, p->name);
    v->name = p->name;
  }
  if (p->words.p) v->words = p->words;
  set_flag(p->interchangeable, &v->interchangeable);
  set_flag(p->activated, &v->activated);
  set_flag(p->enabled_for_all_models, &v->enabled_for_all_models);
  return luis__sound(d, e);
}

err_code luis_phraselist_delete(luis_draft *d, int64_t id, err *e) {
  size_t i;
  TRY(find_phraselist(d, id, &i, e));
  luis__carry_phraselist(d, d->phraselists.v[i].v.name, STR_NONE);
  DRAFT_REMOVE(&d->phraselists, i);
  return luis__sound(d, e);
}

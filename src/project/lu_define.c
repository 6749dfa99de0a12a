#include "project/lu_define.h"

#include "project/clu_fields.h"

/* Declarations: "@ type name [roles] [flags] [usesFeature …] [= definition]" and the lines below them. */

/* ---- Words of a declaration ---- */

enum { MAX_WORDS = 512 };

typedef struct word {
  lu_piece p;
  bool quoted;
} word;

typedef struct words {
  word *v;
  size_t n;
} words;

static bool is_word(const word *w, const char *a, const char *b) {
  return !w->quoted && (str_eq_nocase(w->p.s, str_of(a)) || (b && str_eq_nocase(w->p.s, str_of(b))));
}

/* Splits p at blanks and commas; "quoted words" and what stands in (…) hold together. */
static err_code split_words(lu_reader *r, const lu_piece *p, words *out, err *e) {
  str s = p->s;
  *out = (words){.v = ARENA_ARRAY(r->a, word, MIN_OF(s.n / 2 + 1, (size_t)MAX_WORDS))};
  for (size_t i = 0; i < s.n;) {
    char c = s.p[i];
    if (c == ' ' || c == '\t' || c == ',') {
      i++;
      continue;
    }
    size_t begin = i;
    bool quoted = c == '"' || c == '\'';
    if (quoted) {
      size_t n = str_find_byte(str_skip(s, i + 1), c);
      if (i + 1 + n >= s.n) return lu__fail(p, i, e, "the quotation mark is not closed");
      begin = i + 1;
      i = begin + n;
    } else {
      while (i < s.n && !strchr(" \t,(", s.p[i])) i++;
      if (i == begin) { /* a flag in brackets */
        while (i < s.n && s.p[i] != ')') i++;
        i += i < s.n;
      }
    }
    if (out->n == MAX_WORDS) return lu__fail(p, begin, e, "the declaration has more than %d words", MAX_WORDS);
    out->v[out->n++] = (word){lu__part(p, str_make(s.p + begin, i - begin)), quoted};
    i += quoted;
  }
  return ERR_OK;
}

/* ---- Types ---- */

typedef enum decl_type {
  TYPE_NONE,
  TYPE_ENTITY, /* of the kind beside it */
  TYPE_PHRASELIST,
  TYPE_INTENT
} decl_type;

static decl_type type_of(const word *w, luis_kind *kind) {
  static const struct {
    const char *name;
    decl_type type;
    luis_kind kind;
  } types[] = {{"ml", TYPE_ENTITY, LUIS_ENTITY},
               {"simple", TYPE_ENTITY, LUIS_ENTITY},
               {"list", TYPE_ENTITY, LUIS_CLOSED_LIST},
               {"regex", TYPE_ENTITY, LUIS_REGEX},
               {"prebuilt", TYPE_ENTITY, LUIS_PREBUILT},
               {"composite", TYPE_ENTITY, LUIS_COMPOSITE},
               {"patternany", TYPE_ENTITY, LUIS_PATTERN_ANY},
               {"phraselist", TYPE_PHRASELIST, LUIS_ENTITY},
               {"intent", TYPE_INTENT, LUIS_ENTITY}};
  for (size_t i = 0; i < ARRAY_LEN(types); i++)
    if (is_word(w, types[i].name, NULL)) {
      *kind = types[i].kind;
      return types[i].type;
    }
  return TYPE_NONE;
}

/* The LUIS spelling of a prebuilt; others keep their name, LUIS has had many. */
static lu_piece prebuilt_name(const lu_piece *p) {
  str name = luis_prebuilt_name(p->s);
  lu_piece out = *p;
  if (name.p) out.s = name;
  return out;
}

/* ---- Roles, flags, features after the name ---- */

typedef struct target {
  decl_type type;
  luis_ref entity;
  uint32_t intent, phraselist;
  lu_child *child; /* instead of the entity */
} target;

static void use_feature(lu_reader *r, const target *t, const lu_piece *name, bool required) {
  lu_use u = {.name = *name,
              .to = t->child ? &t->child->c.features : NULL,
              .is_intent = t->type == TYPE_INTENT,
              .is_required = required,
              .entity = t->entity,
              .intent = t->intent};
  VEC_PUSH(&r->uses, u);
}

static bool set_flag(lu_reader *r, const target *t, const word *w) {
  luis_phraselist *l = &r->phraselists.p[t->phraselist];
  bool for_all = is_word(w, "enabledForAllModels", NULL), not_for_all = is_word(w, "disabledForAllModels", NULL);
  if (for_all || not_for_all) {
    l->enabled_for_all_models = for_all;
    r->phraselist_flagged.p[t->phraselist] = true;
  } else if (is_word(w, "disabled", NULL)) {
    l->activated = false;
  } else if (is_word(w, "(interchangeable)", "interchangeable")) {
    l->interchangeable = true;
  } else {
    return false;
  }
  return true;
}

static err_code read_rest(lu_reader *r, const target *t, words w, size_t at, err *e) {
  bool features = false;
  for (; at < w.n; at++) {
    const word *x = &w.v[at];
    if (is_word(x, "usesFeature", "usesFeatures")) {
      features = true;
    } else if (is_word(x, "hasRole", "hasRoles")) {
      features = false;
    } else if (t->type == TYPE_PHRASELIST) {
      if (!set_flag(r, t, x))
        return lu__fail(&x->p, 0, e, "\"" STR_FMT "\" is no flag of a phrase list", STR_ARG(clu__clip(x->p.s)));
    } else if (features) {
      use_feature(r, t, &x->p, false);
    } else if (t->type == TYPE_INTENT || t->child) {
      return lu__fail(&x->p, 0, e, "\"usesFeature\" is missing before \"" STR_FMT "\"", STR_ARG(clu__clip(x->p.s)));
    } else {
      TRY(lu__role(r, t->entity, &x->p, e));
    }
  }
  return ERR_OK;
}

/* ---- Definitions ---- */

static err_code define_regex(lu_reader *r, const lu_piece *p, err *e) {
  if (p->s.n < 2 || p->s.p[0] != '/' || p->s.p[p->s.n - 1] != '/')
    return lu__fail(p, 0, e, "a regular expression stands between slashes: /ord[0-9]{4}/");
  lu__at(r, r->entity)->en.regex_pattern = arena_str(r->a, str_make(p->s.p + 1, p->s.n - 2));
  return ERR_OK;
}

/* "City, first name, "last, name"": names between commas. */
static err_code define_composite(lu_reader *r, const lu_piece *p, err *e) {
  luis_entity *en = &lu__at(r, r->entity)->en;
  for (str rest = str_trim(p->s); rest.n; rest = str_trim(rest)) {
    char quote = rest.p[0] == '"' || rest.p[0] == '\'' ? rest.p[0] : '\0';
    size_t end = quote ? 1 + str_find_byte(str_skip(rest, 1), quote) : 0;
    if (quote && end == rest.n) return lu__fail(p, (size_t)(rest.p - p->s.p), e, "the quotation mark is not closed");
    str name = quote ? str_make(rest.p + 1, end - 1) : str_trim(str_make(rest.p, str_find_byte(rest, ',')));
    str behind = str_skip(rest, end);
    rest = str_skip(behind, str_find_byte(behind, ',') + 1);
    if (name.n && !luis_names_have(en->parts, name)) LU_PUSH(r->a, &en->parts, str, arena_str(r->a, name));
    if (en->parts.n > LUIS_LIMIT_CHILDREN)
      return lu__fail(p, 0, e, "a composite has more than %d children", LUIS_LIMIT_CHILDREN);
  }
  return ERR_OK;
}

static err_code define_inline_composite(lu_reader *r, const lu_piece *p, err *e) {
  if (p->s.n < 2 || p->s.p[0] != '[' || p->s.p[p->s.n - 1] != ']')
    return lu__fail(p, 0, e, "the children of a composite stand in square brackets: [City, number]");
  lu_piece inner = lu__part(p, str_make(p->s.p + 1, p->s.n - 2));
  return define_composite(r, &inner, e);
}

static err_code define_inline(lu_reader *r, decl_type type, const lu_piece *p, err *e) {
  if (!p->s.n) return ERR_OK;
  if (type == TYPE_ENTITY && r->entity.kind == LUIS_REGEX) return define_regex(r, p, e);
  if (type == TYPE_ENTITY && r->entity.kind == LUIS_COMPOSITE) return define_inline_composite(r, p, e);
  return lu__fail(p, 0, e, "the definition stands in the lines below, each with a bullet");
}

/* ---- "@ …" ---- */

/* "type name": finds or makes it. TYPE_NONE in t->type when the words do not begin so. */
static err_code find_typed(lu_reader *r, words w, target *t, err *e) {
  luis_kind kind = LUIS_ENTITY;
  t->type = w.n > 1 ? type_of(&w.v[0], &kind) : TYPE_NONE;
  switch (t->type) {
  case TYPE_INTENT: return lu__intent(r, &w.v[1].p, &t->intent, e);
  case TYPE_PHRASELIST: return lu__phraselist(r, &w.v[1].p, &t->phraselist, e);
  case TYPE_ENTITY: {
    lu_piece name = kind == LUIS_PREBUILT ? prebuilt_name(&w.v[1].p) : w.v[1].p;
    return lu__entity(r, kind, &name, &t->entity, e);
  }
  case TYPE_NONE: break;
  }
  return ERR_OK;
}

/* The name alone of what is declared elsewhere, or of a prebuilt. */
static err_code find_named(lu_reader *r, const lu_piece *p, target *t, err *e) {
  t->type = TYPE_ENTITY;
  if (lu__find(r, p->s, &t->entity)) return ERR_OK;
  const uint32_t *list = strmap_get(&r->phraselist_ids, p->s);
  if (list) {
    t->type = TYPE_PHRASELIST;
    t->phraselist = *list;
    return ERR_OK;
  }
  lu_piece name = prebuilt_name(p);
  if (luis_prebuilt_name(name.s).p) return lu__entity(r, LUIS_PREBUILT, &name, &t->entity, e);
  return lu__fail(p, 0, e, "\"" STR_FMT "\" is no type of entity and no entity of this file", STR_ARG(clu__clip(p->s)));
}

static void set_section(lu_reader *r, const target *t) {
  r->section = t->type == TYPE_PHRASELIST ? LU_PHRASELIST : t->type == TYPE_INTENT ? LU_NO_BODY : LU_ENTITY;
  r->entity = t->entity;
  r->phraselist = t->phraselist;
  r->child = NULL;
}

/* The line without its '@', cut at the first '=' outside of quoted words. */
static void split_definition(const lu_piece *line, lu_piece *head, lu_piece *definition) {
  *head = lu__part(line, str_skip(line->s, 1));
  *definition = lu__part(line, str_skip(line->s, line->s.n));
  char quote = '\0';
  for (size_t i = 0; i < head->s.n; i++) {
    char c = head->s.p[i];
    bool begins = i == 0 || strchr(" \t,", head->s.p[i - 1]);
    if (quote ? c == quote : begins && (c == '"' || c == '\'')) quote = quote ? '\0' : c;
    if (c != '=' || quote) continue;
    *definition = lu__part(line, str_trim(str_skip(head->s, i + 1)));
    head->s.n = i;
    return;
  }
}

err_code lu__announce(lu_reader *r, const lu_piece *line, err *e) {
  lu_piece head, definition;
  words w;
  target t = {0};
  luis_kind kind;
  split_definition(line, &head, &definition);
  TRY(split_words(r, &head, &w, e));
  if (w.n < 2 || type_of(&w.v[0], &kind) == TYPE_INTENT) return ERR_OK;
  return find_typed(r, w, &t, e);
}

err_code lu__declare(lu_reader *r, const lu_piece *line, err *e) {
  lu_piece head, definition;
  words w;
  target t = {0};
  split_definition(line, &head, &definition);
  TRY(split_words(r, &head, &w, e));
  if (!w.n) return lu__fail(line, 0, e, "the declaration has no type and no name");
  TRY(find_typed(r, w, &t, e));
  size_t at = t.type == TYPE_NONE ? 1 : 2;
  if (t.type == TYPE_NONE) TRY(find_named(r, &w.v[0].p, &t, e));
  set_section(r, &t);
  TRY(read_rest(r, &t, w, at, e));
  return define_inline(r, t.type, &definition, e);
}

/* ---- "$Name:type" ---- */

/* "… Roles=a,b" at the end of s, which loses it. */
static err_code take_roles(lu_reader *r, const lu_piece *line, str *s, words *roles, err *e) {
  *roles = (words){0};
  for (size_t i = 0; i + 6 <= s->n; i++) {
    if ((i && s->p[i - 1] != ' ' && s->p[i - 1] != '\t') || !str_eq_nocase(str_make(s->p + i, 5), STR("roles")))
      continue;
    str rest = str_trim(str_skip(*s, i + 5));
    if (!rest.n || rest.p[0] != '=') continue;
    lu_piece list = lu__part(line, str_skip(rest, 1));
    *s = str_trim(str_make(s->p, i));
    return split_words(r, &list, roles, e);
  }
  return ERR_OK;
}

static err_code legacy_entity(lu_reader *r, const lu_piece *name, luis_kind kind, words roles, err *e) {
  target t = {.type = TYPE_ENTITY};
  TRY(lu__entity(r, kind, name, &t.entity, e));
  set_section(r, &t);
  return read_rest(r, &t, roles, 0, e);
}

static err_code legacy_phraselist(lu_reader *r, const lu_piece *name, str type, err *e) {
  target t = {.type = TYPE_PHRASELIST};
  TRY(lu__phraselist(r, name, &t.phraselist, e));
  set_section(r, &t);
  for (size_t i = 0; i + 15 <= type.n; i++)
    if (str_eq_nocase(str_make(type.p + i, 15), STR("interchangeable")))
      r->phraselists.p[t.phraselist].interchangeable = true;
  return ERR_OK;
}

static err_code legacy_sublist(lu_reader *r, const lu_piece *name, str canonical, words roles, err *e) {
  TRY(legacy_entity(r, name, LUIS_CLOSED_LIST, roles, e));
  luis_sublist s = {.canonical_form = arena_str(r->a, str_trim(canonical))};
  LU_PUSH(r->a, &lu__at(r, r->entity)->en.sublists, luis_sublist, s);
  return ERR_OK;
}

err_code lu__declare_legacy(lu_reader *r, const lu_piece *line, err *e) {
  str s = str_skip(line->s, 1);
  size_t colon = str_find_byte(s, ':');
  if (colon == s.n) return lu__fail(line, 0, e, "the declaration is not \"$name:type\"");
  lu_piece name = lu__part(line, str_trim(str_make(s.p, colon)));
  str type = str_trim(str_skip(s, colon + 1));
  words roles;
  TRY(take_roles(r, line, &type, &roles, e));
  lu_piece definition = lu__part(line, type);
  if (str_eq_nocase(type, STR("simple"))) return legacy_entity(r, &name, LUIS_ENTITY, roles, e);
  if (str_eq_nocase(type, STR("Pattern.Any"))) return legacy_entity(r, &name, LUIS_PATTERN_ANY, roles, e);
  if (type.n >= 10 && str_eq_nocase(str_make(type.p, 10), STR("phraseList")))
    return legacy_phraselist(r, &name, type, e);
  if (str_starts(type, STR("/"))) {
    TRY(legacy_entity(r, &name, LUIS_REGEX, roles, e));
    return define_regex(r, &definition, e);
  }
  if (str_starts(type, STR("["))) {
    TRY(legacy_entity(r, &name, LUIS_COMPOSITE, roles, e));
    return define_inline_composite(r, &definition, e);
  }
  if (type.n > 1 && type.p[type.n - 1] == '=') return legacy_sublist(r, &name, str_make(type.p, type.n - 1), roles, e);
  str prebuilt = luis_prebuilt_name(type);
  if (!prebuilt.p) return lu__fail(&definition, 0, e, "\"" STR_FMT "\" is no type of entity", STR_ARG(clu__clip(type)));
  definition.s = prebuilt;
  return legacy_entity(r, &definition, LUIS_PREBUILT, roles, e);
}

/* ---- Lines below a declaration ---- */

/* "big, huge; jumbo" into names, each trimmed. */
static void split_list(arena *a, str s, luis_names *out) {
  while (s.n) {
    size_t n = 0;
    while (n < s.n && s.p[n] != ',' && s.p[n] != ';') n++;
    str item = str_trim(str_make(s.p, n));
    if (item.n) LU_PUSH(a, out, str, arena_str(a, item));
    s = str_skip(s, n + 1);
  }
}

/* "Large :" begins a sublist, anything else is synonyms of the last. */
static err_code define_list(lu_reader *r, const lu_piece *p, err *e) {
  luis_sublists *v = &lu__at(r, r->entity)->en.sublists;
  if (p->s.p[p->s.n - 1] == ':') {
    luis_sublist s = {.canonical_form = arena_str(r->a, str_trim(str_make(p->s.p, p->s.n - 1)))};
    if (!s.canonical_form.n) return lu__fail(p, 0, e, "the sublist has no name before ':'");
    LU_PUSH(r->a, v, luis_sublist, s);
    return ERR_OK;
  }
  if (!v->n) return lu__fail(p, 0, e, "synonyms need a line \"- Name :\" before them");
  luis_sublist last = v->v[v->n - 1];
  split_list(r->a, p->s, &last.list);
  memcpy((void *)(uintptr_t)&v->v[v->n - 1], &last, sizeof last);
  return ERR_OK;
}

static void define_phrases(lu_reader *r, const lu_piece *p) {
  buf *b = &r->phraselist_words.p[r->phraselist];
  luis_names phrases = {0};
  split_list(r->a, p->s, &phrases);
  for (size_t i = 0; i < phrases.n; i++) {
    if (b->n) buf_add_byte(b, ',');
    buf_add_str(b, phrases.v[i]);
  }
}

/* The child that a line indented so stands under, NULL for the entity itself; *level: of the line, from 1. */
static lu_child *parent_of(lu_child *last, size_t indent, int *level) {
  lu_child *parent = last;
  while (parent && parent->indent >= indent) parent = parent->parent;
  *level = 1;
  for (const lu_child *up = parent; up; up = up->parent) ++*level;
  return parent;
}

/* "@ SizeList Size usesFeature SizeWords": a type other than ml is a required feature. */
static err_code define_child(lu_reader *r, const lu_piece *p, size_t indent, err *e) {
  if (p->s.p[0] != '@') return lu__fail(p, 0, e, "a child is declared by \"- @ type name\"");
  lu_piece rest = lu__part(p, str_skip(p->s, 1));
  words w;
  TRY(split_words(r, &rest, &w, e));
  if (w.n < 2) return lu__fail(p, 0, e, "a child is declared by \"- @ type name\"");
  err why;
  if (luis_name_check(w.v[1].p.s, "name of a child", &why) != ERR_OK)
    return lu__fail(&w.v[1].p, 0, e, "%s", why.message);
  int level;
  lu_child *child = ARENA_NEW(r->a, lu_child), *parent = parent_of(r->child, indent, &level);
  if (level > LUIS_LIMIT_LEVELS) return lu__fail(p, 0, e, "children are nested more than %d levels", LUIS_LIMIT_LEVELS);
  lu_child *list = parent ? parent : &lu__at(r, r->entity)->children;
  if (list->count == LUIS_LIMIT_CHILDREN)
    return lu__fail(p, 0, e, "a level has more than %d children", LUIS_LIMIT_CHILDREN);
  child->c.name = arena_str(r->a, w.v[1].p.s);
  child->parent = parent;
  child->indent = indent;
  if (list->last)
    list->last->next = child;
  else
    list->first = child;
  list->last = child;
  list->count++;
  r->child = child;
  strmap_put(&r->child_names, child->c.name, 0, NULL);
  target t = {.type = TYPE_ENTITY, .entity = r->entity, .child = child};
  luis_kind kind;
  if (type_of(&w.v[0], &kind) != TYPE_ENTITY || kind != LUIS_ENTITY) {
    lu_piece name = w.v[0].p;
    luis_ref ref;
    if (!lu__find(r, name.s, &ref)) name = prebuilt_name(&name);
    use_feature(r, &t, &name, true);
  }
  return read_rest(r, &t, w, 2, e);
}

static err_code define_entity(lu_reader *r, const lu_piece *p, size_t indent, err *e) {
  switch (r->entity.kind) {
  case LUIS_ENTITY: return define_child(r, p, indent, e);
  case LUIS_CLOSED_LIST: return define_list(r, p, e);
  case LUIS_COMPOSITE: return define_composite(r, p, e);
  case LUIS_REGEX: return define_regex(r, p, e);
  case LUIS_PATTERN_ANY:
    LU_PUSH(r->a, &lu__at(r, r->entity)->en.explicit_list, str, arena_str(r->a, p->s));
    return ERR_OK;
  default: return lu__fail(p, 0, e, "an entity of this type has no lines below it");
  }
}

err_code lu__define(lu_reader *r, const lu_piece *p, size_t indent, err *e) {
  if (!p->s.n) return ERR_OK;
  switch (r->section) {
  case LU_ENTITY: return define_entity(r, p, indent, e);
  case LU_PHRASELIST: define_phrases(r, p); return ERR_OK;
  default: return lu__fail(p, 0, e, "the declaration above has no lines below it");
  }
}

/* ---- What waited for the whole file ---- */

static err_code add_feature(lu_reader *r, luis_features *to, luis_feature f, const lu_piece *p, err *e) {
  enum { MOST = LUIS_LIMIT_MODEL_FEATURES + LUIS_LIMIT_PHRASELIST_FEATURES + LUIS_LIMIT_GLOBAL_PHRASELISTS };
  for (size_t i = 0; i < to->n; i++)
    if (to->v[i].is_phraselist == f.is_phraselist && str_eq(to->v[i].name, f.name)) return ERR_OK;
  if (to->n == MOST) return lu__fail(p, 0, e, "a model has more than %d features", MOST);
  LU_PUSH(r->a, to, luis_feature, f);
  return ERR_OK;
}

static err_code apply_use(lu_reader *r, const lu_use *u, err *e) {
  luis_ref ref;
  const uint32_t *list = strmap_get(&r->phraselist_ids, u->name.s);
  luis_features *to = u->to          ? u->to
                      : u->is_intent ? &r->intents.p[u->intent].features
                                     : &lu__at(r, u->entity)->en.features;
  bool is_list = list && !u->is_required;
  str name = u->name.s;
  if (!is_list && !lu__find(r, u->name.s, &ref) && !strmap_get(&r->intent_ids, u->name.s) &&
      !strmap_get(&r->child_names, u->name.s)) {
    if (!luis_prebuilt_name(u->name.s).p)
      return lu__fail(&u->name, 0, e, "the file has no model and no phrase list \"" STR_FMT "\"",
                      STR_ARG(clu__clip(u->name.s)));
    lu_piece prebuilt = prebuilt_name(&u->name); /* a child "@ number count" brings the prebuilt */
    TRY(lu__entity(r, LUIS_PREBUILT, &prebuilt, &ref, e));
    name = prebuilt.s;
  }
  TRY(add_feature(r, to, (luis_feature){arena_str(r->a, name), is_list, u->is_required}, &u->name, e));
  if (is_list) r->phraselist_flagged.p[*list] = true; /* used by name: not for all models unless it says so */
  return ERR_OK;
}

err_code lu__finish_declarations(lu_reader *r, err *e) {
  for (size_t i = 0; i < r->uses.n; i++) TRY(apply_use(r, &r->uses.p[i], e));
  for (size_t i = 0; i < r->phraselists.n; i++)
    if (!r->phraselist_flagged.p[i]) r->phraselists.p[i].enabled_for_all_models = true;
  return ERR_OK;
}

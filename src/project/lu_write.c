#include "project/lu.h"

#include "base/vec.h"
#include "project/clu_fields.h"
#include "project/lu_line.h"
#include "project/lu_write_line.h"
#include "project/luis_pattern.h"

#include <stdio.h>

/* The layout of bf-lu and of the service's export (reference §4). */

typedef struct writer {
  const luis_app *app;
  buf *out;
  notes *l;
  luis_index index;
  strmap role_owners;
  arena scratch; /* one line */
} writer;

static bool one_line(str s) {
  return str_find_byte(s, '\n') == s.n && str_find_byte(s, '\r') == s.n;
}

/* Comes back as it is from a line of its own. */
static bool is_item(str s) {
  return s.n && one_line(s) && str_eq(s, str_trim(s));
}

static void add_note(writer *w, const char *member, size_t index, const char *text, str name) {
  char place[64];
  snprintf(place, sizeof place, "%s[%zu]", member, index);
  note_add(w->l, place, text, STR_ARG(name));
}

/* ---- Names, roles, features ---- */

/* A word that a declaration gives a meaning. */
static bool is_keyword(str name) {
  static const char *const words[] = {"ml",        "simple",      "list",        "regex",  "prebuilt",
                                      "composite", "patternany",  "phraselist",  "intent", "hasRole",
                                      "hasRoles",  "usesFeature", "usesFeatures"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_eq_nocase(name, str_of(words[i]))) return true;
  return false;
}

static void add_name(buf *out, str name) {
  bool plain = !is_keyword(name);
  for (size_t i = 0; i < name.n; i++) plain &= !strchr(" ,'", name.p[i]);
  const char *quote = plain ? "" : "\"";
  buf_printf(out, "%s" STR_FMT "%s", quote, STR_ARG(name), quote);
}

/* Names mean themselves in a declaration, a label, a slot and a heading. */
static err_code check_name(str name, const char *member, size_t index, err *e) {
  bool edges = name.p[0] == '@' || name.p[0] == '#' || !str_eq(name, str_trim(name));
  size_t i = 0;
  while (i < name.n && !strchr("\"{}=\\<>[]|;", name.p[i])) i++;
  if (!edges && i == name.n) return ERR_OK;
  char place[64];
  snprintf(place, sizeof place, "%s[%zu]", member, index);
  return err_at(e, ERR_INVALID_ARGUMENT, place, "%s: the name \"" STR_FMT "\" cannot stand in a .lu file", place,
                STR_ARG(name));
}

static err_code check_children(luis_children v, size_t index, err *e) {
  for (size_t i = 0; i < v.n; i++) {
    TRY(check_name(v.v[i].name, "entities", index, e));
    TRY(check_children(v.v[i].children, index, e));
  }
  return ERR_OK;
}

static err_code check_entity_names(luis_kind kind, const luis_entity *en, size_t index, err *e) {
  const char *member = luis_kind_member(kind);
  if (kind == LUIS_HIERARCHICAL) return ERR_OK; /* not written */
  TRY(check_name(en->name, member, index, e));
  for (size_t i = 0; i < en->roles.n; i++) TRY(check_name(en->roles.v[i], member, index, e));
  return check_children(en->children, index, e);
}

static err_code check_names(const luis_app *app, err *e) {
  for (size_t i = 0; i < app->intent_count; i++) TRY(check_name(app->intents[i].name, "intents", i, e));
  for (size_t i = 0; i < app->phraselist_count; i++) TRY(check_name(app->phraselists[i].name, "phraselists", i, e));
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < app->entities[k].n; i++) TRY(check_entity_names((luis_kind)k, &app->entities[k].v[i], i, e));
  return ERR_OK;
}

static void add_roles(buf *out, luis_names roles) {
  for (size_t i = 0; i < roles.n; i++) {
    buf_printf(out, "%s", i ? ", " : roles.n > 1 ? " hasRoles " : " hasRole ");
    add_name(out, roles.v[i]);
  }
}

/* .lu has neither hierarchical entities nor regex features. */
static bool is_written(const writer *w, const luis_feature *f) {
  if (f->is_phraselist) {
    const uint32_t *i = strmap_get(&w->index.phraselists, f->name);
    return i && *i < w->app->phraselist_count && str_eq(w->app->phraselists[*i].name, f->name);
  }
  luis_ref ref;
  return !luis_index_entity(&w->index, f->name, &ref) || ref.kind != LUIS_HIERARCHICAL;
}

static size_t count_written(const writer *w, luis_features f, size_t skip) {
  size_t count = 0;
  for (size_t i = 0; i < f.n; i++) count += i != skip && is_written(w, &f.v[i]);
  return count;
}

/* skip: the feature that a child's type already says; SIZE_MAX: none. */
static void add_features(writer *w, luis_features f, size_t skip, const char *member, size_t index) {
  size_t written = 0, count = count_written(w, f, skip);
  for (size_t i = 0; i < f.n; i++) {
    if (i == skip) continue;
    if (!is_written(w, &f.v[i])) {
      add_note(w, member, index, "the feature \"" STR_FMT "\" is left out", f.v[i].name);
      continue;
    }
    buf_printf(w->out, "%s", written++ ? ", " : count > 1 ? " usesFeatures " : " usesFeature ");
    add_name(w->out, f.v[i].name);
    if (f.v[i].is_required)
      add_note(w, member, index, "the feature \"" STR_FMT "\" is no longer required", f.v[i].name);
  }
}

/* ---- Head ---- */

static void add_info(writer *w, const char *key, str value) {
  if (!value.n) return;
  if (!is_item(value)) {
    note_add(w->l, key, "blanks and line ends at its edges are left out, those within become blanks");
    char *p = arena_cstr(&w->scratch, str_trim(value));
    value = str_of(p);
    for (size_t i = 0; i < value.n; i++)
      if (p[i] == '\n' || p[i] == '\r') p[i] = ' ';
  }
  buf_printf(w->out, "> !# @app.%s = " STR_FMT "\n", key, STR_ARG(value));
}

static void write_head(writer *w) {
  const luis_app *app = w->app;
  buf_printf(w->out, "> LUIS application information\n");
  add_info(w, "name", app->name);
  add_info(w, "desc", app->description);
  add_info(w, "versionId", app->version_id);
  add_info(w, "culture", app->culture);
  add_info(w, "luis_schema_version", str_starts(app->schema_version, STR("7")) ? app->schema_version : STR("7.0.0"));
  for (size_t i = 0; i < app->setting_count; i++) {
    const luis_setting *s = &app->settings[i];
    if (is_item(s->name) && is_item(s->value) && str_find_byte(s->name, '=') == s->name.n)
      buf_printf(w->out, "> !# @app.settings." STR_FMT " = " STR_FMT "\n", STR_ARG(s->name), STR_ARG(s->value));
    else
      add_note(w, "settings", i, "the setting \"" STR_FMT "\" is left out", s->name);
  }
  add_info(w, "tokenizerVersion", app->tokenizer_version);
  buf_printf(w->out, "\n\n");
}

/* Within "key : value; key : value". */
static bool is_inherited(str s) {
  return !s.p || (is_item(s) && str_find_byte(s, ';') == s.n && s.p[s.n - 1] != '}');
}

static void write_inherits(writer *w, const char *what, const char *member, size_t index, str name,
                           const luis_inherits *in) {
  if (!in->domain_name.p && !in->model_name.p) return;
  if (!is_inherited(in->domain_name) || !is_inherited(in->model_name)) {
    add_note(w, member, index, "what \"" STR_FMT "\" inherits is left out", name);
    return;
  }
  buf_printf(w->out, "> !# @%s.inherits = name : " STR_FMT, what, STR_ARG(name));
  if (in->domain_name.p) buf_printf(w->out, "; domain_name : " STR_FMT, STR_ARG(in->domain_name));
  if (in->model_name.p) buf_printf(w->out, "; model_name : " STR_FMT, STR_ARG(in->model_name));
  buf_printf(w->out, "\n\n");
}

/* ---- Intents ---- */

static bool has_hierarchical(writer *w, str pattern) {
  luis_slot *slots;
  size_t n;
  if (luis_pattern_check(pattern, &w->scratch, &slots, &n, NULL, NULL) != ERR_OK) return false;
  for (size_t i = 0; i < n; i++) {
    luis_ref ref;
    if (luis_index_entity(&w->index, slots[i].entity, &ref) && ref.kind == LUIS_HIERARCHICAL) return true;
  }
  return false;
}

static void write_pattern(writer *w, size_t index) {
  str s = w->app->patterns[index].pattern;
  lu_line line;
  size_t at;
  arena_reset(&w->scratch);
  if (has_hierarchical(w, s))
    add_note(w, "patterns", index, "the pattern \"" STR_FMT "\" is left out: it has a hierarchical entity", s);
  else if (is_item(s) && lu__line_read(s, &w->scratch, &line, &at, NULL) == ERR_OK && line.kind == LU_PATTERN &&
           str_eq(line.text, s))
    buf_printf(w->out, "- " STR_FMT "\n", STR_ARG(s));
  else
    add_note(w, "patterns", index,
             "the pattern \"" STR_FMT "\" is left out: without a slot or an optional part it is "
             "an utterance in this format",
             s);
}

/* Indices 0 to n grouped by intent: first[i] to first[i + 1] of order are those of intent i. */
typedef struct by_intent {
  uint32_t *first, *order;
} by_intent;

static uint32_t intent_of(const luis_app *app, bool patterns, size_t i) {
  return patterns ? app->patterns[i].intent : app->utterances[i].intent;
}

static by_intent group(const luis_app *app, bool patterns, arena *a) {
  size_t n = patterns ? app->pattern_count : app->utterance_count;
  by_intent g = {ARENA_ARRAY(a, uint32_t, app->intent_count + 2), ARENA_ARRAY(a, uint32_t, n)};
  for (size_t i = 0; i < n; i++) g.first[intent_of(app, patterns, i) + 2]++;
  for (size_t i = 2; i < app->intent_count + 2; i++) g.first[i] += g.first[i - 1];
  for (size_t i = 0; i < n; i++) g.order[g.first[intent_of(app, patterns, i) + 1]++] = (uint32_t)i;
  return g;
}

static void write_intent(writer *w, lu_line_writer *lines, size_t index, const by_intent *u, const by_intent *p) {
  const luis_intent *in = &w->app->intents[index];
  write_inherits(w, "intent", "intents", index, in->name, &in->inherits);
  buf_printf(w->out, "# " STR_FMT "\n", STR_ARG(in->name));
  for (uint32_t i = u->first[index]; i < u->first[index + 1]; i++) {
    char place[64];
    snprintf(place, sizeof place, "utterances[%u]", u->order[i]);
    lu__line_write(lines, &w->app->utterances[u->order[i]], place, w->out);
  }
  for (uint32_t i = p->first[index]; i < p->first[index + 1]; i++) write_pattern(w, p->order[i]);
  buf_printf(w->out, "\n\n");
  bool any = count_written(w, in->features, SIZE_MAX) > 0;
  if (any) {
    buf_printf(w->out, "@ intent ");
    add_name(w->out, in->name);
  }
  add_features(w, in->features, SIZE_MAX, "intents", index);
  if (any) buf_printf(w->out, "\n\n");
}

static void write_intents(writer *w) {
  buf_printf(w->out, "> # Intent definitions\n\n");
  arena a;
  arena_init(&a, 0);
  by_intent u = group(w->app, false, &a), p = group(w->app, true, &a);
  lu_line_writer lines = {.app = w->app, .index = &w->index, .role_owners = &w->role_owners, .l = w->l};
  arena_init(&lines.scratch, 0);
  for (size_t i = 0; i < w->app->intent_count; i++) write_intent(w, &lines, i, &u, &p);
  arena_fini(&lines.scratch);
  arena_fini(&a);
}

/* ---- Entities ---- */

static void write_children(writer *w, luis_children v, int level, size_t index) {
  for (size_t i = 0; i < v.n; i++) {
    const luis_child *c = &v.v[i];
    size_t required = 0; /* the first required model is the type */
    while (required < c->features.n && (!c->features.v[required].is_required || c->features.v[required].is_phraselist))
      required++;
    buf_printf(w->out, "%*s- @ ", level * 4, "");
    if (required < c->features.n)
      add_name(w->out, c->features.v[required].name);
    else
      buf_add_str(w->out, STR("ml"));
    buf_add_byte(w->out, ' ');
    add_name(w->out, c->name);
    add_features(w, c->features, required, "entities", index);
    buf_add_byte(w->out, '\n');
    write_children(w, c->children, level + 1, index);
  }
}

static void write_sublists(writer *w, const luis_entity *en, size_t index) {
  for (size_t i = 0; i < en->sublists.n; i++) {
    const luis_sublist *s = &en->sublists.v[i];
    if (!is_item(s->canonical_form)) {
      add_note(w, "closedLists", index, "the sublist \"" STR_FMT "\" is left out", s->canonical_form);
      continue;
    }
    buf_printf(w->out, "\t- " STR_FMT " :\n", STR_ARG(s->canonical_form));
    for (size_t k = 0; k < s->list.n; k++) {
      str x = s->list.v[k];
      if (is_item(x) && str_find_byte(x, ',') == x.n && str_find_byte(x, ';') == x.n && x.p[x.n - 1] != ':')
        buf_printf(w->out, "\t\t- " STR_FMT "\n", STR_ARG(x));
      else
        add_note(w, "closedLists", index,
                 "the synonym \"" STR_FMT
                 "\" is left out: it has a comma, a semicolon, a last colon, or blanks at its edges",
                 x);
    }
  }
}

static void write_parts(writer *w, const luis_entity *en, size_t index) {
  size_t written = 0;
  buf_add_str(w->out, STR(" = ["));
  for (size_t i = 0; i < en->parts.n; i++) {
    luis_ref ref;
    if (luis_index_entity(&w->index, en->parts.v[i], &ref) && ref.kind != LUIS_HIERARCHICAL) {
      buf_printf(w->out, "%s", written++ ? ", " : "");
      add_name(w->out, en->parts.v[i]);
    } else
      add_note(w, "composites", index, "the child \"" STR_FMT "\" is left out", en->parts.v[i]);
  }
  buf_add_str(w->out, STR("]"));
}

static void write_explicit(writer *w, const luis_entity *en, size_t index) {
  for (size_t i = 0; i < en->explicit_list.n; i++) {
    str x = en->explicit_list.v[i];
    if (is_item(x))
      buf_printf(w->out, "\t- " STR_FMT "\n", STR_ARG(x));
    else
      add_note(w, "patternAnyEntities", index, "the value \"" STR_FMT "\" is left out", x);
  }
}

/* A line end and its escape match the same. */
static void write_regex(writer *w, const luis_entity *en, size_t index) {
  buf_add_str(w->out, STR(" = /"));
  for (size_t i = 0; i < en->regex_pattern.n; i++) {
    char c = en->regex_pattern.p[i];
    if (c == '\n' || c == '\r')
      buf_add_str(w->out, c == '\n' ? STR("\\n") : STR("\\r"));
    else
      buf_add_byte(w->out, c);
  }
  buf_add_byte(w->out, '/');
  if (!one_line(en->regex_pattern))
    add_note(w, "regex_entities", index, "the line ends in the pattern of \"" STR_FMT "\" become \\n and \\r",
             en->name);
}

static void write_entity(writer *w, luis_kind kind, const char *type, size_t index) {
  const luis_entity *en = &w->app->entities[kind].v[index];
  if (kind == LUIS_ENTITY) write_inherits(w, "entity", "entities", index, en->name, &en->inherits);
  buf_printf(w->out, "@ %s ", type);
  add_name(w->out, en->name);
  add_roles(w->out, en->roles);
  add_features(w, en->features, SIZE_MAX, luis_kind_member(kind), index);
  if (kind == LUIS_COMPOSITE && en->parts.n) write_parts(w, en, index);
  if (kind == LUIS_REGEX) write_regex(w, en, index);
  bool lines = en->sublists.n || en->explicit_list.n;
  buf_printf(w->out, "%s\n", lines ? " =" : "");
  write_children(w, en->children, 1, index);
  write_sublists(w, en, index);
  write_explicit(w, en, index);
  buf_add_byte(w->out, '\n');
}

static void write_kind(writer *w, luis_kind kind, const char *type, const char *title) {
  if (!w->app->entities[kind].n) return;
  buf_printf(w->out, "> # %s\n\n", title);
  for (size_t i = 0; i < w->app->entities[kind].n; i++) write_entity(w, kind, type, i);
  buf_add_byte(w->out, '\n');
}

/* Words that come back as they are: between commas, none empty, no blanks at the edges, no semicolon. */
static bool are_words(str s) {
  if (!one_line(s) || str_find_byte(s, ';') < s.n) return false;
  for (;;) {
    size_t n = str_find_byte(s, ',');
    if (!is_item(str_make(s.p, n))) return false;
    if (n == s.n) return true;
    s = str_skip(s, n + 1);
  }
}

static void write_phraselist(writer *w, size_t index) {
  const luis_phraselist *p = &w->app->phraselists[index];
  buf_printf(w->out, "@ phraselist ");
  add_name(w->out, p->name);
  buf_printf(w->out, "%s %s%s", p->interchangeable ? "(interchangeable)" : "", p->activated ? "" : "disabled, ",
             p->enabled_for_all_models ? "enabledForAllModels" : "disabledForAllModels");
  if (p->words.n && one_line(p->words)) buf_printf(w->out, " =\n\t- " STR_FMT, STR_ARG(p->words));
  if (p->words.n && !are_words(p->words))
    add_note(w, "phraselists", index, "blanks, semicolons or empty phrases of \"" STR_FMT "\" do not stay as they are",
             p->name);
  buf_printf(w->out, "\n\n");
}

static void write_phraselists(writer *w) {
  if (!w->app->phraselist_count) return;
  buf_printf(w->out, "> # Phrase list definitions\n\n");
  for (size_t i = 0; i < w->app->phraselist_count; i++) write_phraselist(w, i);
  buf_add_byte(w->out, '\n');
}

static void note_missing(writer *w) {
  const luis_entities *groups = &w->app->entities[LUIS_HIERARCHICAL];
  for (size_t i = 0; i < groups->n; i++)
    add_note(w, "hierarchicals", i, "the hierarchical entity \"" STR_FMT "\" is left out", groups->v[i].name);
  for (size_t i = 0; i < w->app->regex_feature_count; i++)
    add_note(w, "regex_features", i, "the regex feature \"" STR_FMT "\" is left out", w->app->regex_features[i].name);
}

/* ---- The app ---- */

static void count_owners(writer *w) {
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < w->app->entities[k].n; i++) {
      luis_names roles = w->app->entities[k].v[i].roles;
      for (size_t j = 0; j < roles.n; j++) ++*strmap_put(&w->role_owners, roles.v[j], 0, NULL);
    }
}

err_code lu_write(const luis_app *app, buf *out, notes *l, err *e) {
  TRY(check_names(app, e));
  writer w = {.app = app, .out = out, .l = l};
  luis_index_init(&w.index, app);
  strmap_init(&w.role_owners);
  arena_init(&w.scratch, 0);
  count_owners(&w);
  note_missing(&w);
  write_head(&w);
  write_intents(&w);
  write_kind(&w, LUIS_ENTITY, "ml", "Entity definitions");
  write_kind(&w, LUIS_PREBUILT, "prebuilt", "PREBUILT Entity definitions");
  write_phraselists(&w);
  write_kind(&w, LUIS_CLOSED_LIST, "list", "List entities");
  write_kind(&w, LUIS_REGEX, "regex", "RegEx entities");
  write_kind(&w, LUIS_COMPOSITE, "composite", "Composite entities");
  write_kind(&w, LUIS_PATTERN_ANY, "patternany", "Pattern.Any entities");
  arena_fini(&w.scratch);
  strmap_fini(&w.role_owners);
  luis_index_fini(&w.index);
  return ERR_OK;
}

#include "project/lu.h"

#include "project/clu_fields.h"
#include "project/lu_define.h"
#include "project/lu_utterances.h"
#include "project/luis_check.h"
#include "text/utf8.h"

#include <stdio.h>

/* ---- Model information: "> !# @app.name = Lamps" ---- */

static void set_setting(lu_reader *r, str name, str value) {
  luis_setting s = {arena_str(r->a, name), value};
  bool is_new;
  uint32_t at = *strmap_put(&r->setting_ids, s.name, (uint32_t)r->settings.n, &is_new);
  if (is_new)
    VEC_PUSH(&r->settings, s);
  else
    r->settings.p[at].value = value;
}

static bool set_app(lu_reader *r, str key, str value) {
  const struct {
    const char *key;
    str *to;
  } fields[] = {{"app.name", &r->app.name},
                {"app.desc", &r->app.description},
                {"app.versionId", &r->app.version_id},
                {"app.culture", &r->app.culture},
                {"app.luis_schema_version", &r->app.schema_version},
                {"app.tokenizerVersion", &r->app.tokenizer_version}};
  for (size_t i = 0; i < ARRAY_LEN(fields); i++)
    if (str_eq(key, str_of(fields[i].key))) {
      *fields[i].to = arena_str(r->a, value);
      return true;
    }
  str prefix = STR("app.settings.");
  if (!str_starts(key, prefix) || key.n == prefix.n) return false;
  set_setting(r, str_skip(key, prefix.n), arena_str(r->a, value));
  return true;
}

/* "name : A; domain_name : D; model_name : M", also within braces and with '='. */
static err_code read_inherits(lu_reader *r, bool is_intent, const lu_piece *value, err *e) {
  lu_piece name = {.s = STR_NONE};
  luis_inherits in = {0};
  str rest = value->s;
  if (rest.n > 1 && rest.p[0] == '{' && rest.p[rest.n - 1] == '}') rest = str_make(rest.p + 1, rest.n - 2);
  while (rest.n) {
    size_t end = str_find_byte(rest, ';');
    str item = str_make(rest.p, end);
    rest = str_skip(rest, end + 1);
    size_t colon = 0;
    while (colon < item.n && item.p[colon] != ':' && item.p[colon] != '=') colon++;
    if (colon == item.n) continue;
    str key = str_trim(str_make(item.p, colon)), v = str_trim(str_skip(item, colon + 1));
    if (str_eq(key, STR("name"))) name = lu__part(value, v);
    if (str_eq(key, STR("domain_name"))) in.domain_name = arena_str(r->a, v);
    if (str_eq(key, STR("model_name"))) in.model_name = arena_str(r->a, v);
  }
  if (!name.s.n) return lu__fail(value, 0, e, "needs a name: \"name : X; domain_name : D; model_name : M\"");
  if (is_intent) {
    uint32_t index = 0;
    TRY(lu__intent(r, &name, &index, e));
    r->intents.p[index].inherits = in;
    return ERR_OK;
  }
  luis_ref ref;
  TRY(lu__entity(r, LUIS_ENTITY, &name, &ref, e));
  lu__at(r, ref)->en.inherits = in;
  return ERR_OK;
}

static err_code read_model_info(lu_reader *r, const lu_piece *line, err *e) {
  size_t hash = str_find_byte(line->s, '#');
  str rest = str_trim(str_skip(line->s, hash + 1));
  size_t equals = str_find_byte(rest, '=');
  if (!rest.n || rest.p[0] != '@' || equals == rest.n) {
    lu__note(r, line, "model information without \"@key = value\" is passed over");
    return ERR_OK;
  }
  str key = str_trim(str_make(rest.p + 1, equals - 1)), v = str_trim(str_skip(rest, equals + 1));
  lu_piece value = lu__part(line, v);
  if (str_eq(key, STR("intent.inherits"))) return read_inherits(r, true, &value, e);
  if (str_eq(key, STR("entity.inherits"))) return read_inherits(r, false, &value, e);
  err why;
  if (str_eq(key, STR("app.luis_schema_version")) && luis__schema_check(v, &why) != ERR_OK)
    return lu__fail(&value, 0, e, "%s", why.message);
  if (!set_app(r, key, v))
    lu__note(r, line, "the model information \"" STR_FMT "\" is passed over", STR_ARG(clu__clip(key)));
  return ERR_OK;
}

/* ---- Lines ---- */

static err_code read_intent_line(lu_reader *r, const lu_piece *line, err *e) {
  str s = line->s;
  while (s.n && strchr("# \t", s.p[0])) s = str_skip(s, 1);
  lu_piece name = lu__part(line, str_trim(s));
  if (!name.s.n) return lu__fail(line, 0, e, "the intent has no name");
  if (name.s.p[0] == '?') return lu__fail(&name, 0, e, "questions and answers are not part of a LUIS app");
  for (size_t i = 0; i < name.s.n; i++)
    if (strchr("<>*%&:\\$", name.s.p[i]))
      return lu__fail(&name, i, e, "the name of an intent may not contain '%c'", name.s.p[i]);
  r->section = LU_INTENT;
  return lu__intent(r, &name, &r->intent, e);
}

static err_code read_bullet(lu_reader *r, const lu_piece *line, size_t indent, err *e) {
  lu_piece rest = lu__part(line, str_trim(str_skip(line->s, 1)));
  if (r->section == LU_NOWHERE)
    return lu__fail(line, 0, e, "a line with a bullet must stand below an intent (\"# Name\") or an entity (\"@ …\")");
  if (r->section != LU_INTENT) return lu__define(r, &rest, indent, e);
  if (!rest.s.n) return ERR_OK;
  lu_body body = {.p = rest, .intent = r->intent};
  VEC_PUSH(&r->bodies, body);
  return ERR_OK;
}

/* "[text](file)" of its own. */
static err_code read_import(lu_reader *r, const lu_piece *line, err *e) {
  if (line->s.p[line->s.n - 1] != ')')
    return lu__fail(line, 0, e, "the reference to another file is not \"[text](file)\"");
  lu__note(r, line, "the reference to another file is passed over");
  r->section = LU_NOWHERE;
  return ERR_OK;
}

static size_t indent_of(str line) {
  size_t width = 0;
  for (size_t i = 0; i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'); i++) width += line.p[i] == '\t' ? 4 : 1;
  return width;
}

static err_code read_line(lu_reader *r, str whole, uint32_t number, err *e) {
  lu_piece line = {.s = whole, .line = number, .whole = whole};
  line = lu__trim(&line);
  if (!line.s.n) return ERR_OK;
  switch (line.s.p[0]) {
  case '>': {
    bool info = str_starts(str_trim(str_skip(line.s, 1)), STR("!#"));
    return info ? read_model_info(r, &line, e) : ERR_OK;
  }
  case '#': return read_intent_line(r, &line, e);
  case '@': return lu__declare(r, &line, e);
  case '$': return lu__declare_legacy(r, &line, e);
  case '[': return read_import(r, &line, e);
  case '-':
  case '*':
  case '+': return read_bullet(r, &line, indent_of(whole), e);
  default: return lu__fail(&line, 0, e, "the line begins with none of # @ $ [ > and has no bullet (\"-\")");
  }
}

static err_code announce_line(lu_reader *r, str whole, uint32_t number, err *e) {
  lu_piece line = {.s = whole, .line = number, .whole = whole};
  line = lu__trim(&line);
  return str_starts(line.s, STR("@")) ? lu__announce(r, &line, e) : ERR_OK;
}

static err_code read_lines(lu_reader *r, str text, err_code (*read)(lu_reader *, str, uint32_t, err *), err *e) {
  if (str_starts(text, STR("\xef\xbb\xbf"))) text = str_skip(text, 3);
  uint32_t number = 0;
  while (text.n) {
    size_t n = str_find_byte(text, '\n');
    str line = str_make(text.p, n);
    text = str_skip(text, n + 1);
    if (line.n && line.p[line.n - 1] == '\r') line.n--;
    TRY(read(r, line, ++number, e));
  }
  return ERR_OK;
}

/* ---- The app ---- */

/* A phrase list that is for all models is a feature of each, as the tools write it (reference §3). */
static void add_global(lu_reader *r, luis_features *f, str name) {
  for (size_t i = 0; i < f->n; i++)
    if (f->v[i].is_phraselist && str_eq(f->v[i].name, name)) return;
  luis_feature x = {.name = name, .is_phraselist = true};
  LU_PUSH(r->a, f, luis_feature, x);
}

static void add_globals(lu_reader *r) {
  size_t count = 0;
  for (size_t i = 0; i < r->phraselists.n; i++) count += r->phraselists.p[i].enabled_for_all_models;
  if (count > LUIS_LIMIT_GLOBAL_PHRASELISTS) return; /* luis__check refuses it */
  for (size_t i = 0; i < r->phraselists.n; i++) {
    if (!r->phraselists.p[i].enabled_for_all_models) continue;
    str name = r->phraselists.p[i].name;
    for (size_t k = 0; k < r->intents.n; k++) add_global(r, &r->intents.p[k].features, name);
    for (size_t k = 0; k < r->entities[LUIS_ENTITY].n; k++)
      add_global(r, &r->entities[LUIS_ENTITY].p[k].en.features, name);
  }
}

static luis_children close_children(arena *a, const lu_child *parent) {
  luis_child *v = ARENA_ARRAY(a, luis_child, parent->count);
  size_t n = 0;
  for (const lu_child *c = parent->first; c; c = c->next) {
    v[n] = c->c;
    v[n++].children = close_children(a, c);
  }
  return (luis_children){v, n};
}

static void close_entities(lu_reader *r) {
  for (int k = 0; k < LUIS_KIND_COUNT; k++) {
    luis_entity *v = ARENA_ARRAY(r->a, luis_entity, r->entities[k].n);
    for (size_t i = 0; i < r->entities[k].n; i++) v[i] = r->entities[k].p[i].en;
    r->app.entities[k] = (luis_entities){v, r->entities[k].n};
  }
}

#define CLOSE(r, vec, pointer, count)                                                                                  \
  do {                                                                                                                 \
    (pointer) = (r)->vec.n ? arena_copy((r)->a, (r)->vec.p, (r)->vec.n * sizeof *(r)->vec.p) : NULL;                   \
    (count) = (r)->vec.n;                                                                                              \
  } while (0)

static void close_app(lu_reader *r) {
  close_entities(r);
  for (size_t i = 0; i < r->phraselists.n; i++)
    r->phraselists.p[i].words = arena_str(r->a, buf_str(&r->phraselist_words.p[i]));
  CLOSE(r, intents, r->app.intents, r->app.intent_count);
  CLOSE(r, phraselists, r->app.phraselists, r->app.phraselist_count);
  CLOSE(r, settings, r->app.settings, r->app.setting_count);
  CLOSE(r, patterns, r->app.patterns, r->app.pattern_count);
  CLOSE(r, utterances, r->app.utterances, r->app.utterance_count);
}

/* luis_places over the lines of the declarations. */
static uint32_t line_of(const lu_reader *r, const char *member, size_t index) {
  if (index == SIZE_MAX) return 0;
  if (strcmp(member, "intents") == 0) return r->intent_lines.p[index];
  if (strcmp(member, "phraselists") == 0) return r->phraselist_lines.p[index];
  if (strcmp(member, "patterns") == 0) return r->pattern_lines.p[index];
  if (strcmp(member, "utterances") == 0) return r->utterance_lines.p[index];
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    if (strcmp(member, luis_kind_member((luis_kind)k)) == 0) return r->entities[k].p[index].line;
  return 0;
}

static void write_place(const void *context, const char *member, size_t index, char *out, size_t cap) {
  uint32_t line = line_of(context, member, index);
  if (line)
    snprintf(out, cap, "line %u, column 1", line);
  else
    snprintf(out, cap, "%s", member);
}

static err_code fail_at_byte(str text, size_t bad, const char *sentence, err *e) {
  uint32_t line = 1;
  size_t begin = 0;
  for (size_t i = 0; i < bad; i++)
    if (text.p[i] == '\n') {
      line++;
      begin = i + 1;
    }
  lu_piece p = {.line = line, .whole = str_make(text.p + begin, bad - begin)};
  return lu__fail(&p, bad - begin, e, "%s", sentence);
}

static err_code read_text(lu_reader *r, str text, err *e) {
  size_t bad;
  if (!utf8_valid(text, &bad)) return fail_at_byte(text, bad, "the text is not valid UTF-8", e);
  bad = str_find_byte(text, '\0');
  if (bad < text.n) return fail_at_byte(text, bad, "the text has a NUL character", e);
  TRY(read_lines(r, text, announce_line, e));
  TRY(read_lines(r, text, read_line, e));
  TRY(lu__finish_declarations(r, e));
  for (size_t i = 0; i < r->entities[LUIS_ENTITY].n; i++) {
    lu_entity *en = &r->entities[LUIS_ENTITY].p[i];
    en->en.children = close_children(r->a, &en->children);
  }
  TRY(lu__finish_bodies(r, e));
  add_globals(r);
  close_app(r);
  return luis__check(&r->app, &(luis_places){write_place, r}, e);
}

err_code lu_read(str text, arena *a, luis_app *out, notes *l, err *e) {
  lu_reader r;
  lu__reader_init(&r, a, l);
  err_code rc = read_text(&r, text, e);
  if (rc == ERR_OK) *out = r.app;
  lu__reader_fini(&r);
  return rc;
}

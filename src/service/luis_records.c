#include "service/luis_int.h"

#include "base/json_in.h"
#include "base/json_out.h"
#include "base/timeutil.h"

/* ---- apps -------------------------------------------------------------------------------------- */

static str metadata_text(const luis_app_settings *m, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kstr(&w, "name", m->name);
  jw_kstr(&w, "description", m->description);
  jw_kstr(&w, "culture", m->culture);
  jw_kstr(&w, "domain", m->domain);
  jw_kstr(&w, "usageScenario", m->usage_scenario);
  jw_kstr(&w, "tokenizerVersion", m->tokenizer_version);
  jw_kstr(&w, "activeVersion", m->active_version);
  jw_kbool(&w, "public", m->is_public);
  jw_kbool(&w, "sentimentAnalysis", m->sentiment_analysis);
  jw_kbool(&w, "speech", m->speech);
  jw_kbool(&w, "spellChecker", m->spell_checker);
  jw_key(&w, "emails");
  jw_arr(&w);
  for (size_t i = 0; i < m->emails.n; i++) jw_str(&w, m->emails.v[i]);
  jw_end(&w);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

str luis__options_text(const luis_app_settings *m, arena *a) {
  return arena_printf(a, "{\"sentimentAnalysis\":%s,\"speech\":%s,\"spellChecker\":%s}",
                      m->sentiment_analysis ? "true" : "false", m->speech ? "true" : "false",
                      m->spell_checker ? "true" : "false");
}

bool luis__adds_sentiment(str options) {
  jdoc *doc = NULL;
  err ignored;
  if (!options.n || jn_parse(options, &doc, &ignored) != ERR_OK) return false;
  jnode root = jn_root(doc), sentiment = jn_get(&root, "sentimentAnalysis");
  bool on = jn_typeof(&sentiment) == JN_BOOL && jn_bool(&sentiment);
  jn_free(doc);
  return on;
}

static err_code read_texts(const jnode *n, arena *a, luis_app_settings *out, err *e) {
  const struct {
    const char *key;
    str *to;
  } texts[] = {{"name", &out->name},
               {"description", &out->description},
               {"culture", &out->culture},
               {"domain", &out->domain},
               {"usageScenario", &out->usage_scenario},
               {"tokenizerVersion", &out->tokenizer_version},
               {"activeVersion", &out->active_version}};
  err_code rc = ERR_OK;
  for (size_t i = 0; rc == ERR_OK && i < ARRAY_LEN(texts); i++) {
    str text;
    rc = jn_req_str(n, texts[i].key, &text, e);
    if (rc == ERR_OK) *texts[i].to = arena_str(a, text);
  }
  return rc;
}

static err_code read_flags(const jnode *n, luis_app_settings *out, err *e) {
  err_code rc = jn_opt_bool(n, "public", &out->is_public, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_bool(n, "sentimentAnalysis", &out->sentiment_analysis, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_bool(n, "speech", &out->speech, NULL, e);
  return rc == ERR_OK ? jn_opt_bool(n, "spellChecker", &out->spell_checker, NULL, e) : rc;
}

static err_code read_emails(const jnode *n, arena *a, luis_app_settings *out, err *e) {
  jnode list;
  err_code rc = jn_req_arr(n, "emails", &list, e);
  size_t count = rc == ERR_OK ? jn_len(&list) : 0;
  str *v = ARENA_ARRAY(a, str, count);
  for (size_t i = 0; rc == ERR_OK && i < count; i++) {
    jnode item = jn_at(&list, i);
    str email;
    rc = jn_want_str(&item, &email, e);
    if (rc == ERR_OK) v[i] = arena_str(a, email);
  }
  out->emails = (luis_names){v, count};
  return rc;
}

err_code luis__app_parse(const store_project *row, arena *a, luis_record *out, err *e) {
  jdoc *doc = NULL;
  err ignored;
  luis_app_settings m = {0};
  err_code rc = jn_parse(row->metadata, &doc, &ignored);
  if (rc == ERR_OK) {
    jnode root = jn_root(doc);
    rc = read_texts(&root, a, &m, &ignored);
    if (rc == ERR_OK) rc = read_flags(&root, &m, &ignored);
    if (rc == ERR_OK) rc = read_emails(&root, a, &m, &ignored);
    jn_free(doc);
  }
  if (rc != ERR_OK) return err_set(e, ERR_CORRUPT, "app " STR_FMT ": its metadata is damaged", STR_ARG(row->name));
  *out = (luis_record){*row, m};
  return ERR_OK;
}

static str lower_case(str s, arena *a) {
  char *p = arena_alloc(a, s.n + 1);
  for (size_t i = 0; i < s.n; i++) p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
  return str_make(p, s.n);
}

err_code luis__app(store_tx *tx, str resource, str app_id, arena *a, luis_record *out, err *e) {
  store_project row;
  err why;
  err_code rc = store_project_get(tx, resource, lower_case(app_id, a), a, &row, &why);
  if (rc == ERR_PROJECT_NOT_FOUND || (rc == ERR_OK && !str_eq(row.kind, STR(STORE_LUIS_KIND))))
    return err_set(e, ERR_NOT_FOUND, "Cannot find an application with the specified ID: " STR_FMT ".", STR_ARG(app_id));
  if (rc == ERR_OK) return luis__app_parse(&row, a, out, e);
  if (e) *e = why;
  return rc;
}

err_code luis__app_keep(store_tx *tx, luis_record *app, arena *a, err *e) {
  app->row.metadata = metadata_text(&app->settings, a);
  app->row.modified_us = time_now_us();
  return store_project_put(tx, &app->row, e);
}

/* ---- versions ---------------------------------------------------------------------------------- */

typedef err_code version_get(store_tx *tx, str resource, str project_name, str version, arena *a,
                             store_luis_version *out, err *e);

static err_code version_of(store_tx *tx, str resource, str app_id, str version_id, version_get *get, arena *a,
                           luis_record *app, store_luis_version *out, err *e) {
  err why;
  err_code rc = luis__app(tx, resource, app_id, a, app, e);
  if (rc != ERR_OK) return rc;
  rc = get(tx, resource, app->row.name, version_id, a, out, &why);
  if (rc == ERR_NOT_FOUND)
    return err_set(e, rc, "Cannot find the version '" STR_FMT "' in the application.", STR_ARG(version_id));
  if (rc != ERR_OK && e) *e = why;
  return rc;
}

err_code luis__version(store_tx *tx, str resource, str app_id, str version_id, arena *a, luis_record *app,
                       store_luis_version *out, err *e) {
  return version_of(tx, resource, app_id, version_id, store_luis_version_get, a, app, out, e);
}

err_code luis__version_state(store_tx *tx, str resource, str app_id, str version_id, arena *a, luis_record *app,
                             store_luis_version *out, err *e) {
  return version_of(tx, resource, app_id, version_id, store_luis_version_state, a, app, out, e);
}

err_code luis__version_keep(store_tx *tx, store_luis_version *v, const luis_draft *d, arena *a, err *e) {
  luis_app app;
  err_code rc = luis_draft_app(d, a, &app, e);
  if (rc != ERR_OK) return rc;
  buf json = {0};
  luis_draft_write(d, &json);
  if (!str_eq(buf_str(&json), v->document)) {
    v->document = buf_str(&json);
    v->edits++;
    v->modified_us = time_now_us();
    v->intent_count = (int64_t)app.intent_count;
    v->entity_count = 0;
    for (int k = 0; k < LUIS_KIND_COUNT; k++) v->entity_count += (int64_t)app.entities[k].n;
    rc = store_luis_version_put(tx, v, e);
  }
  buf_free(&json);
  v->document = STR_NONE;
  return rc;
}

static bool is_forbidden(char c) {
  return (unsigned char)c < ' ' || c == 0x7f || memchr("\\/:?&=*+()%@$~!#", c, 16);
}

err_code luis__version_id_check(str version_id, err *e) {
  if (!str_trim(version_id).n) return err_at(e, ERR_INVALID_ARGUMENT, "versionId", "A version needs an id.");
  if (version_id.n > LUIS_LIMIT_VERSION_CHARS)
    return err_at(e, ERR_INVALID_ARGUMENT, "versionId", "The id of a version has at most %d bytes.",
                  LUIS_LIMIT_VERSION_CHARS);
  for (size_t i = 0; i < version_id.n; i++)
    if (is_forbidden(version_id.p[i]))
      return err_at(e, ERR_INVALID_ARGUMENT, "versionId", "The id of a version may not have any of \\/:?&=*+()%%@$~!#");
  return ERR_OK;
}

err_code luis__version_add(store_tx *tx, luis_record *app, str version_id, luis_draft *d, arena *a, err *e) {
  store_luis_version *rows = NULL;
  size_t n = 0;
  err_code rc = luis__version_id_check(version_id, e);
  if (rc == ERR_OK) rc = store_luis_version_list(tx, app->row.resource, app->row.name, a, &rows, &n, e);
  if (rc != ERR_OK) return rc;
  for (size_t i = 0; i < n; i++)
    if (str_eq(rows[i].version, version_id))
      return err_at(e, ERR_INVALID_ARGUMENT, "versionId", "A version with the id '" STR_FMT "' already exists.",
                    STR_ARG(version_id));
  if (n >= LUIS_LIMIT_VERSIONS)
    return err_set(e, ERR_QUOTA_EXCEEDED, "An application has at most %d versions.", LUIS_LIMIT_VERSIONS);
  store_luis_version v = {
      .resource = app->row.resource, .project = app->row.name, .version = version_id, .created_us = time_now_us()};
  /* Two made in one microsecond are still one after the other. */
  if (n && v.created_us <= rows[0].created_us) v.created_us = rows[0].created_us + 1;
  luis_draft_set_version(d, version_id);
  luis_draft_set_name(d, app->settings.name, app->settings.description);
  rc = luis__version_keep(tx, &v, d, a, e);
  app->settings.active_version = version_id;
  return rc == ERR_OK ? luis__app_keep(tx, app, a, e) : rc;
}

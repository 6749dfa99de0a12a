/* luis_apps.h -- LUIS apps: create, import, list, change, delete; who may use them; what they were asked.
 * Reference: luis-authoring §3, §10, §11. Conventions: handle.h. App ids are taken in any letter case; ERR_NOT_FOUND:
 * the resource has no such app. */
#ifndef DRAGOMAN_SERVICE_LUIS_APPS_H
#define DRAGOMAN_SERVICE_LUIS_APPS_H

#include "base/ids.h"
#include "project/luis.h"
#include "service/handle.h"

enum { LUIS_LIMIT_APPS = 500, LUIS_LIMIT_EMAILS = 200 };

typedef struct luis_app_settings {
  str name, description, culture, domain, usage_scenario, tokenizer_version;
  str active_version;
  bool is_public;                                 /* any key that opens something may ask it */
  bool sentiment_analysis, speech, spell_checker; /* of slots that are published from now on */
  luis_names emails;                              /* of collaborators: kept, not used */
} luis_app_settings;

/* What answers: a slot, or a version that is published directly. */
typedef struct luis_endpoint {
  str slot; /* "production", "staging"; .n 0: direct */
  str version_id, model_id;
  luis_names regions; /* at least one */
  int64_t published_us;
} luis_endpoint;

typedef struct luis_app_view {
  str id;
  luis_app_settings settings;
  int64_t created_us;
  size_t version_count;
  size_t logged_count; /* queries that were logged */
  const luis_endpoint *endpoints;
  size_t endpoint_count;
} luis_app_view;

/* Oldest first. */
must_check err_code luis_apps_list(service *s, str resource, page pg, arena *a, luis_app_view **out, size_t *n, err *e);
must_check err_code luis_apps_get(service *s, str resource, str app_id, arena *a, luis_app_view *out, err *e);

/* *exists: it is an app; false also for a project of another kind. */
must_check err_code luis_apps_exists(service *s, str resource, str name, bool *exists, err *e);

/* An empty app with its first version (.n 0: "0.1"). Of settings only the texts count. ERR_INVALID_ARGUMENT for a name
 * that the resource has, in any letter case, and for an unknown culture; ERR_QUOTA_EXCEEDED. */
must_check err_code luis_apps_create(service *s, str resource, const luis_app_settings *settings, str version_id,
                                     char app_id[ID_UUID_LEN + 1], err *e);
/* name .n 0: the file's. */
must_check err_code luis_apps_import(service *s, str resource, str name, const luis_app *app,
                                     char app_id[ID_UUID_LEN + 1], err *e);
/* .p NULL: as it was. */
must_check err_code luis_apps_rename(service *s, str resource, str app_id, str name, str description, err *e);
/* With all that it has; when it returns nothing of it answers. */
must_check err_code luis_apps_delete(service *s, str resource, str app_id, err *e);

/* NULL: as it was. When it returns, who may ask is known everywhere. */
must_check err_code luis_apps_set_public(service *s, str resource, str app_id, bool is_public, err *e);
must_check err_code luis_apps_set_publishing(service *s, str resource, str app_id, const bool *sentiment_analysis,
                                             const bool *speech, const bool *spell_checker, err *e);
typedef enum luis_emails_change { LUIS_EMAILS_ADD, LUIS_EMAILS_REMOVE, LUIS_EMAILS_REPLACE } luis_emails_change;
must_check err_code luis_apps_set_emails(service *s, str resource, str app_id, luis_emails_change change,
                                         luis_names emails, err *e);

/* ---- logged queries ---- */

typedef struct luis_query {
  str text, top_intent, prediction; /* prediction: JSON */
  int64_t at_us;
} luis_query;
/* The newest top, newest first. */
must_check err_code luis_apps_queries(service *s, str resource, str app_id, size_t top, arena *a, luis_query **out,
                                      size_t *n, err *e);
must_check err_code luis_apps_forget_query(service *s, str resource, str app_id, str text, err *e);

/* ---- cultures ---- */

typedef struct luis_culture {
  const char *name, *code; /* "English", "en-us" */
} luis_culture;
extern const luis_culture luis_cultures[];
extern const size_t luis_culture_count;

#endif

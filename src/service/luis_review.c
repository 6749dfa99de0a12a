#include "service/luis_review.h"

#include "base/map.h"
#include "project/luis_draft_form.h"
#include "service/luis_apps.h"
#include "service/luis_int.h"
#include "service/service_int.h"
#include "text/tokens.h"

#include <stdlib.h>

/* ---- the model ----------------------------------------------------------------------------------- */

/* *file .n 0: never trained. */
static err_code find_file(service *s, str resource, str app_id, str version_id, arena *a, str *file, err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  store_model m;
  err missing;
  *file = STR("");
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version_state(tx, resource, app_id, version_id, a, &app, &v, e);
  if (rc == ERR_OK) {
    rc = store_model_get(tx, resource, app.row.name, v.version, a, &m, &missing);
    if (rc == ERR_OK) *file = m.file;
    if (rc != ERR_OK && rc != ERR_NOT_FOUND && e) *e = missing;
    if (rc == ERR_NOT_FOUND) rc = ERR_OK;
  }
  store_rollback(tx);
  return rc;
}

err_code luis_review_model(service *s, str resource, str app_id, str version_id, arena *a, model **out, err *e) {
  str file;
  const char *path;
  *out = NULL;
  err_code rc = find_file(s, resource, app_id, version_id, a, &file, e);
  if (rc != ERR_OK || !file.n) return rc;
  rc = store_model_file_path(s->st, file, a, &path, e);
  return rc == ERR_OK ? model_open(path, false, out, e) : rc;
}

/* ---- suggestions --------------------------------------------------------------------------------- */

typedef struct candidate {
  luis_suggestion v;
  double margin; /* between the two best intents */
  size_t age;    /* 0: the newest */
} candidate;

static int least_sure_first(const void *a, const void *b) {
  const candidate *x = a, *y = b;
  if (x->margin != y->margin) return x->margin < y->margin ? -1 : 1;
  return x->age < y->age ? -1 : x->age > y->age;
}

static double margin_of(const luis_prediction *p) {
  if (p->intent_count < 2) return 1;
  return (double)p->intents[0].score - (double)p->intents[1].score;
}

static bool finds_entity(const luis_found *v, size_t n, str name) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(v[i].name, name) || finds_entity(v[i].children, v[i].child_count, name)) return true;
  return false;
}

static bool speaks_of(const model *m, const luis_prediction *p, bool is_intent, str name) {
  if (!is_intent) return finds_entity(p->entities, p->entity_count, name);
  for (size_t i = 0; i < p->intent_count && i < 2; i++)
    if (str_eq(model_intent_name(m, p->intents[i].intent), name)) return true;
  return false;
}

/* The texts of the draft, in lower case; their queries are no news. */
static void know_examples(const luis_draft *d, arena *a, strmap *known) {
  for (size_t i = 0; i < d->utterances.n; i++) strmap_put(known, text_lower(d->utterances.v[i].v.text, a), 0, NULL);
}

err_code luis_review_suggest(service *s, str resource, str app_id, const model *m, const luis_draft *d, bool is_intent,
                             str name, size_t top, arena *a, luis_suggestion **out, size_t *n, err *e) {
  luis_query *queries;
  size_t count, found = 0;
  err_code rc = luis_apps_queries(s, resource, app_id, LUIS_REVIEWED, a, &queries, &count, e);
  if (rc != ERR_OK) return rc;
  candidate *v = ARENA_ARRAY(a, candidate, count);
  strmap known;
  strmap_init(&known);
  know_examples(d, a, &known);
  for (size_t i = 0; i < count; i++) {
    bool is_new;
    strmap_put(&known, text_lower(queries[i].text, a), 0, &is_new);
    if (!is_new) continue;
    candidate *c = &v[found];
    c->v.text = queries[i].text;
    luis_predict(m, c->v.text, &(luis_predict_options){0}, a, &c->v.prediction);
    c->margin = margin_of(&c->v.prediction);
    c->age = i;
    found += speaks_of(m, &c->v.prediction, is_intent, name);
  }
  strmap_fini(&known);
  if (found) qsort(v, found, sizeof *v, least_sure_first);
  *n = MIN_OF(found, top);
  *out = ARENA_ARRAY(a, luis_suggestion, *n);
  for (size_t i = 0; i < *n; i++) (*out)[i] = v[i].v;
  return ERR_OK;
}

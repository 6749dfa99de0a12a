/* luis_int.h -- the rows of LUIS apps and versions, for luis_apps.c and its neighbours. */
#ifndef DRAGOMAN_SERVICE_LUIS_INT_H
#define DRAGOMAN_SERVICE_LUIS_INT_H

#include "project/luis_draft.h"
#include "service/luis_apps.h"
#include "service/luis_versions.h"
#include "store/store.h"

/* An app: its row and what its metadata say. */
typedef struct luis_record {
  store_project row; /* name: the id */
  luis_app_settings settings;
} luis_record;

/* ERR_NOT_FOUND. */
must_check err_code luis__app(store_tx *tx, str resource, str app_id, arena *a, luis_record *out, err *e);
must_check err_code luis__app_parse(const store_project *row, arena *a, luis_record *out, err *e);
/* Writes the row with its settings, modified now. */
must_check err_code luis__app_keep(store_tx *tx, luis_record *app, arena *a, err *e);

/* The app and the row of its version: with the document, or the state alone. ERR_NOT_FOUND. */
must_check err_code luis__version(store_tx *tx, str resource, str app_id, str version_id, arena *a, luis_record *app,
                                  store_luis_version *out, err *e);
must_check err_code luis__version_state(store_tx *tx, str resource, str app_id, str version_id, arena *a,
                                        luis_record *app, store_luis_version *out, err *e);
/* Puts the draft as the version's document. One edit more when that changes it, or makes it. */
must_check err_code luis__version_keep(store_tx *tx, store_luis_version *v, const luis_draft *d, arena *a, err *e);
/* A new version of app (whose row is there) from that draft; it becomes the active one. */
must_check err_code luis__version_add(store_tx *tx, luis_record *app, str version_id, luis_draft *d, arena *a, err *e);
must_check err_code luis__version_id_check(str version_id, err *e);

/* What slots keep of the publish settings: {"sentimentAnalysis", "speech", "spellChecker"}. */
str luis__options_text(const luis_app_settings *m, arena *a);
/* Predictions of a slot with those options carry the sentiment; of one without, not. */
bool luis__adds_sentiment(str options);
/* What the app has published. */
must_check err_code luis__endpoints(store_tx *tx, const store_project *row, arena *a, const luis_endpoint **out,
                                    size_t *n, err *e);

/* What the newest training of the version is at. */
must_check err_code luis__training_status(store_tx *tx, const store_luis_version *v, arena *a,
                                          luis_training_status *out, err *e);

/* ---- for the jobs, inside their transactions ---- */

/* A training has made a model. ERR_CANCELLED: the version is gone. */
must_check err_code luis__trained(store_tx *tx, const store_job *job, int64_t now_us, arena *a, err *e);
/* A slot now serves that version; one that is gone by now does not mind. */
must_check err_code luis__published(store_tx *tx, const store_job *job, str version_id, int64_t now_us, arena *a,
                                    err *e);

#endif

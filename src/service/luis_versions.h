/* luis_versions.h -- the versions of LUIS apps: read, edited in one transaction, imported, cloned, renamed.
 *
 * An app is a project of kind "Luis" whose name is its id; a version is a row of its own with the draft
 * (project/luis_draft.h) as its document. A trained version is a model whose label is the version's id; a slot
 * is a deployment: "production", "staging", and one for each version that is published directly.
 * Reference: luis-authoring §4.
 *
 * Errors of all functions: ERR_NOT_FOUND, no such app or version of the resource. App ids are taken in any letter
 * case. */
#ifndef DRAGOMAN_SERVICE_LUIS_VERSIONS_H
#define DRAGOMAN_SERVICE_LUIS_VERSIONS_H

#include "project/luis_draft.h"
#include "service/handle.h"

enum { LUIS_LIMIT_VERSIONS = 100, LUIS_LIMIT_VERSION_CHARS = 128 };

/* Changes the draft; what it sets of its caller's (arg) stands when ERR_OK. Called once. */
typedef err_code luis_edit_fn(luis_draft *d, void *arg, arena *a, err *e);

/* Reads the draft, lets edit change it, writes it, marks the version as needing training (when something changed):
 * all or nothing, edits of one version one after another, also those of other nodes. The errors of edit are passed
 * on. */
must_check err_code luis_version_edit(service *s, str resource, str app_id, str version_id, luis_edit_fn *edit,
                                      void *arg, arena *a, err *e);
must_check err_code luis_version_read(service *s, str resource, str app_id, str version_id, arena *a, luis_draft **out,
                                      err *e);

/* The deployment of a version that is published directly. */
str luis_deployment_of_version(str version_id, arena *a);

typedef enum luis_training_status { LUIS_NEEDS_TRAINING, LUIS_IN_PROGRESS, LUIS_TRAINED } luis_training_status;

typedef struct luis_version_view {
  str id;
  int64_t created_us, modified_us, trained_us, published_us; /* 0: never */
  size_t intent_count, entity_count;
  luis_training_status training;
} luis_version_view;

/* Newest first. */
must_check err_code luis_version_list(service *s, str resource, str app_id, page pg, arena *a, luis_version_view **out,
                                      size_t *n, err *e);
must_check err_code luis_version_get(service *s, str resource, str app_id, str version_id, arena *a,
                                     luis_version_view *out, err *e);
/* The app as a file has it: with the name, the culture and so on of the app as they are now. */
must_check err_code luis_version_export(service *s, str resource, str app_id, str version_id, arena *a, luis_app *out,
                                        err *e);

/* New versions, which become the active one. version_id .n 0: the file's, else "0.1". ERR_INVALID_ARGUMENT for an id
 * that is taken or not allowed, ERR_QUOTA_EXCEEDED at the 101st. */
must_check err_code luis_version_import(service *s, str resource, str app_id, str version_id, const luis_app *app,
                                        arena *a, str *made, err *e);
must_check err_code luis_version_clone(service *s, str resource, str app_id, str version_id, str clone_id, arena *a,
                                       err *e);
/* With its model and whatever it is published as. ERR_CONFLICT while it is being trained. */
must_check err_code luis_version_rename(service *s, str resource, str app_id, str version_id, str new_id, arena *a,
                                        err *e);
/* With its model; the slots go on answering. ERR_INVALID_ARGUMENT: the app's only version. */
must_check err_code luis_version_delete(service *s, str resource, str app_id, str version_id, arena *a, err *e);

#endif

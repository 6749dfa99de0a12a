/* luis_versions.h -- the versions of LUIS apps: read, edited in one transaction, cloned, trained.
 *
 * An app is a project of kind "Luis" whose name is its id; a version is a row of its own with the draft
 * (project/luis_draft.h) as its document. A trained version is a model whose label is the version's id; a slot
 * is a deployment: "production", "staging", and one for each version that is published directly. */
#ifndef DRAGOMAN_SERVICE_LUIS_VERSIONS_H
#define DRAGOMAN_SERVICE_LUIS_VERSIONS_H

#include "project/luis_draft.h"
#include "service/service.h"

/* Changes the draft; what it sets of its caller's (arg) stands when ERR_OK. Called once. */
typedef err_code luis_edit_fn(luis_draft *d, void *arg, arena *a, err *e);

/* Reads the draft, lets edit change it, writes it, marks the version as needing training: all or nothing,
 * edits of one version one after another, also those of other nodes. The errors of edit are passed on.
 * ERR_NOT_FOUND: no such app or version of the resource. */
must_check err_code luis_version_edit(service *s, str resource, str app_id, str version_id, luis_edit_fn *edit,
                                      void *arg, arena *a, err *e);
must_check err_code luis_version_read(service *s, str resource, str app_id, str version_id, arena *a, luis_draft **out,
                                      err *e);

#endif

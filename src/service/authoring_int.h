/* authoring_int.h -- project rows, for authoring.c and authoring_jobs.c. */
#ifndef DRAGOMAN_SERVICE_AUTHORING_INT_H
#define DRAGOMAN_SERVICE_AUTHORING_INT_H

#include "store/store.h"

/* The row, or a new one (not yet put) when there is none and the resource has room
 * (ERR_QUOTA_EXCEEDED) and the name is free there (ERR_CONFLICT). */
must_check err_code authoring__get_or_new(store_tx *tx, str resource, str name, arena *a, store_project *row,
                                          bool *is_new, err *e);
/* ERR_INVALID_ARGUMENT at target when an existing project is of another kind. */
must_check err_code authoring__check_kind(const store_project *row, bool is_new, str kind, const char *target, err *e);
/* The working copy is now that document; strings are borrowed by row. */
void authoring__set_document(store_project *row, str hash, str kind, str metadata, int64_t utterance_count);

#endif

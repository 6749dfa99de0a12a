/* knowledge_int.h -- the working copy of a question answering project, for knowledge.c and its jobs. */
#ifndef DRAGOMAN_SERVICE_KNOWLEDGE_INT_H
#define DRAGOMAN_SERVICE_KNOWLEDGE_INT_H

#include "project/qna.h"
#include "store/store.h"

/* ERR_PROJECT_NOT_FOUND. */
must_check err_code knowledge__load(store_tx *tx, str resource, str project_name, arena *a, store_base *row,
                                    knowledge_base *kb, err *e);
/* An empty base and its row to be, where there is none; strings of the row are the caller's then. */
must_check err_code knowledge__load_or_new(store_tx *tx, str resource, str project_name, arena *a, store_base *row,
                                           knowledge_base *kb, bool *created, err *e);
/* Writes row, modified now, and kb as its working copy. */
must_check err_code knowledge__keep(store_tx *tx, store_base *row, const knowledge_base *kb, arena *a, err *e);

#endif

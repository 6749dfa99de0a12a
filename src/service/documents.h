/* documents.h -- project rows and the documents behind them.
 *
 * A project's document (working copy, snapshot) is its whole CLU JSON with UTF-16 offsets as
 * clu_write makes it, kept as a blob; the row repeats the metadata, so that lists need no blob. */
#ifndef DRAGOMAN_SERVICE_DOCUMENTS_H
#define DRAGOMAN_SERVICE_DOCUMENTS_H

#include "base/json_out.h"
#include "project/project.h"
#include "store/store.h"

must_check err_code document__load(store_tx *tx, str hash, arena *a, project *out, err *e);
must_check err_code document__keep(store_tx *tx, const project *p, char hash[SHA256_HEX + 1], err *e);

str metadata__text(const project_metadata *m, arena *a);
must_check err_code metadata__parse(str json, arena *a, project_metadata *out, err *e);

/* Bytes of a blob, in a read transaction of its own. */
must_check err_code document__bytes(store *st, str hash, arena *a, str *out, err *e);

#endif

/* kept_model.h -- opening model files that the store keeps. Private to service/. */
#ifndef DRAGOMAN_SERVICE_KEPT_MODEL_H
#define DRAGOMAN_SERVICE_KEPT_MODEL_H

#include "base/err.h"
#include "base/str.h"
#include "model/model.h"
#include "store/store.h"

/* Opens the file of that hash; verify: compares its checksum. When it is damaged here and a shared store has it whole,
 * that one. ERR_NOT_FOUND, ERR_CORRUPT. */
must_check err_code kept_model__open(store *st, str file, bool verify, model **out, err *e);
/* Verifies the file and lets it answer, before it may replace what serves: ERR_NOT_FOUND, ERR_CORRUPT. */
must_check err_code kept_model__self_test(store *st, str file, arena *a, err *e);

#endif

/* evaluations.h -- evaluations as they are kept: one JSON blob {"summary": {…}, "items": […]} with
 * UTF-16 offsets, converted to other units when read. */
#ifndef DRAGOMAN_SERVICE_EVALUATIONS_H
#define DRAGOMAN_SERVICE_EVALUATIONS_H

#include "base/vec.h"
#include "model/evaluate.h"
#include "service/handle.h"

/* Runs m over the utterances with ROLE_TEST. *any: there are some; json is only written then. */
must_check err_code evaluation__make(const model *m, const project *p, const utterance_role *roles,
                                     const train_options *o, bool *any, buf *json, err *e);
must_check err_code evaluation__summary(str json, arena *a, str *summary, err *e);
must_check err_code evaluation__items(str json, offset_unit unit, page pg, arena *a, str **items, size_t *n,
                                      size_t *total, err *e);

#endif

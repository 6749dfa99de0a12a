/* linked.h -- the training data of an orchestration: what the projects that its intents are connected to know.
 * Reference: orchestration §3. */
#ifndef DRAGOMAN_SERVICE_LINKED_H
#define DRAGOMAN_SERVICE_LINKED_H

#include "project/project.h"
#include "store/store.h"

/* *out is p with further Train utterances: of each connected intent the Train utterances of the project, or those of the
 * LUIS version, that it is connected to, those of its None left out, or the questions of its pairs. Shares memory with p and a. ERR_INVALID_ARGUMENT: an
 * intent is connected to what is not there. */
must_check err_code linked__join(store_tx *tx, str resource, const project *p, arena *a, project *out, err *e);

#endif

/* clu_answer.h -- one utterance to one deployment: choosing the model, predicting, counting. */
#ifndef DRAGOMAN_API_CLU_ANSWER_H
#define DRAGOMAN_API_CLU_ANSWER_H

#include "api/api.h"
#include "model/model.h"
#include "service/deployments.h"
#include "text/offsets.h"

typedef struct clu_query {
  str text, language;  /* language.p NULL: the project's */
  str id, participant; /* of the conversation item */
  str project, deployment;
  offset_unit unit;
  bool log;
} clu_query;

typedef struct clu_answer {
  const model *m;
  prediction p;
} clu_answer;

/* All between live_enter and live_leave. */

/* ERR_NOT_FOUND. */
must_check err_code clu_find(const http_request *rq, const clu_query *q, const live_model **out, err *e);
/* Predicts by the deployment's model, or by its canary; ERR_INVALID_ARGUMENT: not in that language. */
must_check err_code clu_predict(const http_request *rq, const clu_query *q, const live_model *lm, clu_answer *out,
                                http_response *rs, err *e);
/* {"query","prediction"} of a Conversation project. */
void clu_answer_write(jw *w, const clu_query *q, const clu_answer *x, arena *a);

#endif

/* luis_answer.h -- one query to one slot of a LUIS app: finding it, predicting, counting, writing the answer. */
#ifndef DRAGOMAN_API_LUIS_ANSWER_H
#define DRAGOMAN_API_LUIS_ANSWER_H

#include "api/api.h"
#include "api/luis_query.h"
#include "api/luis_write.h"
#include "service/deployments.h"
#include "text/sentiment.h"

typedef struct luis_answer {
  luis_text text;
  const model *m;
  bool by_canary; /* m is its */
  luis_prediction p;
  bool has_sentiment;
  sentiment sentiment;
} luis_answer;

/* The slot's model; between live_enter and live_leave. ERR_NOT_FOUND. */
must_check err_code luis_find_slot(const http_request *rq, str app, str slot, const live_model **out, err *e);
/* Predicts by the slot's model, or by its canary. speller NULL: no word is corrected. Between live_enter and
 * live_leave. ERR_INVALID_ARGUMENT: an external entity that the model does not know. */
must_check err_code luis_ask(const luis_predict_query *q, const live_model *lm, speller *x, arena *a, luis_answer *out,
                             err *e);
/* Afterwards: counts, and keeps the query for review with response, the JSON that was answered. */
void luis_count(service *s, const luis_predict_query *q, const live_model *lm, const luis_answer *x, str response,
                arena *a);

/* How an answer of V3 is written. */
typedef struct luis_v3_shape {
  bool verbose, all_intents;
  bool normalized; /* "normalizedQuery", as the preview had it */
} luis_v3_shape;

/* {"query","prediction":{…}} */
void luis_v3_write_answer(jw *w, const luis_answer *x, const luis_v3_shape *shape, arena *a);
/* {"query","topScoringIntent",…}; verbose: with all intents. */
void luis_v2_write_answer(jw *w, const luis_answer *x, bool verbose, arena *a);

typedef void luis_write_fn(jw *w, const luis_answer *x, const void *shape, arena *a);
/* All of it, outside live_enter: finds, corrects the spelling, predicts, writes the body by write, counts. */
must_check err_code luis_respond(const http_request *rq, const luis_predict_query *q, bool correct,
                                 luis_write_fn *write, const void *shape, http_response *rs, err *e);

#endif

/* live.h -- what answers: the models of deployments and the bases of question answering, as predictions find them.
 *
 * The registry maps (resource, project, deployment) to a live model. Readers take one RCU-protected
 * pointer read: no lock, no wait; a replaced model is closed after its last reader. Publishing is
 * one atomic swap of the table, so a swap of two deployments is seen whole or not at all. */
#ifndef DRAGOMAN_SERVICE_LIVE_H
#define DRAGOMAN_SERVICE_LIVE_H

#include "model/model.h"
#include "model/qna_index.h"
#include "service/handle.h"
#include "service/readers.h"

typedef struct live_model live_model;
/* Between live_enter and live_leave (readers.h). NULL when the resource has no such deployment; those of a public LUIS
 * app are every resource's. Counts nothing. */
const live_model *live_find(service *s, uint32_t resource_index, str project_name, str deployment);
const model *live_model_of(const live_model *lm);
/* A LUIS slot that was published with sentiment analysis. */
bool live_adds_sentiment(const live_model *lm);
/* It has a shadow or a canary, which compare entities: live_usage.prediction then needs them. */
bool live_is_on_trial(const live_model *lm);
/* Is the query among those that the deployment's canary answers? Then live_canary_of is the model. */
typedef struct query_origin {
  str participant, conversation, text; /* "" when not known */
} query_origin;
bool live_takes_canary(const live_model *lm, const query_origin *q);
const model *live_canary_of(const live_model *lm);

/* After a prediction: counters (per thread, no sharing); a copy for the deployment's shadow, or of what
 * its canary said (trial_watch.h); when log_query, a row for review. Both are queued to a thread of their
 * own, dropped and counted when the queue is full. */
typedef struct live_usage {
  const live_model *lm;
  bool by_canary; /* it answered */
  str text, language;
  const prediction *prediction; /* NULL: the model could not be asked; of a canary that is an error */
  bool log_query;
  str response; /* JSON that the log keeps as the answer; .p NULL: the prediction as CLU writes it */
} live_usage;
void live_count(service *s, const live_usage *u);

/* The base of a deployment ("test" is the working copy), between live_enter and live_leave (readers.h); NULL when
 * there is none. No lock, no disk. */
const qna_index *knowledge_find(service *s, uint32_t resource_index, str project_name, str deployment);

#endif

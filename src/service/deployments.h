/* deployments.h -- deployments, and the registry that predictions read.
 *
 * The registry maps (resource, project, deployment) to a live model. Readers take one RCU-protected
 * pointer read: no lock, no wait; a replaced model is closed after its last reader. Publishing is
 * one atomic swap of the table, so a swap of two deployments is seen whole or not at all.
 * Reference: clu-authoring §6; design "The way of a deployment". */
#ifndef DRAGOMAN_SERVICE_DEPLOYMENTS_H
#define DRAGOMAN_SERVICE_DEPLOYMENTS_H

#include "base/ids.h"
#include "model/model.h"
#include "service/readers.h"
#include "service/handle.h"

typedef struct assigned_resource {
  str resource_id, region; /* Azure resource id; "westus2" */
} assigned_resource;

typedef struct deployment_view {
  str name, model_id, config_version, expiration_date;
  int64_t trained_us, deployed_us;
  const assigned_resource *assigned; /* [assigned_count] beside the owner's */
  size_t assigned_count;
} deployment_view;

must_check err_code deployments_list(service *s, str resource, str project_name, page pg, arena *a,
                                     deployment_view **out, size_t *n, size_t *total, err *e);
must_check err_code deployments_get(service *s, str resource, str project_name, str name, arena *a,
                                    deployment_view *out, err *e);

/* Each answers the id of a committed job.
 *
 * put: on the owner's resource alone; put_on: also on the assigned resources ids[0..n), and on no other.
 * ERR_NOT_FOUND without that model, ERR_QUOTA_EXCEEDED at the 11th deployment, ERR_INVALID_ARGUMENT for
 * a resource that is not assigned. */
must_check err_code deployments_put(service *s, str resource, str project_name, str name, str model_label,
                                    char job_id[ID_JOB_LEN + 1], err *e);
must_check err_code deployments_put_on(service *s, str resource, str project_name, str name, str model_label,
                                       const str *ids, size_t n, char job_id[ID_JOB_LEN + 1], err *e);
/* Everywhere. */
must_check err_code deployments_delete(service *s, str resource, str project_name, str name,
                                       char job_id[ID_JOB_LEN + 1], err *e);
/* On those assigned resources only (n 0: on all of them); the owner keeps it. ERR_NOT_FOUND when the
 * deployment is not on one of them. */
must_check err_code deployments_delete_from_resources(service *s, str resource, str project_name, str name,
                                                      const str *ids, size_t n, char job_id[ID_JOB_LEN + 1], err *e);
/* The job fails with ERR_INVALID_ARGUMENT when the two are not on the same resources. */
must_check err_code deployments_swap(service *s, str resource, str project_name, str first, str second,
                                     char job_id[ID_JOB_LEN + 1], err *e);

/* ---- predictions ------------------------------------------------------------------------- */
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

#endif

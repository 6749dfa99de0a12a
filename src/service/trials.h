/* trials.h -- a second model beside the one of a deployment, on the same queries.
 *
 *   shadow   answers off the way of the prediction; its answers are compared and counted, never returned
 *   canary   answers a share of the queries in place of the deployment's model, and each is compared with
 *            what that one would have said, off the way. It is taken back by itself when, in a window of
 *            answers, more are bad than its bounds allow
 *
 * A deployment has at most one of each. A trial is over when it is ended, when the canary is taken back,
 * or when the deployment gets another model. Its row stays, until the next one or the deployment's end. */
#ifndef DRAGOMAN_SERVICE_TRIALS_H
#define DRAGOMAN_SERVICE_TRIALS_H

#include "base/ids.h"
#include "service/handle.h"
#include "service/trial_settings.h"

typedef struct trial_request {
  trial_kind kind;
  str deployment, model_label;
  trial_settings settings;
} trial_request;

/* Each answers the id of a committed job. A running trial of the kind is replaced. ERR_NOT_FOUND without
 * that deployment or model; end: without a running trial. */
must_check err_code trial_start(service *s, str resource, str project_name, const trial_request *r,
                                char job_id[ID_JOB_LEN + 1], err *e);
must_check err_code trial_end(service *s, str resource, str project_name, str deployment, trial_kind kind,
                              char job_id[ID_JOB_LEN + 1], err *e);

typedef struct trial_view {
  str deployment, model_id, model_label;
  trial_settings settings;
  str state;  /* "running", "returned" (a canary by itself), "ended" */
  str reason; /* "" while it runs */
  int64_t started_us, ended_us;
  int64_t answered, errors, none_answers;            /* of the canary to clients */
  int64_t compared, intent_differs, entities_differ; /* with the deployment's model */
  int64_t dropped;                                   /* not looked at: there was no time */
} trial_view;
/* Counts are at most some seconds old. ERR_NOT_FOUND: there is and was none. */
must_check err_code trial_get(service *s, str resource, str project_name, str deployment, trial_kind kind, arena *a,
                              trial_view *out, err *e);

/* Of this process since its start, for /metrics. */
typedef struct trial_totals {
  uint64_t shadow_compared, shadow_intent_differs, shadow_entities_differ;
  uint64_t canary_answered, canary_errors, canary_none, canary_compared, canary_intent_differs, canary_entities_differ,
      canary_returned;
  uint64_t dropped;
} trial_totals;

#endif

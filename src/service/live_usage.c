#include "base/hash.h"
#include "base/timeutil.h"
#include "service/live.h"
#include "service/live_trial.h"
#include "service/service_int.h"

/* What follows a prediction: it is counted, seen by a trial, logged. */

static void log_query(service *s, const live_usage *u, const model *m, str top_intent) {
  arena a;
  arena_init(&a, 0);
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  if (u->response.p)
    jw_raw(&w, u->response);
  else
    prediction_write(&w, m, u->text, u->prediction, OFFSET_UTF16, &a);
  query_log__add(&s->queries, &(store_query){.resource = u->lm->resource,
                                             .project = u->lm->project,
                                             .deployment = u->lm->deployment,
                                             .text = u->text,
                                             .language = u->language,
                                             .top_intent = top_intent,
                                             .prediction = buf_str(&json),
                                             .at_us = time_now_us()});
  buf_free(&json);
  arena_fini(&a);
}

/* A shadow sees the share of queries that its settings say, of those that the deployment's own model
 * answered. */
static bool for_shadow(const live_usage *u) {
  const live_trial *t = u->lm->shadow;
  return t && !u->by_canary && u->prediction &&
         (t->settings.percent >= 100 ||
          trial_settings__takes(&t->settings, hash_mix64(hash64(u->text.p, u->text.n, t->salt))));
}

void live_count(service *s, const live_usage *u) {
  if (u->by_canary || for_shadow(u)) trial_watch__answered(s, u->lm, u->by_canary, u->text, u->language, u->prediction);
  if (!u->prediction) return;
  const model *m = u->by_canary ? u->lm->canary->m : u->lm->m;
  str top = model_intent_name(m, u->prediction->top_intent);
  prediction_counters__add(&s->predictions, str_eq(top, STR("None")));
  if (u->log_query && s->st) log_query(s, u, m, top);
}

#include "api/clu_routed.h"

#include "api/luis_answer.h"
#include "api/qna_answers.h"
#include "service/knowledge.h"
#include "service/luis_slots.h"

#define QNA_DEPLOYMENT "production" /* an orchestration always asks this one */

err_code clu_routing_read(const jnode *parameters, clu_routing *out, err *e) {
  err_code rc = jn_opt_str(parameters, "directTarget", &out->direct_target, NULL, e);
  return rc ? rc : jn_opt_obj(parameters, "targetProjectParameters", &out->parameters, &out->has_parameters, e);
}

static const char *kind_name(target_kind k) {
  static const char *const names[] = {[TARGET_NONE] = "NonLinked",
                                      [TARGET_CONVERSATION] = "Conversation",
                                      [TARGET_QUESTION_ANSWERING] = "QuestionAnswering",
                                      [TARGET_LUIS] = "Luis"};
  return names[k];
}

/* ---- which intent ------------------------------------------------------------------------------ */

/* Clients name a target by its intent or by the project behind it. */
static bool is_named(const model *m, uint32_t index, str name) {
  model_target t = model_intent_target(m, index);
  return str_eq(name, model_intent_name(m, index)) || (t.project.n && str_eq(name, t.project)) ||
         (t.app_id.n && str_eq_nocase(name, t.app_id));
}

static err_code find_direct(const model *m, str name, uint32_t *out, err *e) {
  size_t n = model_describe(m)->intent_count;
  for (uint32_t i = 0; i < n; i++)
    if (is_named(m, i, name)) {
      *out = i;
      return ERR_OK;
    }
  return err_at(e, ERR_INVALID_ARGUMENT, "parameters.directTarget", "the project has no target \"" STR_FMT "\"",
                STR_ARG(name));
}

/* What the request says to the target of that intent; *options is absent where it says nothing. */
static err_code find_options(const model *m, uint32_t index, const clu_routing *r, jnode *entry, jnode *options,
                             err *e) {
  *entry = *options = (jnode){0};
  if (!r->has_parameters) return ERR_OK;
  void *iter = NULL;
  jnode member;
  while (jn_next(&r->parameters, &iter, &member))
    if (is_named(m, index, str_of(member.key))) *entry = member;
  if (jn_typeof(entry) == JN_ABSENT) return ERR_OK;
  str kind;
  model_target t = model_intent_target(m, index);
  err_code rc = jn_req_str(entry, "targetProjectKind", &kind, e);
  jnode at = jn_get(entry, "targetProjectKind");
  if (!rc && !str_eq(kind, str_of(kind_name(t.kind))))
    rc = jn_fail(&at, e, "the target is of kind %s", kind_name(t.kind));
  return rc ? rc : jn_opt_obj(entry, "callingOptions", options, NULL, e);
}

/* ---- what the target says ---------------------------------------------------------------------- */

static err_code ask_conversation(jw *w, const http_request *rq, const clu_query *q, const model_target *t,
                                 const jnode *options, http_response *rs, err *e) {
  clu_query child = *q;
  const live_model *lm;
  clu_answer x;
  child.project = t->project;
  child.deployment = t->deployment;
  err_code rc = jn_opt_str(options, "language", &child.language, NULL, e);
  if (!rc) rc = jn_opt_bool(options, "isLoggingEnabled", &child.log, NULL, e);
  if (!rc) rc = clu_find(rq, &child, &lm, e);
  if (!rc && model_describe(live_model_of(lm))->kind != PROJECT_CONVERSATION)
    rc = err_set(e, ERR_CONFLICT, "the project \"" STR_FMT "\" is no Conversation project", STR_ARG(t->project));
  if (!rc) rc = clu_predict(rq, &child, lm, &x, rs, e);
  if (!rc) clu_answer_write(w, &child, &x, rq->arena);
  return rc;
}

static err_code ask_knowledge(jw *w, const http_request *rq, const clu_query *q, const model_target *t,
                              const jnode *options, err *e) {
  const qna_index *x = knowledge_find(api_service(rq), rq->resource.index, t->project, STR(QNA_DEPLOYMENT));
  if (!x)
    return err_set(e, ERR_NOT_FOUND,
                   "The deployment \"" QNA_DEPLOYMENT "\" of the question answering project \"" STR_FMT
                   "\" cannot be found.",
                   STR_ARG(t->project));
  qna_request r = qna_request_default(q->text);
  err_code rc = jn_typeof(options) == JN_OBJ ? qna_request_read(options, rq->arena, &r, e) : ERR_OK;
  if (!rc) qna_answers_write(w, x, &r, rq->arena);
  return rc;
}

static err_code read_luis_options(const jnode *entry, const jnode *options, luis_predict_query *q, luis_v3_shape *shape,
                                  err *e) {
  enum { DAY_MINUTES = 24 * 60 };
  double minutes = 0;
  err_code rc = jn_opt_str(entry, "query", &q->text, NULL, e);
  if (!rc) rc = jn_opt_bool(options, "verbose", &shape->verbose, NULL, e);
  if (!rc) rc = jn_opt_bool(options, "show-all-intents", &shape->all_intents, NULL, e);
  if (!rc) rc = jn_opt_bool(options, "log", &q->log, NULL, e);
  if (!rc) rc = jn_opt_num(options, "timezoneOffset", -DAY_MINUTES, DAY_MINUTES, &minutes, NULL, e);
  q->options.reference_us = luis_now_us((int64_t)minutes);
  return rc ? rc : luis_query_check(q->text, e);
}

/* Without a slot the version that is named is asked. */
static err_code find_slot(const model_target *t, arena *a, str *slot, err *e) {
  if (t->slot.n) return luis_slot(t->slot, slot, e);
  *slot = t->app_version.n ? luis_deployment_of_version(t->app_version, a) : STR(LUIS_PRODUCTION);
  return ERR_OK;
}

static err_code ask_luis(jw *w, const http_request *rq, const clu_query *q, const model_target *t, const jnode *entry,
                         const jnode *options, err *e) {
  luis_predict_query child = {.app = t->app_id, .text = q->text, .log = q->log};
  luis_v3_shape shape = {.verbose = true, .all_intents = true};
  const live_model *lm;
  luis_answer x;
  err_code rc = read_luis_options(entry, options, &child, &shape, e);
  if (!rc) rc = find_slot(t, rq->arena, &child.slot, e);
  if (!rc) rc = luis_find_slot(rq, child.app, child.slot, &lm, e);
  if (!rc) rc = luis_ask(&child, lm, NULL, rq->arena, &x, e);
  if (rc) return rc;
  size_t begin = w->out->n;
  luis_v3_write_answer(w, &x, &shape, rq->arena);
  luis_count(api_service(rq), &child, lm, &x, str_skip(buf_str(w->out), begin), rq->arena);
  return ERR_OK;
}

/* The members "result" and, where the request names one, "apiVersion" of the intent's object. */
static err_code write_target(jw *w, const http_request *rq, const clu_query *q, const model *m, uint32_t index,
                             const clu_routing *r, http_response *rs, err *e) {
  jnode entry, options;
  str version = STR_NONE;
  model_target t = model_intent_target(m, index);
  err_code rc = find_options(m, index, r, &entry, &options, e);
  if (!rc) rc = jn_opt_str(&entry, "apiVersion", &version, NULL, e);
  if (rc || t.kind == TARGET_NONE) return rc;
  jw_kstr_opt(w, "apiVersion", version);
  jw_key(w, "result");
  switch (t.kind) {
  case TARGET_CONVERSATION: return ask_conversation(w, rq, q, &t, &options, rs, e);
  case TARGET_QUESTION_ANSWERING: return ask_knowledge(w, rq, q, &t, &options, e);
  case TARGET_LUIS: return ask_luis(w, rq, q, &t, &entry, &options, e);
  case TARGET_NONE: break;
  }
  return ERR_OK;
}

/* ---- the answer -------------------------------------------------------------------------------- */

static void begin_intent(jw *w, const model *m, uint32_t index, double score) {
  jw_key_str(w, model_intent_name(m, index));
  jw_obj(w);
  jw_key(w, "confidenceScore");
  jw_score(w, score);
  jw_kcstr(w, "targetProjectKind", kind_name(model_intent_target(m, index).kind));
}

static err_code write_intents(jw *w, const http_request *rq, const clu_query *q, const clu_answer *x,
                              const clu_routing *r, http_response *rs, err *e) {
  err_code rc = ERR_OK;
  for (size_t i = 0; !rc && i < x->p.intent_count; i++) {
    uint32_t index = x->p.intents[i].intent;
    begin_intent(w, x->m, index, (double)x->p.intents[i].score);
    if (index == x->p.top_intent) rc = write_target(w, rq, q, x->m, index, r, rs, e);
    jw_end(w);
  }
  return rc;
}

static void begin_prediction(jw *w, const clu_query *q, str top) {
  jw_obj(w);
  jw_kstr(w, "query", q->text);
  jw_key(w, "prediction");
  jw_obj(w);
  jw_kstr(w, "topIntent", top);
  jw_kcstr(w, "projectKind", "Orchestration");
  jw_key(w, "intents");
  jw_obj(w);
}

static void end_prediction(jw *w) {
  for (int i = 0; i < 3; i++) jw_end(w);
}

err_code clu_routed_write(jw *w, const http_request *rq, const clu_query *q, const live_model *lm,
                          const clu_routing *routing, http_response *rs, err *e) {
  err_code rc;
  if (routing->direct_target.n) {
    const model *m = live_model_of(lm);
    uint32_t index = 0;
    rc = find_direct(m, routing->direct_target, &index, e);
    if (rc) return rc;
    begin_prediction(w, q, model_intent_name(m, index));
    begin_intent(w, m, index, 1);
    rc = write_target(w, rq, q, m, index, routing, rs, e);
    jw_end(w);
  } else {
    clu_answer x;
    rc = clu_predict(rq, q, lm, &x, rs, e);
    if (rc) return rc;
    begin_prediction(w, q, model_intent_name(x.m, x.p.top_intent));
    rc = write_intents(w, rq, q, &x, routing, rs, e);
  }
  end_prediction(w);
  return rc;
}

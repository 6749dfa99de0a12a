#include "api/clu_answer.h"

#include "text/languages.h"

static str primary_subtag(str code) {
  return str_make(code.p, str_find_byte(code, '-'));
}

/* A language of the service, with any region ("zh-CN" is Chinese), or whatever the project is in. */
static bool language_known(str code, const model *m) {
  if (!code.p || language_matches(code, model_describe(m)->language)) return true;
  if (!language_tag_valid(code)) return false;
  size_t n;
  const language *all = languages_all(&n);
  for (size_t i = 0; i < n; i++)
    if (str_eq_nocase(primary_subtag(code), primary_subtag(str_of(all[i].code)))) return true;
  return false;
}

err_code clu_find(const http_request *rq, const clu_query *q, const live_model **out, err *e) {
  *out = live_find(api_service(rq), rq->resource.index, q->project, q->deployment);
  if (*out && model_describe(live_model_of(*out))->kind != PROJECT_LUIS) return ERR_OK;
  return err_set(e, ERR_NOT_FOUND, "The deployment \"" STR_FMT "\" of the project \"" STR_FMT "\" cannot be found.",
                 STR_ARG(q->deployment), STR_ARG(q->project));
}

err_code clu_predict(const http_request *rq, const clu_query *q, const live_model *lm, clu_answer *out,
                     http_response *rs, err *e) {
  service *s = api_service(rq);
  const query_origin origin = {.participant = q->participant, .conversation = q->id, .text = q->text};
  live_usage usage = {.lm = lm,
                      .by_canary = live_takes_canary(lm, &origin),
                      .text = q->text,
                      .language = q->language,
                      .log_query = q->log};
  out->m = usage.by_canary ? live_canary_of(lm) : live_model_of(lm);
  if (!language_known(q->language, out->m)) {
    live_count(s, &usage);
    rs->inner_code = "UnsupportedLanguageCode";
    return err_at(e, ERR_INVALID_ARGUMENT, "analysisInput.conversationItem.language", "The language is not supported.");
  }
  model_predict(out->m, q->text, &(predict_options){.language = q->language, .threshold = -1}, rq->arena, &out->p);
  usage.prediction = &out->p;
  live_count(s, &usage);
  return ERR_OK;
}

void clu_answer_write(jw *w, const clu_query *q, const clu_answer *x, arena *a) {
  jw_obj(w);
  jw_kstr(w, "query", q->text);
  jw_key(w, "prediction");
  prediction_write(w, x->m, q->text, &x->p, q->unit, a);
  jw_end(w);
}

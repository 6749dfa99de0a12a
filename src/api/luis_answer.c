#include "api/luis_answer.h"

#include "text/tokens.h"

/* ---- the slot ---------------------------------------------------------------------------------- */

static str lower_ascii(str s, char *out, size_t cap) {
  size_t n = MIN_OF(s.n, cap);
  for (size_t i = 0; i < n; i++) out[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
  return str_make(out, n);
}

err_code luis_find_slot(const http_request *rq, str app, str slot, const live_model **out, err *e) {
  char id[ID_UUID_LEN];
  *out = NULL;
  if (app.n == sizeof id) *out = live_find(api_service(rq), rq->resource.index, lower_ascii(app, id, sizeof id), slot);
  if (*out && model_describe(live_model_of(*out))->kind == PROJECT_LUIS) return ERR_OK;
  return err_set(e, ERR_NOT_FOUND,
                 "The application \"" STR_FMT "\" does not exist, or nothing of it is published there.", STR_ARG(app));
}

/* ---- asking ------------------------------------------------------------------------------------ */

static err_code check_externals(const model *m, const luis_predict_options *o, err *e) {
  size_t names = model_describe(m)->entity_count;
  for (size_t i = 0; i < o->external_count; i++) {
    uint32_t k = 0;
    while (k < names && !str_eq(model_entity_name(m, k), o->externals[i].entity)) k++;
    if (k == names)
      return err_at(e, ERR_INVALID_ARGUMENT, "externalEntities", "The application has no entity \"" STR_FMT "\".",
                    STR_ARG(o->externals[i].entity));
  }
  return ERR_OK;
}

/* In the corrected text. */
static const luis_external *moved(const luis_predict_options *o, const spelling_result *r, arena *a) {
  if (!o->external_count || !r->edit_count) return o->externals;
  luis_external *v = arena_copy(a, o->externals, o->external_count * sizeof *v);
  for (size_t i = 0; i < o->external_count; i++) {
    v[i].begin_bytes = spelling_place_after(r, v[i].begin_bytes, false);
    v[i].end_bytes = spelling_place_after(r, v[i].end_bytes, true);
  }
  return v;
}

err_code luis_ask(const luis_predict_query *q, const live_model *lm, speller *x, arena *a, luis_answer *out, err *e) {
  out->by_canary = live_takes_canary(lm, &(query_origin){.text = q->text});
  out->m = out->by_canary ? live_canary_of(lm) : live_model_of(lm);
  err_code rc = check_externals(out->m, &q->options, e);
  if (rc) return rc;
  luis_text_init(&out->text, q->text, a);
  if (x) {
    spelling_words known;
    luis_model_words(out->m, a, &known.v, &known.n);
    spelling_correct(x, q->text, &known, a, &out->text.spelling);
  }
  luis_predict_options o = q->options;
  o.externals = moved(&o, &out->text.spelling, a);
  luis_predict(out->m, out->text.spelling.text, &o, a, &out->p);
  out->has_sentiment = live_adds_sentiment(lm);
  if (out->has_sentiment) out->sentiment = sentiment_of(out->text.spelling.text, luis_model_culture(out->m), a);
  return ERR_OK;
}

/* ---- counting ---------------------------------------------------------------------------------- */

/* Trials compare what models say of the text alone, in the order of model_predict. */
void luis_count(service *s, const luis_predict_query *q, const live_model *lm, const luis_answer *x, str response,
                arena *a) {
  prediction flat = {.top_intent = x->p.intents[0].intent, .intents = x->p.intents, .intent_count = x->p.intent_count};
  if (live_is_on_trial(lm)) model_predict(x->m, q->text, &(predict_options){.threshold = -1}, a, &flat);
  live_count(s, &(live_usage){.lm = lm,
                              .by_canary = x->by_canary,
                              .text = q->text,
                              .language = luis_model_culture(x->m),
                              .prediction = &flat,
                              .log_query = q->log,
                              .response = response});
}

/* ---- the whole answer -------------------------------------------------------------------------- */

/* NULL: the machine has no dictionary of the app's language. Loads files, so it stands apart from the prediction. */
static err_code take_speller(const http_request *rq, const luis_predict_query *q, speller **out, err *e) {
  const live_model *lm;
  str code = STR_NONE;
  live_enter();
  err_code rc = luis_find_slot(rq, q->app, q->slot, &lm, e);
  if (!rc) code = arena_str(rq->arena, luis_model_culture(live_model_of(lm)));
  live_leave();
  if (!rc) *out = spelling_take(service_spelling(api_service(rq)), code);
  return rc;
}

static err_code predict_and_write(const http_request *rq, const luis_predict_query *q, speller *x, luis_write_fn *write,
                                  const void *shape, http_response *rs, err *e) {
  const live_model *lm;
  luis_answer answer;
  err_code rc = luis_find_slot(rq, q->app, q->slot, &lm, e);
  if (!rc) rc = luis_ask(q, lm, x, rq->arena, &answer, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  write(&w, &answer, shape, rq->arena);
  luis_count(api_service(rq), q, lm, &answer, buf_str(&rs->body), rq->arena);
  return ERR_OK;
}

err_code luis_respond(const http_request *rq, const luis_predict_query *q, bool correct, luis_write_fn *write,
                      const void *shape, http_response *rs, err *e) {
  speller *x = NULL;
  err_code rc = correct ? take_speller(rq, q, &x, e) : ERR_OK;
  if (rc) return rc;
  live_enter();
  rc = predict_and_write(rq, q, x, write, shape, rs, e);
  live_leave();
  spelling_give(service_spelling(api_service(rq)), x);
  return rc;
}

/* ---- V3 ---------------------------------------------------------------------------------------- */

static str intent_name(const luis_answer *x, size_t i) {
  return model_intent_name(x->m, x->p.intents[i].intent);
}

static void write_sentiment(jw *w, const char *key, const sentiment *s, bool with_label) {
  jw_key(w, key);
  jw_obj(w);
  if (with_label) jw_kcstr(w, "label", sentiment_label_name(s->label));
  jw_key(w, "score");
  jw_score(w, s->score);
  jw_end(w);
}

void luis_v3_write_answer(jw *w, const luis_answer *x, const luis_v3_shape *shape, arena *a) {
  const spelling_result *r = &x->text.spelling;
  size_t n = shape->all_intents ? x->p.intent_count : 1;
  jw_obj(w);
  jw_kstr(w, "query", x->text.query);
  jw_key(w, "prediction");
  jw_obj(w);
  if (r->edit_count) jw_kstr(w, "alteredQuery", r->text);
  if (shape->normalized) jw_kstr(w, "normalizedQuery", text_normalize(r->text, a));
  jw_kstr(w, "topIntent", intent_name(x, 0));
  jw_key(w, "intents");
  jw_obj(w);
  for (size_t i = 0; i < n; i++) {
    jw_key_str(w, intent_name(x, i));
    jw_obj(w);
    jw_key(w, "score");
    jw_score(w, (double)x->p.intents[i].score);
    jw_end(w);
  }
  jw_end(w);
  jw_key(w, "entities");
  luis_v3_write_entities(w, &x->text, x->p.entities, x->p.entity_count, shape->verbose, a);
  if (x->has_sentiment) write_sentiment(w, "sentiment", &x->sentiment, true);
  jw_end(w);
  jw_end(w);
}

/* ---- V2 ---------------------------------------------------------------------------------------- */

static void write_intent(jw *w, const luis_answer *x, size_t i) {
  jw_obj(w);
  jw_kstr(w, "intent", intent_name(x, i));
  jw_key(w, "score");
  jw_score(w, (double)x->p.intents[i].score);
  jw_end(w);
}

void luis_v2_write_answer(jw *w, const luis_answer *x, bool verbose, arena *a) {
  const spelling_result *r = &x->text.spelling;
  jw_obj(w);
  jw_kstr(w, "query", x->text.query);
  if (r->edit_count) jw_kstr(w, "alteredQuery", r->text);
  jw_key(w, "topScoringIntent");
  write_intent(w, x, 0);
  if (verbose) {
    jw_key(w, "intents");
    jw_arr(w);
    for (size_t i = 0; i < x->p.intent_count; i++) write_intent(w, x, i);
    jw_end(w);
  }
  jw_key(w, "entities");
  luis_v2_write_entities(w, &x->text, x->p.entities, x->p.entity_count, a);
  luis_v2_write_composites(w, &x->text, x->p.entities, x->p.entity_count, a);
  if (x->has_sentiment)
    write_sentiment(w, "sentimentAnalysis", &x->sentiment, str_eq(luis_model_culture(x->m), STR("en-us")));
  jw_end(w);
}

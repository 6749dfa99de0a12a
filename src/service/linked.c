#include "service/linked.h"

#include "base/vec.h"
#include "service/documents.h"
#include "service/knowledge_int.h"
#include "service/luis_int.h"

typedef VEC(utterance) utterance_vec;

static err_code missing(const intent *in, const char *what, err *e) {
  return err_at(e, ERR_INVALID_ARGUMENT, "intents",
                "the intent \"" STR_FMT "\" is connected to the %s \"" STR_FMT "\", which does not exist",
                STR_ARG(in->category), what, STR_ARG(in->target_project));
}

static err_code add_conversation(store_tx *tx, str resource, const intent *in, uint32_t index, arena *a,
                                 utterance_vec *out, err *e) {
  store_project row;
  project child;
  err_code rc = store_project_get(tx, resource, in->target_project, a, &row, e);
  if (rc == ERR_PROJECT_NOT_FOUND || (rc == ERR_OK && str_eq(row.kind, STR(STORE_LUIS_KIND))))
    return missing(in, "project", e);
  if (rc == ERR_OK) rc = document__load(tx, row.document, a, &child, e);
  if (rc != ERR_OK) return rc;
  if (child.metadata.kind != PROJECT_CONVERSATION) return missing(in, "conversation project", e);
  uint32_t none = (uint32_t)project_none_intent(&child);
  for (size_t i = 0; i < child.utterance_count; i++) {
    const utterance *u = &child.utterances[i];
    if (u->intent == none || utterance_dataset(u) != DATASET_TRAIN) continue;
    VEC_PUSH(
        out,
        ((utterance){
            .text = u->text, .language = utterance_language(&child, u), .dataset = STR("Train"), .intent = index}));
  }
  return ERR_OK;
}

/* A follow-up alone says nothing about what it belongs to. */
static err_code add_knowledge(store_tx *tx, str resource, const intent *in, uint32_t index, arena *a,
                              utterance_vec *out, err *e) {
  store_base row;
  knowledge_base kb;
  err_code rc = knowledge__load(tx, resource, in->target_project, a, &row, &kb, e);
  if (rc == ERR_PROJECT_NOT_FOUND) return missing(in, "question answering project", e);
  if (rc != ERR_OK) return rc;
  for (size_t i = 0; i < kb.pair_count; i++)
    for (size_t k = 0; !kb.pairs[i].context_only && k < kb.pairs[i].question_count; k++)
      VEC_PUSH(
          out,
          ((utterance){
              .text = kb.pairs[i].questions[k], .language = kb.language, .dataset = STR("Train"), .intent = index}));
  return ERR_OK;
}

static err_code no_app(const intent *in, const char *what, str name, err *e) {
  return err_at(e, ERR_INVALID_ARGUMENT, "intents",
                "the intent \"" STR_FMT "\" is connected to the LUIS application \"" STR_FMT
                "\", but there is no such %s \"" STR_FMT "\"",
                STR_ARG(in->category), STR_ARG(in->target_app_id), what, STR_ARG(name));
}

/* Without a version: the active one. */
static err_code read_app(store_tx *tx, str resource, const intent *in, arena *a, luis_app *out, str *culture, err *e) {
  luis_record app;
  store_luis_version row;
  luis_draft *draft;
  err_code rc = luis__app(tx, resource, in->target_app_id, a, &app, e);
  if (rc == ERR_NOT_FOUND) return no_app(in, "application", in->target_app_id, e);
  if (rc != ERR_OK) return rc;
  *culture = app.settings.culture;
  str version = in->target_app_version.n ? in->target_app_version : app.settings.active_version;
  rc = luis__version(tx, resource, in->target_app_id, version, a, &app, &row, e);
  if (rc == ERR_NOT_FOUND) return no_app(in, "version", version, e);
  if (rc == ERR_OK) rc = luis_draft_read(row.document, a, &draft, e);
  return rc == ERR_OK ? luis_draft_app(draft, a, out, e) : rc;
}

static err_code add_luis(store_tx *tx, str resource, const intent *in, uint32_t index, arena *a, utterance_vec *out,
                         err *e) {
  luis_app app;
  str culture;
  err_code rc = read_app(tx, resource, in, a, &app, &culture, e);
  for (size_t i = 0; rc == ERR_OK && i < app.utterance_count; i++) {
    const luis_utterance *u = &app.utterances[i];
    if (str_eq(app.intents[u->intent].name, STR("None"))) continue;
    VEC_PUSH(out, ((utterance){.text = u->text, .language = culture, .dataset = STR("Train"), .intent = index}));
  }
  return rc;
}

err_code linked__join(store_tx *tx, str resource, const project *p, arena *a, project *out, err *e) {
  utterance_vec all = {0};
  err_code rc = ERR_OK;
  for (size_t i = 0; i < p->utterance_count; i++) VEC_PUSH(&all, p->utterances[i]);
  for (uint32_t i = 0; rc == ERR_OK && i < p->intent_count; i++) switch (p->intents[i].target) {
    case TARGET_CONVERSATION: rc = add_conversation(tx, resource, &p->intents[i], i, a, &all, e); break;
    case TARGET_QUESTION_ANSWERING: rc = add_knowledge(tx, resource, &p->intents[i], i, a, &all, e); break;
    case TARGET_LUIS: rc = add_luis(tx, resource, &p->intents[i], i, a, &all, e); break;
    case TARGET_NONE: break;
    }
  if (rc == ERR_OK) {
    *out = *p;
    out->utterances = all.n ? arena_copy(a, all.p, all.n * sizeof *all.p) : NULL;
    out->utterance_count = all.n;
  }
  VEC_FREE(&all);
  return rc;
}

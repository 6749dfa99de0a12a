/* evaluate.h -- run a model over labelled utterances and count. Definitions: reference
 * clu-concepts §5 (exact spans, both confusion matrices, macro over labels with test data), with
 * one difference, documented in doc/evaluation.md: the None threshold is applied. */
#ifndef DRAGOMAN_MODEL_EVALUATE_H
#define DRAGOMAN_MODEL_EVALUATE_H

#include "base/json_out.h"
#include "model/model.h"
#include "model/train.h"
#include "project/project.h"

typedef struct evaluation evaluation; /* heap: evaluation_free */

/* Evaluates the utterances i with take[i] (NULL: all) of p. Intents and entities that the model
 * does not know count as never predicted. */
must_check err_code evaluation_run(const model *m, const project *p, const bool *take, evaluation **out, err *e);
void evaluation_free(evaluation *ev);
size_t evaluation_count(const evaluation *ev);

/* Body of `evaluate --json` (design.md): utterances, intents{accuracy,microF1,macroF1,ece},
 * none{recall,precision,auroc}, entities{precision,recall,microF1}, perIntent, perEntity. */
void evaluation_write_report(jw *w, const evaluation *ev);
/* {"entitiesEvaluation":…,"intentsEvaluation":…} members plus evaluationOptions (reference M5). */
void evaluation_write_summary(jw *w, const evaluation *ev, const train_options *o);
/* The items of M4, one after the other, as members of an open array: text, language,
 * entitiesResult, intentsResult. Offsets in unit. */
void evaluation_write_items(jw *w, const evaluation *ev, offset_unit unit, size_t first, size_t count);

#endif

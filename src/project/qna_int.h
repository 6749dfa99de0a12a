/* qna_int.h -- what the readers of knowledge bases share inside project/. Conventions: qna_json.h. */
#ifndef DRAGOMAN_PROJECT_QNA_INT_H
#define DRAGOMAN_PROJECT_QNA_INT_H

#include "base/json_in.h"
#include "project/qna.h"

must_check err_code qna__tags_read(const jnode *n, arena *a, const qna_tag **out, size_t *count, err *e);
must_check err_code qna__prompts_read(const jnode *arr, arena *a, const qna_prompt **out, size_t *count, err *e);
must_check err_code qna__clusters_read(const jnode *arr, arena *a, const qna_cluster **out, size_t *count, err *e);
must_check err_code qna__source_read(const jnode *n, arena *a, qna_source *out, err *e);

/* ---- a sound whole (qna_assemble.c) ---- */

/* Makes pairs (changed in place) the pairs of kb: gives ids to those that have 0, sorts, and adds the sources that they
 * name. ERR_INVALID_ARGUMENT: an id stands twice; ERR_QUOTA_EXCEEDED. */
must_check err_code qna__assemble(knowledge_base *kb, qna_pair *pairs, size_t n, arena *a, err *e);

/* Makes the sources of kb those it has and those that only its pairs name, in order, each once. */
void qna__complete_sources(knowledge_base *kb, arena *a);

#endif

/* qna_index.h -- finds the pairs of a knowledge base that answer a question.
 *
 * Two views of a pair: the cosine between the question asked and the nearest of the pair's own
 * questions (terms weighed by how rare they are), and BM25F over questions and answer (Robertson and Zaragoza,
 * "The Probabilistic Relevance Framework: BM25 and Beyond", 2009). A logistic function of both and
 * of the lead over the next best pair gives the confidence (coefficients: bench/qna.c). An index is immutable,
 * may be used by many threads, and has one owner. */
#ifndef DRAGOMAN_MODEL_QNA_INDEX_H
#define DRAGOMAN_MODEL_QNA_INDEX_H

#include "base/arena.h"
#include "base/err.h"
#include "project/qna.h"

typedef struct qna_index qna_index;

/* document: a knowledge base as qna_write makes it. ERR_CORRUPT or what qna_read says. */
must_check err_code qna_index_open(str document, qna_index **out, err *e);
void qna_index_close(qna_index *x); /* NULL is fine */
/* Lives as long as the index. */
const knowledge_base *qna_index_base(const qna_index *x);

/* Which pairs may answer. Empty parts admit all. */
typedef struct qna_filter {
  const qna_tag *tags; /* lower case */
  size_t tag_count;
  bool any_tag;       /* one of them is enough */
  const str *sources; /* one of them */
  size_t source_count;
  bool any_part; /* tags or sources are enough */
} qna_filter;

typedef struct qna_query {
  str question; /* validated UTF-8 */
  size_t top;
  double threshold;    /* [0, 1]; answers below are left out */
  bool questions_only; /* the text of answers does not count */
  qna_filter filter;
  bool has_context;    /* pairs that are follow-ups only may answer */
  int32_t previous_id; /* the pair answered before; 0: unknown */
} qna_query;

typedef struct qna_answer {
  const qna_pair *pair;
  double score; /* (0, 1] chance that it answers the question; 1 where the pair has just this question */
} qna_answer;

/* By score descending, then id. *out lives in a. */
void qna_search(const qna_index *x, const qna_query *q, arena *a, qna_answer **out, size_t *n);

/* What the confidence is made of, for the bench that fits its coefficients. */
typedef struct qna_evidence {
  const qna_pair *pair;
  float nearest;   /* cosine with the nearest question */
  float centre;    /* cosine with the mean of all its questions */
  float bm25;      /* share of the greatest possible BM25F */
  float closeness; /* [0, 1] a mixture of the three */
  float lead;      /* [-1, 1] of the closeness over the next best pair */
  bool exact;
  double score;
} qna_evidence;
/* Of every pair that the filter admits and that shares a term with the question, in no order. */
void qna_evidence_of(const qna_index *x, const qna_query *q, arena *a, qna_evidence **out, size_t *n);

#endif

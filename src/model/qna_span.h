/* qna_span.h -- short answers: the sentence of a text that says most about a question.
 * The score is the share of the question's words, weighed by how rare they are among the sentences, that the sentence
 * has. */
#ifndef DRAGOMAN_MODEL_QNA_SPAN_H
#define DRAGOMAN_MODEL_QNA_SPAN_H

#include "base/arena.h"
#include "base/str.h"

typedef struct qna_span {
  uint32_t begin_bytes, end_bytes; /* of a sentence without the blanks around it */
  double score;                    /* (0, 1] */
} qna_span;

/* Of a pair's answer. False when no sentence shares a word with the question. language: of the stop words. */
bool qna_span_find(str question, str answer, str language, arena *a, qna_span *out);

typedef struct qna_passage {
  size_t text;      /* index of the text */
  qna_span passage; /* in the text: the sentence and the next one */
  qna_span answer;  /* in the text: the sentence */
} qna_passage;

/* The best passages of several texts, at most `each` of one text, by score. *out lives in a. */
void qna_passages(str question, const str *texts, size_t text_count, str language, size_t each, arena *a,
                  qna_passage **out, size_t *n);

#endif

/* qna_terms.h -- a question or an answer as weighted terms for matching.
 *
 *   text -> words (no punctuation, accents folded, synonyms replaced by their group) -> terms
 *
 * Block "words": every word, its stem (the first letters of a long word) and every pair of neighbours. Block "grams":
 * the character trigrams of words that carry meaning, so that other forms and slips of the pen still meet. */
#ifndef DRAGOMAN_MODEL_QNA_TERMS_H
#define DRAGOMAN_MODEL_QNA_TERMS_H

#include "base/map.h"
#include "project/qna.h"

/* What turns texts of one knowledge base into terms. Borrows the knowledge base's strings. */
typedef struct qna_lexicon {
  strmap stops;
  strmap phrases; /* synonym, its words joined by blanks -> group */
  size_t longest; /* words of the longest synonym */
  arena memory;
} qna_lexicon;

void qna_lexicon_init(qna_lexicon *x, const knowledge_base *kb);
/* Without synonyms. */
void qna_lexicon_init_language(qna_lexicon *x, str language);
void qna_lexicon_fini(qna_lexicon *x);

typedef struct qna_term {
  uint64_t key;
  float weight; /* (0, 1] how much the kind of the term says; a stop word little */
} qna_term;

typedef struct qna_terms {
  const qna_term *v; /* distinct keys: [0, words) words and stems, [words, pairs) pairs of words, [pairs, n) grams */
  size_t words, pairs, n;
  uint64_t whole; /* of all words in order: equal for texts that differ in case, punctuation, accents, synonyms only */
} qna_terms;

/* text: validated UTF-8. The terms live in a. */
void qna_terms_of(const qna_lexicon *x, str text, arena *a, qna_terms *out);

#endif

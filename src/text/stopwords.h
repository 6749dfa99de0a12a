/* stopwords.h -- words that say little about what a text is about: articles, pronouns, auxiliaries, question words.
 * Known for da, de, en, es, fr, it, nl, pt, sv; other languages have none. */
#ifndef DRAGOMAN_TEXT_STOPWORDS_H
#define DRAGOMAN_TEXT_STOPWORDS_H

#include "base/str.h"

/* [*n] words, normalised and without accents (token.bare), in no order. language: a tag in lower case, its region is
 * ignored; *n is 0 for other languages. */
const char *const *stopwords(str language, size_t *n);

#endif

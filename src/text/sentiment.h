/* sentiment.h -- how a text sounds: from 0 (bad) over 0.5 (neutral) to 1 (good).
 *
 * Words have weights (sentiment/<language>.txt). A negation turns the words behind it, "very" and "slightly" make the
 * next one count more or less, what comes before "but" counts half. Known for de, en, es, fr, it, nl, pt; a text in
 * another language is neutral. How well it does: doc/sentiment.md. */
#ifndef DRAGOMAN_TEXT_SENTIMENT_H
#define DRAGOMAN_TEXT_SENTIMENT_H

#include "base/arena.h"
#include "base/str.h"

typedef enum sentiment_label { SENTIMENT_NEGATIVE, SENTIMENT_NEUTRAL, SENTIMENT_POSITIVE } sentiment_label;

typedef struct sentiment {
  double score; /* [0, 1] */
  sentiment_label label;
} sentiment;

/* text: validated UTF-8. language: a tag, its region is ignored. Time is linear in the text. Thread-safe. */
sentiment sentiment_of(str text, str language, arena *a);

const char *sentiment_label_name(sentiment_label l); /* "negative" */

#endif

/* sentiment_int.h -- the word lists of sentiment.h as tools/gen_sentiment.py makes them. Shared inside text/. */
#ifndef DRAGOMAN_TEXT_SENTIMENT_INT_H
#define DRAGOMAN_TEXT_SENTIMENT_INT_H

#include "base/str.h"

typedef enum sentiment_kind {
  SENTIMENT_WEIGHT,
  SENTIMENT_NOT,  /* turns what follows */
  SENTIMENT_MORE, /* what follows counts more */
  SENTIMENT_LESS,
  SENTIMENT_BUT,  /* what came before counts less */
  SENTIMENT_WISH, /* "love": good, but says nothing in "would love" */
  SENTIMENT_LIKE, /* the same, and only of someone: "we like it", not "what is it like" */
  SENTIMENT_ASK,  /* "would" */
  SENTIMENT_WHO   /* "we" */
} sentiment_kind;

typedef struct sentiment_word {
  str text; /* as token.bare */
  sentiment_kind kind;
  int weight;  /* [-3, 3] */
  bool begins; /* any word that begins so */
} sentiment_word;

typedef struct sentiment_words {
  const char *language;
  const sentiment_word *v; /* [n] by text, whole words before beginnings */
  size_t n;
} sentiment_words;

extern const sentiment_words sentiment__languages[];
extern const size_t sentiment__language_count;

#endif

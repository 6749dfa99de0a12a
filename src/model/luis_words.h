/* luis_words.h -- a text as the models of a LUIS app see it, by the settings of its version.
 *
 * Normalising changes and drops tokens, never their places: offsets stay those of the text given. */
#ifndef DRAGOMAN_MODEL_LUIS_WORDS_H
#define DRAGOMAN_MODEL_LUIS_WORDS_H

#include "text/tokens.h"

enum {
  LUIS_DIACRITICS = 1,  /* NormalizeDiacritics: accents are dropped */
  LUIS_PUNCTUATION = 2, /* NormalizePunctuation: tokens of punctuation are dropped */
  LUIS_WORD_FORM = 4    /* NormalizeWordForm: endings of inflection are dropped, for the learners only */
};

/* Bit of a setting, 0 for one that changes no text. */
unsigned luis_setting_bit(str name);

typedef struct luis_words {
  tokens exact;   /* what lists and patterns compare */
  tokens learned; /* the same tokens as intents and taggers see them */
} luis_words;

/* text: validated UTF-8. culture: "en-us"; its language tells the endings. Everything lives in a. */
void luis_words_of(str text, unsigned settings, str culture, arena *a, luis_words *out);

/* The exact tokens, separated by blanks: what list_build makes the same tokens of. */
str luis_words_text(str text, unsigned settings, arena *a);

/* norm without the ending of a plural or of a form of a verb, by simple rules for da, de, en, es, fr, it, nl, pt
 * and sv; other languages are left as they are. A part of norm, of three bytes at least. */
str luis_word_form(str norm, str culture);

#endif

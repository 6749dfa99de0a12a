/* tokens.h -- text to tokens, for learning and for matching.
 *
 * A token is a run of word characters (letters, marks, digits), or one other visible character. In scripts written
 * without spaces (Han, Hiragana, Thai, Lao, Khmer, Myanmar, ...) every grapheme cluster is a token of its own, runs of
 * Katakana stay together: any span a person can label then begins and ends at token borders, and n-grams of tokens
 * carry the words. */
#ifndef DRAGOMAN_TEXT_TOKENS_H
#define DRAGOMAN_TEXT_TOKENS_H

#include "base/arena.h"
#include "base/str.h"

typedef enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_PUNCT, TOKEN_SPACELESS } token_kind;

typedef struct token {
  uint32_t begin_bytes, end_bytes; /* in the text given */
  token_kind kind;
  uint8_t shape; /* TOKEN_SHAPE_* bits of the original spelling */
  bool space_before;
  str norm; /* NFKC, case folded; accents kept */
  str bare; /* norm without combining marks (accent folded); same pointer as norm if equal */
} token;

enum {
  TOKEN_SHAPE_INITIAL_UPPER = 1,
  TOKEN_SHAPE_ALL_UPPER = 2,
  TOKEN_SHAPE_HAS_DIGIT = 4,
  TOKEN_SHAPE_HAS_PUNCT = 8,
  TOKEN_SHAPE_NON_ASCII = 16
};

typedef struct tokens {
  token *v; /* [n] by position */
  size_t n;
} tokens;

/* text: validated UTF-8 < 4 GiB. Tokens and their strings live in a; norm of a token that needs
 * no change points into text. Never fails; blank text gives n = 0. */
void tokenize(str text, arena *a, tokens *out);

/* Whole text normalised like token.norm (NFKC, case folded), spaces collapsed. */
str text_normalize(str text, arena *a);

/* Each character in lower case by its simple mapping (Unicode), so that offsets in UTF-16 code units stay. */
str text_lower(str text, arena *a);

#endif

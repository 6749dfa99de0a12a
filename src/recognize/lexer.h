/* lexer.h -- tokens of the folded text, and what the lexicon and the digits say of them.
 *
 * Tokens: runs of letters, runs of digits, single signs; each Han or kana character. Terminals: phrases of the
 * lexicon, digit classes, numerals. */
#ifndef DRAGOMAN_RECOGNIZE_LEXER_H
#define DRAGOMAN_RECOGNIZE_LEXER_H

#include "recognize/chart.h"

/* Gives a new chart its tokens and puts the terminals on it. */
void lexer_run(chart *ch);

#endif

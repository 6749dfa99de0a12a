/* parser.h -- closes the terminals of a chart under the rules of its culture.
 *
 * Starts are worked from right to left: every edge that can follow is complete when it is asked for, so one walk of
 * the rule trie per start does all. Work is bounded per start and per text: a hostile text loses analyses,
 * never time. */
#ifndef DRAGOMAN_RECOGNIZE_PARSER_H
#define DRAGOMAN_RECOGNIZE_PARSER_H

#include "recognize/chart.h"

/* All edges of the groups wanted, over the terminals of the lexer. */
void parser_run(chart *ch);

#endif

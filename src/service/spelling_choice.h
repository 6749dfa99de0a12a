/* spelling_choice.h -- which of several words was meant. Pure. */
#ifndef DRAGOMAN_SERVICE_SPELLING_CHOICE_H
#define DRAGOMAN_SERVICE_SPELLING_CHOICE_H

#include "base/str.h"

enum { SPELLING_LETTERS = 30 }; /* longer words are left alone */
#define SPELLING_FAR 1000.0

/* How unlikely it is that someone who meant `meant` typed `typed`; both in lower case. 0: equal. Above limit it may be
 * SPELLING_FAR, which it is for words of more than SPELLING_LETTERS letters. */
double spelling_distance(str typed, str meant, double limit);
/* The greatest distance at which a word of that many letters is corrected. */
double spelling_reach(size_t letters);

#endif

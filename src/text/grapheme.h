/* grapheme.h -- where a text element ends, by the rules of UAX #29 in Unicode 8.0.
 *
 * Shared inside text/. The rules of 8.0 need only the two neighbours: no Prepend class, emoji
 * modifiers are ordinary characters, ZWJ is an Extend that glues nothing after it, any run of
 * regional indicators is one element. The character classes are the library's, of a newer
 * Unicode, mapped back where a class changed since. */
#ifndef DRAGOMAN_TEXT_GRAPHEME_H
#define DRAGOMAN_TEXT_GRAPHEME_H

#include "base/base.h"

typedef enum grapheme_class {
  GRAPHEME_OTHER,
  GRAPHEME_CR,
  GRAPHEME_LF,
  GRAPHEME_CONTROL,
  GRAPHEME_EXTEND,
  GRAPHEME_SPACING_MARK,
  GRAPHEME_REGIONAL,
  GRAPHEME_L, /* Hangul jamo and syllables */
  GRAPHEME_V,
  GRAPHEME_T,
  GRAPHEME_LV,
  GRAPHEME_LVT
} grapheme_class;

grapheme_class text__grapheme_class(uint32_t cp);
/* A boundary lies between two neighbours of these classes. */
bool text__grapheme_break(grapheme_class before, grapheme_class after);

#endif

/* luis_pattern.h -- the syntax of patterns: "where is {Title}[?]", "(call|ring) {Name:who} [please]".
 *
 *   {Entity} {Entity:Role}   slot          [text]   optional, nested twice at most
 *   (a|b|c)                  alternatives, two bars at most, nested twice at most; with optionals three levels
 *   ^                        at the beginning or the end: anchors there
 *   \{ \} \[ \] \( \) \| \^  the character itself
 * A '|' outside of a group and a ^ elsewhere stand for themselves.
 * Source: reference luis-app-format §5. */
#ifndef DRAGOMAN_PROJECT_LUIS_PATTERN_H
#define DRAGOMAN_PROJECT_LUIS_PATTERN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef struct luis_slot {
  str entity;          /* within the pattern, blanks and a leading '@' off */
  str role;            /* .p NULL: none */
  size_t offset_bytes; /* of its '{' */
} luis_slot;

/* Checks the whole syntax and gives the slots in order, in a. ERR_INVALID_ARGUMENT with a sentence;
 * *at_bytes (may be NULL) is then where the fault is. Linear in the pattern. */
must_check err_code luis_pattern_check(str pattern, arena *a, luis_slot **slots, size_t *n, size_t *at_bytes, err *e);

#endif

/* names.h -- people, organisations, places, events and postal addresses: the prebuilts without a
 * grammar of values. Gazetteers of our own (gazetteer/), capitals and the words around; what it
 * catches and what not: doc/prebuilts.md. One set of names and rules for all languages. */
#ifndef DRAGOMAN_RECOGNIZE_NAMES_H
#define DRAGOMAN_RECOGNIZE_NAMES_H

#include "base/arena.h"
#include "text/tokens.h"

typedef enum name_kind {
  NAME_PERSON,
  NAME_ORGANIZATION,
  NAME_LOCATION,
  NAME_EVENT,
  NAME_ADDRESS,
  NAME_KINDS
} name_kind;

#define NAME_BIT(kind) (1u << (kind))

typedef struct name_match {
  name_kind kind;
  uint32_t begin_bytes, end_bytes; /* in the text */
} name_match;

typedef struct names_request {
  uint32_t kinds;         /* NAME_BIT of each wanted */
  bool nouns_capitalised; /* capitals tell nothing (German) */
} names_request;

/* By position, without overlap among all kinds, whichever are wanted. *out lives in a. Time is linear
 * in the tokens. Thread-safe. */
void names_find(const tokens *t, const names_request *q, arena *a, name_match **out, size_t *n);

#endif

/* gazetteer.h -- the phrases of gazetteer/ in a text. tools/gen_gazetteer.py compiles the files to
 * one constant hash table, which also holds the beginnings of longer phrases: a scan stops at the
 * first words that begin none. Letter case does not count, and accents may be left out, not added. */
#ifndef DRAGOMAN_RECOGNIZE_GAZETTEER_H
#define DRAGOMAN_RECOGNIZE_GAZETTEER_H

#include "base/arena.h"
#include "text/tokens.h"

/* The sections of the files, "[place-noun]". */
#define GAZ_KIND_MAP(X)                                                                                                \
  X(REGION)                                                                                                            \
  X(COUNTRY)   /* a region, too */                                                                                     \
  X(CONTINENT) /* likewise */                                                                                          \
  X(ABBREVIATION)                                                                                                      \
  X(CITY)                                                                                                              \
  X(LANDMARK)                                                                                                          \
  X(PLACE_NOUN)                                                                                                        \
  X(PLACE_HEAD)                                                                                                        \
  X(PLACE_CONTEXT)                                                                                                     \
  X(PLACE_MODIFIER)                                                                                                    \
  X(PLACE_ONLY)                                                                                                        \
  X(GIVEN)                                                                                                             \
  X(SURNAME)                                                                                                           \
  X(PERSON)                                                                                                            \
  X(TITLE)                                                                                                             \
  X(TITLE_AFTER)                                                                                                       \
  X(PERSON_CONTEXT)                                                                                                    \
  X(ORGANIZATION)                                                                                                      \
  X(ORGANIZATION_SUFFIX)                                                                                               \
  X(ORGANIZATION_HEAD)                                                                                                 \
  X(ORGANIZATION_BEFORE)                                                                                               \
  X(EATERY)                                                                                                            \
  X(ORGANIZATION_CONTEXT)                                                                                              \
  X(EVENT)                                                                                                             \
  X(EVENT_NOUN)                                                                                                        \
  X(EVENT_MODIFIER)                                                                                                    \
  X(STREET)                                                                                                            \
  X(STREET_CONTEXT)                                                                                                    \
  X(STREET_AFTER)                                                                                                      \
  X(STREET_BEFORE)                                                                                                     \
  X(STOP)

enum gaz_kind_number {
#define X(name) GAZ_NUMBER_##name,
  GAZ_KIND_MAP(X)
#undef X
};
enum gaz_kind {
#define X(name) GAZ_##name = 1 << GAZ_NUMBER_##name,
  GAZ_KIND_MAP(X)
#undef X
};

/* One phrase of the table; sure and maybe 0: only the beginning of longer ones. */
typedef struct gaz_phrase {
  uint32_t text;        /* in gaz_table.text */
  uint32_t sure, maybe; /* GAZ_* bits; maybe: marked "?", an everyday word or another kind of name too */
  uint16_t length;      /* bytes */
  bool has_longer;
  bool accented; /* some spelling of it has accents */
} gaz_phrase;

typedef struct gaz_table {
  const char *text;
  const gaz_phrase *phrases;
  const uint16_t *slots; /* [mask + 1] phrase + 1, 0: free */
  uint32_t mask;
} gaz_table;
extern const gaz_table gazetteer;

typedef struct gaz_hit {
  uint32_t begin, end; /* tokens [begin, end) */
  uint32_t sure, maybe;
} gaz_hit;

typedef struct gaz_scan {
  gaz_hit *hits;       /* by begin, shorter first */
  uint32_t *first;     /* [tokens + 1] first hit of each begin */
  uint32_t n;          /* tokens */
  uint32_t *ends_with; /* [tokens + 1] kinds, sure or maybe, of the phrases that end before the token */
} gaz_scan;

/* All phrases in the tokens; everything in a. */
void gaz_scan_tokens(const tokens *t, arena *a, gaz_scan *out);

/* Longest phrase that begins at the token and is (sure or maybe) of one of the kinds; NULL: none, or no
 * such token. */
const gaz_hit *gaz_at(const gaz_scan *s, uint32_t i, uint32_t kinds);

#endif

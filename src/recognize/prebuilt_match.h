/* prebuilt_match.h -- the prebuilt components of CLU on one text: which categories stand where, with
 * what resolutions. Reference prebuilt-entities §1 and §2.
 *
 * Numbers, units, dates and sequences come from recognize.h, names from names.h. Only what was asked
 * for is looked for. */
#ifndef DRAGOMAN_RECOGNIZE_PREBUILT_MATCH_H
#define DRAGOMAN_RECOGNIZE_PREBUILT_MATCH_H

#include "recognize/prebuilt.h"
#include "recognize/recognize.h"
#include "text/tokens.h"

typedef struct prebuilt_request {
  uint32_t categories;  /* PREBUILT_BIT of each wanted */
  str language;         /* of the text. Without recognisers of its own: only e-mail, URL, phone, IP, names */
  civil_time reference; /* "now" in the local time of the person; for DateTime */
} prebuilt_request;

typedef struct prebuilt_match {
  prebuilt_id category;
  uint32_t begin_bytes, end_bytes; /* in the text, end exclusive, begin < end */
  const char *subtype;             /* EntitySubtype: "quantity.number", "datetime.date"; static */
  const attr_list *resolutions;    /* [resolution_count], may be none */
  size_t resolution_count;
} prebuilt_match;

/* t: the tokens of text, validated UTF-8 under 2 GiB. Matches of one category are by position; *out
 * lives in a and may point into text. */
void prebuilt_match_all(str text, const tokens *t, const prebuilt_request *q, arena *a, prebuilt_match **out,
                        size_t *n);

#endif

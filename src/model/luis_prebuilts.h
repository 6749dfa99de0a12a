/* luis_prebuilts.h -- the prebuilt entities of LUIS and what finds them.
 * Source: reference luis-runtime §4. */
#ifndef DRAGOMAN_MODEL_LUIS_PREBUILTS_H
#define DRAGOMAN_MODEL_LUIS_PREBUILTS_H

#include "recognize/recognize.h"
#include "text/tokens.h"

/* The numbers stand in model files: a new one goes to the end. */
typedef enum luis_prebuilt_id {
  LUIS_PREBUILT_AGE,
  LUIS_PREBUILT_NUMBER,
  LUIS_PREBUILT_PERCENTAGE,
  LUIS_PREBUILT_ORDINAL, /* without the relative ones */
  LUIS_PREBUILT_ORDINAL_V2,
  LUIS_PREBUILT_DIMENSION,
  LUIS_PREBUILT_TEMPERATURE,
  LUIS_PREBUILT_CURRENCY, /* and money */
  LUIS_PREBUILT_DATETIME, /* and datetimeV2 */
  LUIS_PREBUILT_EMAIL,
  LUIS_PREBUILT_PHONE,
  LUIS_PREBUILT_URL,
  LUIS_PREBUILT_PERSON,
  LUIS_PREBUILT_GEOGRAPHY,
  LUIS_PREBUILT_KEY_PHRASE,
  LUIS_PREBUILT_COUNT
} luis_prebuilt_id;

#define LUIS_PREBUILT_BIT(id) (1u << (id))

/* LUIS_PREBUILT_COUNT for a name that nothing here finds ("encyclopedia"). */
luis_prebuilt_id luis_prebuilt_of(str name);

typedef struct luis_prebuilt_find {
  luis_prebuilt_id id;
  uint32_t begin_bytes, end_bytes; /* in the text */
  const recognized *value;         /* NULL: names, places, key phrases */
  const char *subtype;             /* of a place: "city"; else NULL; static */
} luis_prebuilt_find;

typedef struct luis_prebuilt_request {
  uint32_t wanted; /* LUIS_PREBUILT_BIT of each */
  str culture;
  civil_time reference; /* "now" in the local time of the person */
} luis_prebuilt_request;

/* t: the tokens of text as they are written, validated UTF-8 under 2 GiB. Of one prebuilt by position, without
 * overlap; *out lives in a. */
void luis_prebuilts_find(str text, const tokens *t, const luis_prebuilt_request *q, arena *a, luis_prebuilt_find **out,
                         size_t *n);

/* Key phrases: the runs of words that carry meaning, one in three of them, the best by the measure of RAKE (Rose et
 * al. 2010: words weigh by how long the runs are that they stand in). None in a language without stop words. */
typedef struct key_phrase {
  uint32_t begin_bytes, end_bytes;
} key_phrase;
void key_phrases_find(const tokens *t, str spoken, arena *a, key_phrase **out, size_t *n);

#endif

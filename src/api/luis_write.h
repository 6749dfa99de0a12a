/* luis_write.h -- what a LUIS model found, in the shapes of the prediction APIs V2 and V3. Pure.
 * Source: reference luis-runtime §2, §3, §4. */
#ifndef DRAGOMAN_API_LUIS_WRITE_H
#define DRAGOMAN_API_LUIS_WRITE_H

#include "base/json_out.h"
#include "model/luis_model.h"
#include "recognize/luis_entity.h"
#include "service/spelling.h"
#include "text/offsets.h"

/* A query and what was understood of it. Answers give places in the query, in UTF-16 code units. */
typedef struct luis_text {
  str query;                /* as sent */
  spelling_result spelling; /* .text: as understood; the bytes of luis_found are its */
  offset_map units;         /* of query */
} luis_text;

/* No word is corrected. The strings are borrowed, the rest lives in a. */
void luis_text_init(luis_text *t, str query, arena *a);

/* V3: {"City":[["Rome"]],…}, of roles by their names; with_instance: and "$instance", where there is anything. */
void luis_v3_write_entities(jw *w, const luis_text *t, const luis_found *v, size_t n, bool with_instance, arena *a);

/* V2: [{"entity","type","startIndex","endIndex",…}], composites followed by their parts. */
void luis_v2_write_entities(jw *w, const luis_text *t, const luis_found *v, size_t n, arena *a);
/* V2: the member "compositeEntities":[{"parentType","value","children":[{"type","value"}]}], where v has composites. */
void luis_v2_write_composites(jw *w, const luis_text *t, const luis_found *v, size_t n, arena *a);

/* What the writers share: the type of an entity ("Room", "builtin.datetimeV2.date"), valid while room is; where it
 * stands in the query; its text there. */
str luis_found_type(const luis_found *f, char room[LUIS_TYPE_MAX]);
luis_ordinal luis_found_ordinal(const luis_found *f);
typedef struct luis_place {
  size_t begin, end; /* UTF-16 code units, end exclusive */
  str text;
} luis_place;
luis_place luis_found_place(const luis_text *t, const luis_found *f);
/* Its text as understood. */
str luis_found_text(const luis_text *t, const luis_found *f);

#endif

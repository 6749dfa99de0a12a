/* luis_entity.h -- what a recogniser found, as LUIS answers its prebuilt entities, in the shapes of
 * its runtimes V2 and V3. Source: reference prebuilt-entities §3. Pure. */
#ifndef DRAGOMAN_RECOGNIZE_LUIS_ENTITY_H
#define DRAGOMAN_RECOGNIZE_LUIS_ENTITY_H

#include "recognize/recognize.h"

/* LUIS has two entities of ordinals: `ordinal` ("first") and `ordinalV2`, which knows "last" too. */
typedef enum luis_ordinal { LUIS_ORDINAL, LUIS_ORDINAL_V2 } luis_ordinal;

/* Key of the entity in V3: "number", "money", "datetimeV2". NULL when LUIS has no such entity
 * (ranges, yes and no, IP addresses, …; relative ordinals as LUIS_ORDINAL). */
const char *luis_v3_key(const recognized *r, luis_ordinal ordinal);

/* "builtin.currency", "builtin.datetimeV2.date", "builtin.ordinalV2.relative", of an entity that has a key. */
enum { LUIS_TYPE_MAX = 64 };
void luis_builtin_type(const recognized *r, luis_ordinal ordinal, char out[LUIS_TYPE_MAX]);

/* The functions below want an entity that has a key. text: what was recognised. */

/* {"entity","type":"builtin.number","startIndex","endIndex","resolution"}, all values strings, the end
 * inclusive, indices in UTF-16 code units. */
void luis_v2_write(jw *w, const recognized *r, str text, luis_ordinal ordinal);
/* Its resolution alone. */
void luis_v2_write_resolution(jw *w, const recognized *r, luis_ordinal ordinal);
/* The element of entities[key]: 24, {"number":90,"unit":"Day"}, {"type","values":[…]}, "a@b.com". */
void luis_v3_write(jw *w, const recognized *r, str text, luis_ordinal ordinal);
/* The element of entities.$instance[key]: {"type":"builtin.number","text","startIndex","length",…}. */
void luis_v3_write_instance(jw *w, const recognized *r, str text, luis_ordinal ordinal);

#endif

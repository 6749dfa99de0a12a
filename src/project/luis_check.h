/* luis_check.h -- what must hold of any app, whichever format it came from: names, references, limits
 * (reference §7). Shared inside project/. Texts of labels are the readers' to check. */
#ifndef DRAGOMAN_PROJECT_LUIS_CHECK_H
#define DRAGOMAN_PROJECT_LUIS_CHECK_H

#include "project/luis.h"

/* How a reader names the place of element index of a member of the app ("intents", "patterns", …):
 * "patterns[3]", "line 12, column 1". The member as a whole: index SIZE_MAX. */
typedef struct luis_places {
  void (*write)(const void *context, const char *member, size_t index, char *out, size_t cap);
  const void *context;
} luis_places;

/* The place of the JSON form; needs no context. */
void luis__json_place(const void *context, const char *member, size_t index, char *out, size_t cap);

/* A schema version that the readers know. e gets a sentence without a place. */
must_check err_code luis__schema_check(str version, err *e);

/* Everything but labels. ERR_INVALID_ARGUMENT or ERR_QUOTA_EXCEEDED at the place. */
must_check err_code luis__check(const luis_app *app, const luis_places *places, err *e);

/* A label (children not looked at) names an entity and a role of the app. within: the label around it, NULL at the
 * top; on success *children are those that a label inside may name. e gets a sentence without a place. */
must_check err_code luis__label_check(const luis_app *app, const luis_index *x, const luis_label *l,
                                      const luis_children *within, luis_children *children, err *e);

#endif

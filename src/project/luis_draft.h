/* luis_draft.h -- a LUIS version that is being edited: a luis_app whose every part has an id.
 *
 * A draft is read from and written to JSON (an app of schema 7 with one member more, "ids"; the stored form
 * of a version), edited by the operations of luis_edit.h, and seen as a luis_app by the trainer and the exports.
 * Intents, entities, children, roles and patterns have GUIDs; phrase lists, sublists, values of explicit lists
 * and utterances have numbers, which count up and are never given twice.
 * One thread at a time; all memory is the arena's that it was made with. */
#ifndef DRAGOMAN_PROJECT_LUIS_DRAFT_H
#define DRAGOMAN_PROJECT_LUIS_DRAFT_H

#include "base/vec.h"
#include "project/luis.h"

typedef struct luis_draft luis_draft;

/* Gives every part an id; adds None when the app lacks it. app must live as long as a. */
must_check err_code luis_draft_new(const luis_app *app, arena *a, luis_draft **out, err *e);
/* ERR_CORRUPT: no draft was written so. */
must_check err_code luis_draft_read(str json, arena *a, luis_draft **out, err *e);
void luis_draft_write(const luis_draft *d, buf *json);
/* As it is now; valid until the next edit. Checked whole (luis_check.h). */
must_check err_code luis_draft_app(const luis_draft *d, arena *a, luis_app *out, err *e);

/* ---- what belongs to the version as a whole; texts are copied ---- */

void luis_draft_set_version(luis_draft *d, str version_id);
void luis_draft_set_name(luis_draft *d, str name, str description);
/* Adds the setting or replaces its value. */
void luis_draft_set_setting(luis_draft *d, str name, str value);

/* ---- what is trained: intents, machine-learned, hierarchical and composite entities ---- */

typedef struct luis_trained {
  str id, name;
  bool is_intent;
  size_t example_count; /* utterances of the intent, or labelled with the entity at the top level */
} luis_trained;

void luis_draft_trained(const luis_draft *d, arena *a, luis_trained **out, size_t *n);

#endif

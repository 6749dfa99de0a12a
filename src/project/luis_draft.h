/* luis_draft.h -- a LUIS version that is being edited: a luis_app whose every part has an id.
 *
 * A draft is read from and written to JSON (schema 7 with an "id" in every object; the stored form of a
 * version), edited by the operations of luis_edit.h, and seen as a luis_app by the trainer and the exports.
 * One thread at a time; all memory is the arena's that it was made with. */
#ifndef DRAGOMAN_PROJECT_LUIS_DRAFT_H
#define DRAGOMAN_PROJECT_LUIS_DRAFT_H

#include "project/luis.h"

typedef struct luis_draft luis_draft;

/* Gives every part an id; adds None when the app lacks it. app must live as long as a. */
must_check err_code luis_draft_new(const luis_app *app, arena *a, luis_draft **out, err *e);
must_check err_code luis_draft_read(str json, arena *a, luis_draft **out, err *e);
void luis_draft_write(const luis_draft *d, buf *json);
/* As it is now; valid until the next edit. Checked whole (luis_check.h). */
must_check err_code luis_draft_app(const luis_draft *d, arena *a, luis_app *out, err *e);

#endif

/* luis_json.h -- LUIS app files in JSON: every schema version in, 7.x out.
 * Reading and then writing gives the same document up to the defaults listed in doc/luis-formats.md; a client
 * that compares the two (bf luis:build) sees no change. Source: reference luis-app-format §1, §2. */
#ifndef DRAGOMAN_PROJECT_LUIS_JSON_H
#define DRAGOMAN_PROJECT_LUIS_JSON_H

#include "base/json_in.h"
#include "base/json_out.h"
#include "project/luis.h"

/* Reads and validates the whole document. All strings are copied into a. ERR_INVALID_ARGUMENT names the place
 * ("utterances[17].entities[2].startPos"), ERR_QUOTA_EXCEEDED a limit of the service, ERR_INVALID_REQUEST line and
 * column of broken JSON. *out is untouched on error. */
must_check err_code luis_read(str json, arena *a, luis_app *out, err *e);
must_check err_code luis_read_node(const jnode *root, arena *a, luis_app *out, err *e);

/* A file of an app rather than a CLU project: it has a schema version, or intents at the top. */
bool luis_is_app(const jnode *root);

/* The whole app in schema 7. */
void luis_write(const luis_app *app, buf *out);
/* An utterance alone, as it stands in the file. scratch is reset. */
void luis_utterance_write(jw *w, const luis_app *app, const luis_utterance *u, arena *scratch);

#endif

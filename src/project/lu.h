/* lu.h -- LUIS apps as .lu text.
 *
 * The whole grammar of reference luis-app-format §3 with the older "$Name:type" forms. References to other files are
 * the client's to resolve: they become notes. Source: §3 to §5; what differs from bf-lu: doc/luis-formats.md. */
#ifndef DRAGOMAN_PROJECT_LU_H
#define DRAGOMAN_PROJECT_LU_H

#include "base/vec.h"
#include "project/luis.h"
#include "project/notes.h"

/* Strings are copied into a; l (may be NULL) gets what was passed over. ERR_INVALID_ARGUMENT and ERR_QUOTA_EXCEEDED
 * with "line L, column C" (from 1; columns are code points) as target and in the message; over a limit of the whole
 * app, with what there is too much of ("intents"). *out is untouched on error. */
must_check err_code lu_read(str text, arena *a, luis_app *out, notes *l, err *e);

/* The layout of an export. What .lu cannot say (hierarchical entities, a pattern without a slot, …) becomes a note
 * with its place in the JSON form. ERR_INVALID_ARGUMENT, and nothing written, when a name has characters that a .lu
 * file cannot hold. lu_read reads whatever is written. */
must_check err_code lu_write(const luis_app *app, buf *out, notes *l, err *e);

#endif

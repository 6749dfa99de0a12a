/* luis_convert.h -- LUIS apps to CLU projects and back. The rules and what each side lacks: doc/luis-formats.md.
 * Source: reference luis-app-format §6. */
#ifndef DRAGOMAN_PROJECT_LUIS_CONVERT_H
#define DRAGOMAN_PROJECT_LUIS_CONVERT_H

#include "project/luis.h"
#include "project/notes.h"
#include "project/project.h"

/* The results share strings with the input, so a must live as long as both are used. l (may be NULL) gets one note
 * for each thing that could not be carried over, with its place in the input. *out is untouched on error. */

/* A Conversation project that clu_read would take. ERR_QUOTA_EXCEEDED: over a limit of CLU. */
must_check err_code luis_to_clu(const luis_app *app, arena *a, project *out, notes *l, err *e);

/* ERR_INVALID_ARGUMENT: not a Conversation project, ERR_QUOTA_EXCEEDED: over a limit of LUIS. */
must_check err_code clu_to_luis(const project *p, arena *a, luis_app *out, notes *l, err *e);

/* The CLU category of a LUIS prebuilt, or the other way; .p NULL when there is none. */
str luis_prebuilt_to_clu(str name);
str luis_prebuilt_from_clu(str category);

#endif

/* project_file.h -- a project document of any format as a CLU project. */
#ifndef DRAGOMAN_PROJECT_PROJECT_FILE_H
#define DRAGOMAN_PROJECT_PROJECT_FILE_H

#include "project/luis.h"
#include "project/notes.h"
#include "project/project.h"

typedef enum project_format { FORMAT_CLU, FORMAT_LUIS, FORMAT_LU } project_format;

const char *project_format_name(project_format f); /* "clu", "luis", "lu" */

/* Reads text, whose first character says whether it is JSON or .lu, and whose members say which JSON. Either *clu or
 * *luis is filled, as *format says. l (may be NULL): what a .lu file has that is passed over. Errors: those of
 * clu_read, luis_read, lu_read. */
must_check err_code project_file_read(str text, arena *a, project_format *format, project *clu, luis_app *luis,
                                      notes *l, err *e);

/* The same, converted to a project (luis_to_clu). */
must_check err_code project_file_read_clu(str text, arena *a, project *out, notes *l, err *e);

#endif

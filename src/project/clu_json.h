/* clu_json.h -- CLU / orchestration project files: JSON to and from the in-memory form.
 * Reading and then writing gives the same document up to the defaults listed in doc/formats.md.
 * Source: reference clu-project-format.md. */
#ifndef DRAGOMAN_PROJECT_CLU_JSON_H
#define DRAGOMAN_PROJECT_CLU_JSON_H

#include "base/json_in.h"
#include "base/json_out.h"
#include "project/project.h"
#include "text/offsets.h"

typedef struct clu_read_options {
  str expect_name; /* refuse a file with another non-null projectName; .p NULL: take any */
  bool joined;     /* our own document with the utterances of linked projects: any number and length */
} clu_read_options;

/* Reads and validates the whole document. All strings are copied into a, so doc and text may be
 * freed. ERR_INVALID_ARGUMENT names the place ("assets.utterances[17].entities[2].offset"),
 * ERR_QUOTA_EXCEEDED a service limit. *out is untouched on error. */
must_check err_code clu_read(str json, const clu_read_options *o, arena *a, project *out, err *e);
must_check err_code clu_read_node(const jnode *root, const clu_read_options *o, arena *a, project *out, err *e);

/* The whole project file. unit: OFFSET_UTF16, OFFSET_UTF8 or OFFSET_CODEPOINT. */
void clu_write(const project *p, offset_unit unit, buf *out);

/* metadata object alone (also the body of project PATCH). clu_metadata_patch applies JSON merge
 * patch rules (absent = unchanged, null = remove); strings go into a. */
must_check err_code clu_metadata_read(const jnode *n, arena *a, project_metadata *out, err *e);
must_check err_code clu_metadata_patch(const jnode *patch, arena *a, project_metadata *inout, err *e);
/* The metadata object as it stands in a project file. */
void clu_metadata_write(jw *w, const project_metadata *m);
void clu_settings_write(jw *w, const project_settings *s);
const char *project_kind_name(project_kind k); /* "Conversation" */
must_check bool project_kind_parse(str s, project_kind *k);

#endif

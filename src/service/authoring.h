/* authoring.h -- projects: create, change, delete, import, export. Reference: clu-authoring §3. */
#ifndef DRAGOMAN_SERVICE_AUTHORING_H
#define DRAGOMAN_SERVICE_AUTHORING_H

#include "base/ids.h"
#include "base/json_in.h"
#include "project/project.h"
#include "service/handle.h"
#include "text/offsets.h"

typedef struct project_view {
  project_metadata metadata;                                /* .name is the project's */
  int64_t created_us, modified_us, trained_us, deployed_us; /* 0: never */
} project_view;

must_check err_code authoring_list(service *s, str resource, page pg, arena *a, project_view **out, size_t *n,
                                   size_t *total, err *e);
must_check err_code authoring_get(service *s, str resource, str project_name, arena *a, project_view *out, err *e);
/* Merge patch; creates when missing (*created), then kind, language (and name, if given, equal to
 * project) are required. */
must_check err_code authoring_patch(service *s, str resource, str project_name, const jnode *patch, arena *a,
                                    bool *created, project_view *out, err *e);

/* Each answers the id of a committed job. */
must_check err_code authoring_delete(service *s, str resource, str project_name, char job_id[ID_JOB_LEN + 1], err *e);
/* trained_label.n 0: the working copy. unit: UTF16, UTF8 or CODEPOINT. */
must_check err_code authoring_export(service *s, str resource, str project_name, offset_unit unit, str trained_label,
                                     char job_id[ID_JOB_LEN + 1], err *e);
/* The document is parsed and validated before the job row is written (a broken file: error with its
 * place, nothing changed); the job then replaces the working copy, creating the project if missing. */
must_check err_code authoring_import(service *s, str resource, str project_name, str json, char job_id[ID_JOB_LEN + 1],
                                     err *e);
/* The same of a LUIS app in JSON, converted (doc/luis-formats.md); its own name does not count. */
must_check err_code authoring_import_luis(service *s, str resource, str project_name, str json,
                                          char job_id[ID_JOB_LEN + 1], err *e);
/* Result document of a succeeded export job. */
must_check err_code authoring_export_result(service *s, str resource, str project_name, str job_id, arena *a, str *json,
                                            err *e);

#endif

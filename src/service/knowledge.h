/* knowledge.h -- question answering projects: create, change, deploy, import, export, and the ones that answer.
 * Reference: question-answering. Conventions: handle.h. */
#ifndef DRAGOMAN_SERVICE_KNOWLEDGE_H
#define DRAGOMAN_SERVICE_KNOWLEDGE_H

#include "base/ids.h"
#include "base/json_in.h"
#include "service/jobs.h"
#include "service/live.h"

typedef struct knowledge_view {
  str name;
  knowledge_base base;                          /* its metadata; pairs only where said */
  int64_t created_us, modified_us, deployed_us; /* 0: never */
} knowledge_view;

must_check err_code knowledge_list(service *s, str resource, page pg, arena *a, knowledge_view **out, size_t *n,
                                   size_t *total, err *e);
/* with_content: base has its pairs, sources and synonyms too. */
must_check err_code knowledge_get(service *s, str resource, str project_name, bool with_content, arena *a,
                                  knowledge_view *out, err *e);
/* Creates when missing (*created); language is required then. */
must_check err_code knowledge_patch(service *s, str resource, str project_name, const jnode *patch, arena *a,
                                    bool *created, knowledge_view *out, err *e);

typedef struct knowledge_deployment {
  str name;
  int64_t deployed_us;
} knowledge_deployment;
/* Without the working copy, by name. */
must_check err_code knowledge_deployments(service *s, str resource, str project_name, arena *a,
                                          knowledge_deployment **out, size_t *n, err *e);

/* What a job does to the working copy; the wire's words as texts are job subjects. */
typedef enum knowledge_change {
  KNOWLEDGE_IMPORT_JSON,     /* replaces everything; creates the project when missing */
  KNOWLEDGE_IMPORT_TABLE,    /* replaces the pairs; the same */
  KNOWLEDGE_IMPORT_SYNONYMS, /* JSON */
  KNOWLEDGE_IMPORT_SYNONYMS_TABLE,
  KNOWLEDGE_CHANGE_PAIRS,   /* array of {op, value} */
  KNOWLEDGE_CHANGE_SOURCES, /* the same */
  KNOWLEDGE_CHANGES
} knowledge_change;

/* The body is applied to the working copy as it is now, for its errors, and again by the job, to the copy as it is
 * then. The ids of committed jobs, of kind JOB_KNOWLEDGE_CHANGE and the subject knowledge_subject(change). */
must_check err_code knowledge_change_start(service *s, str resource, str project_name, knowledge_change change,
                                           str body, char job_id[ID_JOB_LEN + 1], err *e);
str knowledge_subject(knowledge_change change); /* "import", "qnas", "sources" */
/* At once, as the wire has it. */
must_check err_code knowledge_synonyms_put(service *s, str resource, str project_name, const jnode *groups, err *e);

/* Kind JOB_KNOWLEDGE_DEPLOY, subject the deployment. */
must_check err_code knowledge_deploy(service *s, str resource, str project_name, str deployment,
                                     char job_id[ID_JOB_LEN + 1], err *e);
/* Kind JOB_KNOWLEDGE_DELETE. */
must_check err_code knowledge_delete(service *s, str resource, str project_name, char job_id[ID_JOB_LEN + 1], err *e);

typedef enum knowledge_format {
  KNOWLEDGE_JSON,
  KNOWLEDGE_TABLE,
  KNOWLEDGE_SYNONYMS_JSON,
  KNOWLEDGE_SYNONYMS_TABLE
} knowledge_format;
/* Kind JOB_KNOWLEDGE_EXPORT. */
must_check err_code knowledge_export(service *s, str resource, str project_name, knowledge_format format,
                                     char job_id[ID_JOB_LEN + 1], err *e);
/* The file of a succeeded export job; *table: it is tab-separated. */
must_check err_code knowledge_export_result(service *s, str resource, str project_name, str job_id, arena *a, str *out,
                                            bool *table, err *e);

/* A question that belongs to a pair, as a user says. */
typedef struct knowledge_feedback {
  str user_question;
  int32_t qna_id;
} knowledge_feedback;
/* Suggestions of pairs; those of unknown pairs and known questions are passed over. */
must_check err_code knowledge_feedback_add(service *s, str resource, str project_name, const knowledge_feedback *f,
                                           size_t n, err *e);

#endif

/* job_kind.h -- the kinds of jobs, and how rows spell them. */
#ifndef DRAGOMAN_SERVICE_JOB_KIND_H
#define DRAGOMAN_SERVICE_JOB_KIND_H

#include "base/base.h"
#include "base/str.h"

typedef enum job_kind {
  JOB_IMPORT,
  JOB_EXPORT,
  JOB_DELETE_PROJECT,
  JOB_TRAIN,
  JOB_LOAD_SNAPSHOT,
  JOB_EVALUATE,
  JOB_DEPLOY, /* put and delete of one deployment share a path on the wire */
  JOB_SWAP,
  JOB_DELETE_FROM_RESOURCES,
  JOB_ASSIGN,
  JOB_UNASSIGN,
  JOB_ROLLBACK,
  JOB_TRIAL, /* start and end of a shadow or canary */
  JOB_COPY,
  JOB_EXPORT_MODEL, /* put and delete of one exported model share a path on the wire */
  JOB_KNOWLEDGE_CHANGE,
  JOB_KNOWLEDGE_DEPLOY,
  JOB_KNOWLEDGE_DELETE,
  JOB_KNOWLEDGE_EXPORT,
  JOB_LUIS_TEST
} job_kind;
enum { JOB_KINDS = JOB_LUIS_TEST + 1 };

const char *job_kind__name(job_kind kind);
/* False: this program has no such kind. */
must_check bool job_kind__parse(str name, job_kind *out);

#endif

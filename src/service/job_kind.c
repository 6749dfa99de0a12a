#include "service/job_kind.h"

static const char *const kind_names[JOB_KINDS] = {
    [JOB_IMPORT] = "import",
    [JOB_EXPORT] = "export",
    [JOB_DELETE_PROJECT] = "delete-project",
    [JOB_TRAIN] = "train",
    [JOB_LOAD_SNAPSHOT] = "load-snapshot",
    [JOB_EVALUATE] = "evaluate",
    [JOB_DEPLOY] = "deploy",
    [JOB_SWAP] = "swap",
    [JOB_DELETE_FROM_RESOURCES] = "delete-from-resources",
    [JOB_ASSIGN] = "assign",
    [JOB_UNASSIGN] = "unassign",
    [JOB_ROLLBACK] = "rollback",
    [JOB_TRIAL] = "trial",
    [JOB_COPY] = "copy",
    [JOB_EXPORT_MODEL] = "export-model",
    [JOB_KNOWLEDGE_CHANGE] = "knowledge-change",
    [JOB_KNOWLEDGE_DEPLOY] = "knowledge-deploy",
    [JOB_KNOWLEDGE_DELETE] = "knowledge-delete",
    [JOB_KNOWLEDGE_EXPORT] = "knowledge-export",
    [JOB_LUIS_TEST] = "luis-test",
};

const char *job_kind__name(job_kind kind) {
  return kind_names[kind];
}

bool job_kind__parse(str name, job_kind *out) {
  for (size_t i = 0; i < JOB_KINDS; i++) {
    if (!str_eq(name, str_of(kind_names[i]))) continue;
    *out = (job_kind)i;
    return true;
  }
  return false;
}

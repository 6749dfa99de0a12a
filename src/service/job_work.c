#include "service/job_work.h"

#include "service/housekeeping.h"
#include "service/job_kinds.h"

const job_work service_work = {
    .run[JOB_IMPORT] = import__run,
    .run[JOB_EXPORT] = export__run,
    .run[JOB_DELETE_PROJECT] = delete_project__run,
    .run[JOB_TRAIN] = training__run,
    .run[JOB_LOAD_SNAPSHOT] = load_snapshot__run,
    .run[JOB_EVALUATE] = evaluate__run,
    .run[JOB_DEPLOY] = deploy__run,
    .run[JOB_SWAP] = swap__run,
    .run[JOB_DELETE_FROM_RESOURCES] = delete_from_resources__run,
    .run[JOB_ASSIGN] = assign__run,
    .run[JOB_UNASSIGN] = unassign__run,
    .run[JOB_ROLLBACK] = rollback__run,
    .run[JOB_TRIAL] = trial__run,
    .run[JOB_COPY] = copy__run,
    .run[JOB_EXPORT_MODEL] = export_model__run,
    .run[JOB_KNOWLEDGE_CHANGE] = knowledge_change__run,
    .run[JOB_KNOWLEDGE_DEPLOY] = knowledge_deploy__run,
    .run[JOB_KNOWLEDGE_DELETE] = knowledge_delete__run,
    .run[JOB_KNOWLEDGE_EXPORT] = knowledge_export__run,
    .run[JOB_LUIS_TEST] = luis_test__run,
    .clean_up = housekeeping__clean_up,
};

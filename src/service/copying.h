/* copying.h -- copying a project to another resource, here or on another server, by a token of the
 * target. Reference: clu-authoring P11 to P13.
 *
 *   target   copy_authorize: a token that lets whoever holds it create this one project there
 *   source   copy_start: a job that sends the working copy, with the token, to the target's
 *            /dragoman/copies
 *   target   copy_receive: checks the token, then the document, and puts the project
 *
 * The token says all that it allows and is sealed with the target's secret, so nothing is kept for it. It
 * also says the address where the target was asked, which the source needs; the source cannot check that,
 * so it sends nothing but the project of the caller, and to nobody whom its configuration does not allow. */
#ifndef DRAGOMAN_SERVICE_COPYING_H
#define DRAGOMAN_SERVICE_COPYING_H

#include "base/ids.h"
#include "service/resources.h"

#define COPY_PATH "/dragoman/copies"
enum { COPY_TOKEN_MAX = 4096 };

typedef struct copy_authorization {
  str project_kind;   /* "Conversation", "Orchestration" */
  str target_project; /* the name that the project gets */
  str access_token;
  str target_resource_id, target_region;
  int64_t expires_us;
} copy_authorization;

/* endpoint: how the caller reaches this server. ERR_CONFLICT when the project is there and overwrite is
 * false, or the name belongs to another project; ERR_INVALID_ARGUMENT for a project of another kind. */
must_check err_code copy_authorize(service *s, str resource, str project_name, str kind, bool overwrite, str endpoint,
                                   arena *a, copy_authorization *out, err *e);

/* The job's id. ERR_INVALID_ARGUMENT for a token that is none, is over, or is for another kind;
 * ERR_FORBIDDEN for a target that the configuration does not allow. */
must_check err_code copy_start(service *s, str resource, str project_name, const copy_authorization *auth,
                               char job_id[ID_JOB_LEN + 1], err *e);

/* Does a token open copy_receive here? out gets no more than the resource's index. In memory, no lock. */
must_check bool copy_token_opens(service *s, str token, resource_ref *out);
/* Puts the document (CLU JSON) as the token allows; the same document twice is once. */
must_check err_code copy_receive(service *s, str token, str document, arena *a, err *e);

#endif

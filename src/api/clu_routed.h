/* clu_routed.h -- answers of an orchestration: which intent, and what the project behind it says.
 * Parent and child are answered from memory, in one request. Source: reference orchestration §5, clu-runtime §2.1, §5.
 */
#ifndef DRAGOMAN_API_CLU_ROUTED_H
#define DRAGOMAN_API_CLU_ROUTED_H

#include "api/clu_answer.h"
#include "base/json_in.h"
#include "base/json_out.h"

typedef struct clu_routing {
  str direct_target; /* .n 0: the classifier decides */
  /* Object: target -> what to call it with. Its document must live as long as this. */
  bool has_parameters;
  jnode parameters;
} clu_routing;

/* directTarget and targetProjectParameters of a request's parameters, which must outlive out. */
must_check err_code clu_routing_read(const jnode *parameters, clu_routing *out, err *e);

/* {"query","prediction"} of the orchestration lm, between live_enter and live_leave. ERR_NOT_FOUND: the target has no
 * such deployment; ERR_INVALID_ARGUMENT: no such target, parameters of another kind. What is written so far is the
 * caller's to drop. */
must_check err_code clu_routed_write(jw *w, const http_request *rq, const clu_query *q, const live_model *lm,
                                     const clu_routing *routing, http_response *rs, err *e);

#endif

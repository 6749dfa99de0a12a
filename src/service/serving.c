#include "service/serving.h"

#include "base/log.h"
#include "service/service_int.h"

enum { RETRY_MS = 500 };

err_code serving__load_models(service *s, err *e) {
  return s->config.role == SERVICE_AUTHORING ? ERR_OK : registry__reload(s, e);
}

err_code serving__load(service *s, err *e) {
  err_code rc = resources__reload(s, e);
  if (rc == ERR_OK) rc = serving__load_models(s, e);
  return rc == ERR_OK ? tokens__reload(s, e) : rc;
}

err_code serving__publish_models(service *s, err *e) {
  size_t behind; /* such nodes log it */
  err_code rc = serving__load_models(s, e);
  return rc == ERR_OK ? node__await_followers(s, &behind, e) : rc;
}

err_code serving__publish(service *s, err *e) {
  size_t behind;
  err_code rc = serving__load(s, e);
  return rc == ERR_OK ? node__await_followers(s, &behind, e) : rc;
}

/* ---- by a job ------------------------------------------------------------------------------------ */

/* A job gets a warning when some are behind. */
static err_code await_all(service *s, store_job *job, err *e) {
  static const char text[] =
      "[{\"code\":\"Delayed\",\"message\":\"a node of this server does not serve the change yet\"}]";
  size_t behind;
  err_code rc = node__await_followers(s, &behind, e);
  if (rc == ERR_OK && behind && !job->warnings.n) job->warnings = str_of(text);
  return rc;
}

err_code job__publish(service *s, store_job *job, err *e) {
  bool said = false;
  for (;;) {
    err_code rc = serving__load_models(s, e);
    if (rc == ERR_OK) rc = await_all(s, job, e);
    if (rc == ERR_OK) {
      job->status = STR("succeeded");
      rc = job__save(s, job, e);
    }
    if (rc == ERR_OK || rc == ERR_CONFLICT) return rc;
    if (!said) log_error("job %.*s: its effect cannot be published, trying on: %s", STR_ARG(job->id), e->message);
    said = true;
    if (!job_queue__pause(s, RETRY_MS)) return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
}

/* err.h -- the one error table and the one error type.
 *
 * A function that can fail returns err_code (ERR_OK = 0) and, when the caller passes a non-NULL
 * err, fills it with a sentence for a person and, where the fault lies in a document, its place
 * ("assets.utterances[17].entities[2].offset"). Errors are values: no thread-local state. */
#ifndef DRAGOMAN_BASE_ERR_H
#define DRAGOMAN_BASE_ERR_H

#include "base/base.h"
#include "base/str.h"

/* X(name, http_status, api_code, default_message) */
#define ERR_MAP(X)                                                                                 \
  X(OK, 200, "", "no error")                                                                       \
  X(INVALID_REQUEST, 400, "InvalidRequest", "the request is not valid")                            \
  X(INVALID_ARGUMENT, 400, "InvalidArgument", "an argument is not valid")                          \
  X(UNAUTHORIZED, 401, "Unauthorized", "the key or token is missing or not valid")                 \
  X(FORBIDDEN, 403, "Forbidden", "the caller lacks the right")                                     \
  X(QUOTA_EXCEEDED, 403, "QuotaExceeded", "a count limit is reached")                              \
  X(NOT_FOUND, 404, "NotFound", "the resource does not exist")                                     \
  X(PROJECT_NOT_FOUND, 404, "ProjectNotFound", "the project does not exist")                       \
  X(OPERATION_NOT_FOUND, 404, "OperationNotFound", "the job does not exist or has expired")        \
  X(METHOD_NOT_ALLOWED, 405, "InvalidRequest", "the method is not allowed here")                   \
  X(REQUEST_TIMEOUT, 408, "Timeout", "the request took too long")                                  \
  X(CONFLICT, 409, "Conflict", "the state does not allow the operation")                           \
  X(TOO_LARGE, 413, "InvalidRequest", "the body is too large")                                     \
  X(QUERY_TOO_LONG, 414, "BadArgument", "the query is too long")                                    \
  X(UNSUPPORTED_MEDIA, 415, "InvalidRequest", "the content type is not supported")                 \
  X(TOO_MANY_REQUESTS, 429, "TooManyRequests", "too many requests")                                \
  X(CANCELLED, 409, "Conflict", "the operation was cancelled")                                     \
  X(INTERNAL, 500, "InternalServerError", "an internal error")                                     \
  X(IO, 500, "InternalServerError", "reading or writing failed")                                   \
  X(CORRUPT, 500, "InternalServerError", "stored data is damaged")                                 \
  X(NO_MEMORY, 503, "ServiceUnavailable", "not enough memory for this request")                    \
  X(NO_SPACE, 503, "ServiceUnavailable", "no space left to store this")                            \
  X(UNAVAILABLE, 503, "ServiceUnavailable", "the service is not available now")                    \
  X(TIMEOUT, 504, "Timeout", "the operation took too long")

typedef enum err_code {
#define X(name, status, api, msg) ERR_##name,
  ERR_MAP(X)
#undef X
} err_code;

typedef struct err {
  err_code code;
  char target[192];  /* place of the fault: parameter or document path; "" when none */
  char message[512]; /* a sentence for a person, UTF-8; "" until set */
} err;

/* Fill e (may be NULL) and return code. The message is cut to fit at a UTF-8 boundary. err_set
 * clears the target; err_at sets it. */
err_code err_set(err *e, err_code code, const char *fmt, ...) printf_like(3, 4);
err_code err_at(err *e, err_code code, const char *target, const char *fmt, ...) printf_like(4, 5);

/* Put text in front of the message: err_prefix(e, "model %s: ", name). Returns e->code. */
err_code err_prefix(err *e, const char *fmt, ...) printf_like(2, 3);

/* ERR_IO or ERR_NO_SPACE with strerror(saved_errno) after what. */
err_code err_errno(err *e, int saved_errno, const char *fmt, ...) printf_like(3, 4);

const char *err_name(err_code code);            /* "NOT_FOUND" */
const char *err_api_code(err_code code);        /* "NotFound"  */
err_code err_of_api_code(str api_code);         /* the first with it; ERR_INTERNAL when none has */
const char *err_default_message(err_code code); /* sentence */
int err_http_status(err_code code);             /* 404 */

/* Leaves the function with the code of a call that failed; for those that have nothing to clean up. */
#define TRY(call)                                                                                                      \
  do {                                                                                                                 \
    err_code try_rc_ = (call);                                                                                         \
    if (try_rc_ != ERR_OK) return try_rc_;                                                                             \
  } while (0)

#endif

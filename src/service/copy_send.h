/* copy_send.h -- the one request that a server makes to another: a project on its way to its copy. */
#ifndef DRAGOMAN_SERVICE_COPY_SEND_H
#define DRAGOMAN_SERVICE_COPY_SEND_H

#include "base/err.h"
#include "base/str.h"

#include <stdatomic.h>

/* POSTs document to endpoint's COPY_PATH with the token. A target that cannot be reached is tried a few
 * times: ERR_TIMEOUT. What it refuses: its message, as ERR_CONFLICT (409), ERR_UNAUTHORIZED (401) or
 * ERR_INVALID_ARGUMENT. ERR_UNAVAILABLE as soon as *stopping, ERR_CANCELLED as soon as *cancelled. */
must_check err_code copy__send(str endpoint, str token, str document, const atomic_bool *stopping,
                               const atomic_bool *cancelled, err *e);

#endif

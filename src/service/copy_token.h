/* copy_token.h -- the token of a copy: "<payload>.<seal>", both in hex. The payload is a JSON object; the
 * seal is the HMAC-SHA256 of a NUL, "copy" and the payload with the store's secret (no message of a key
 * begins with a NUL). */
#ifndef DRAGOMAN_SERVICE_COPY_TOKEN_H
#define DRAGOMAN_SERVICE_COPY_TOKEN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

typedef struct copy_grant {
  str endpoint; /* of the target: "https://b.example:8080" */
  str resource, project, kind;
  bool overwrite;
  int64_t expires_us;
} copy_grant;

str copy_token__seal(const copy_grant *g, const uint8_t secret[SHA256_BYTES], arena *a);
/* What the token says, whoever sealed it. ERR_INVALID_ARGUMENT. */
must_check err_code copy_token__read(str token, arena *a, copy_grant *out, err *e);
/* The seal is that of the secret. Constant time. */
bool copy_token__is_ours(str token, const uint8_t secret[SHA256_BYTES]);

#endif

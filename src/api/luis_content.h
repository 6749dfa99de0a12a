/* luis_content.h -- whole LUIS apps as bodies: JSON of every schema or .lu.
 * Source: reference luis-authoring §3, §4. */
#ifndef DRAGOMAN_API_LUIS_CONTENT_H
#define DRAGOMAN_API_LUIS_CONTENT_H

#include "api/api.h"
#include "project/luis.h"

/* The body of an import, into the request's arena: an app in JSON, .lu text, or either as one JSON string, which is how
 * the SDK sends .lu. ERR_INVALID_ARGUMENT and ERR_QUOTA_EXCEEDED name the place. */
must_check err_code luis_content_read(const http_request *rq, luis_app *out, err *e);
/* The answer of an export: JSON, or .lu with ?format=lu. By the V2 prefix a schema that its clients know;
 * ERR_INVALID_ARGUMENT for what that has no words for. */
must_check err_code luis_content_write(const http_request *rq, const luis_app *app, http_response *rs, err *e);

#endif

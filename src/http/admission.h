/* admission.h -- what is asked of a request once its headers are read: does the path lead somewhere,
 * does the key open a resource, is this the node for it, is the api-version known, is the resource within its rate, may the
 * body be as long as it says. In that order, so that nobody without a key learns more than paths. */
#ifndef DRAGOMAN_HTTP_ADMISSION_H
#define DRAGOMAN_HTTP_ADMISSION_H

#include "http/exchange.h"

/* Fills x->rq and x->match; the first refusal is the result. method: as in the request line. */
must_check err_code admission_check(exchange *x, const char *method, err *e);

/* Bytes that the body of x may have. */
size_t admission_body_limit(const exchange *x);

#endif

/* luis_v3_request.h -- the body of a V3 prediction. Source: reference luis-runtime §3, §6. */
#ifndef DRAGOMAN_API_LUIS_V3_REQUEST_H
#define DRAGOMAN_API_LUIS_V3_REQUEST_H

#include "api/luis_query.h"
#include "base/json_in.h"

/* Dynamic lists of a request, items of each. */
enum { LUIS_DYNAMIC_LISTS = 2, LUIS_DYNAMIC_ITEMS = 1000 };

/* text and options of out; both live in root's document and in a. ERR_INVALID_ARGUMENT. */
must_check err_code luis_v3_request_read(const jnode *root, arena *a, luis_predict_query *out, err *e);

/* luis_predict_options.reference_us of a datetimeReference: a date and time, whose clock counts whatever its zone, or
 * minutes east of UTC. Anything else: now, in UTC. */
int64_t luis_v3_reference(str text);

#endif

/* rate_limit.h -- requests a minute for each resource and class, over all threads.
 *
 * The generic cell rate algorithm: one number for each (resource, class), the time at which the
 * next request would be due at the permitted pace; a request passes while that lies less than one
 * minute's burst ahead. Wait-free; off (and free) for a class whose limit is 0. */
#ifndef DRAGOMAN_HTTP_RATE_LIMIT_H
#define DRAGOMAN_HTTP_RATE_LIMIT_H

#include "http/http.h"

typedef struct rate_limit rate_limit;

/* per_minute: [HTTP_CLASSES], 0: no limit. */
rate_limit *rate_limit_new(const unsigned per_minute[HTTP_CLASSES]);
void rate_limit_free(rate_limit *l);

/* False when over the limit; *retry_after_s (>= 1) then says when to come again. now_us: monotonic.
 * Resources whose indexes differ by a multiple of 1,024 share a limit. */
must_check bool rate_limit_take(rate_limit *l, uint32_t resource_index, http_class class, int64_t now_us,
                                int *retry_after_s);

#endif

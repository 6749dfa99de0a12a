/* timeutil.h -- clocks and RFC 3339. Wall times are microseconds since 1970 UTC (`_us`). */
#ifndef DRAGOMAN_BASE_TIMEUTIL_H
#define DRAGOMAN_BASE_TIMEUTIL_H

#include "base/base.h"
#include "base/str.h"

int64_t time_now_us(void);        /* wall clock */
/* What clocks of the zone of the process (TZ) show at that moment, in microseconds since they showed
 * 1970-01-01T00:00. */
int64_t time_local_us(int64_t t_us);
int64_t time_mono_us(void);       /* monotonic, for intervals */
int64_t time_thread_cpu_us(void); /* CPU time of the calling thread */
int64_t time_process_cpu_us(void);

enum { TIME_RFC3339_MAX = 32 };
/* "2025-06-24T08:01:02Z" (fraction_digits 0), or with 1 to 7 digits of fraction. Returns length. */
size_t time_rfc3339(int64_t t_us, int fraction_digits, char out[TIME_RFC3339_MAX]);
/* "2025-06-24" */
size_t time_date(int64_t t_us, char out[TIME_RFC3339_MAX]);
/* Accepts date-time with Z or offset and an optional fraction. */
must_check bool time_parse_rfc3339(str s, int64_t *t_us);

#endif

/* request.h -- what to recognise and when, from the words of a caller. */
#ifndef DRAGOMAN_RECOGNIZE_REQUEST_H
#define DRAGOMAN_RECOGNIZE_REQUEST_H

#include "recognize/recognize.h"

/* "NumberModel,DateTimeModelTasksMode": sets models and variant of o. ERR_INVALID_ARGUMENT names the
 * first that is unknown. */
must_check err_code request_models(str list, recognize_options *o, err *e);

/* "2026-03-06T16:30:00", with an optional fraction of the second and an optional Z, both without
 * meaning; seconds, or the whole time, may be left out. False when it is no date and time. */
must_check bool request_reference(str s, civil_time *out);

/* What clocks of the zone of the process (TZ) show. */
civil_time request_now(void);
/* The same from microseconds since they showed 1970-01-01T00:00, kept within the years 1 to 9999. */
civil_time request_time(int64_t local_us);

/* Culture by name; ERR_INVALID_ARGUMENT lists those that there are. */
must_check err_code request_culture(str name, const culture **out, err *e);

#endif

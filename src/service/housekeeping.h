/* housekeeping.h -- deleting what nobody needs any more. */
#ifndef DRAGOMAN_SERVICE_HOUSEKEEPING_H
#define DRAGOMAN_SERVICE_HOUSEKEEPING_H

#include "service/handle.h"

/* Contract: job_work.clean_up. */
void housekeeping__clean_up(service *s, bool expire);

#endif

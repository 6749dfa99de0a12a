/* data_sets.h -- the labelled sets of $DRAGOMAN_SHARED/data/nlu (default ../shared), for the programs that measure. */
#ifndef DRAGOMAN_BENCH_DATA_SETS_H
#define DRAGOMAN_BENCH_DATA_SETS_H

#include "base/err.h"
#include "project/project.h"

/* Says what went wrong and ends the program with 1. */
_Noreturn void bench_fail(const char *what, const err *e);

/* name: path below data/nlu without .json.gz. Ends the program when it cannot be read. */
void data_set_read(str name, arena *a, project *p);

#endif

/* clu_training.h -- what training and model evaluation share on the wire. */
#ifndef DRAGOMAN_API_CLU_TRAINING_H
#define DRAGOMAN_API_CLU_TRAINING_H

#include "base/json_in.h"
#include "service/training.h"

/* evaluationOptions (reference clu-authoring §4); n absent: percentage, 80 and 20. */
must_check err_code clu_evaluation_options(const jnode *n, evaluation_options *out, err *e);

#endif

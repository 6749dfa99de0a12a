/* values.h -- scalar values of rules: arithmetic over the captured children. */
#ifndef DRAGOMAN_RECOGNIZE_VALUES_H
#define DRAGOMAN_RECOGNIZE_VALUES_H

#include "recognize/chart.h"

/* The value of a rule over n children (edges); NaN when it has none. */
double value_of_rule(const chart *ch, const gr_accept *rule, const uint32_t *children, uint32_t n);

#endif

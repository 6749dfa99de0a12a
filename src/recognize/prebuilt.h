/* prebuilt.h -- the prebuilt categories of CLU: names, descriptions, examples.
 * Source: reference clu-concepts §8. */
#ifndef DRAGOMAN_RECOGNIZE_PREBUILT_H
#define DRAGOMAN_RECOGNIZE_PREBUILT_H

#include "base/str.h"

typedef struct prebuilt_category {
  const char *category;    /* "Quantity.Number" */
  const char *description; /* for people */
  const char *examples;
  bool multilingual_only; /* listed by the API only with multilingual=true */
} prebuilt_category;

const prebuilt_category *prebuilt_all(size_t *n);
/* Any letter case; known aliases ("Datetime", "IP Address") give their category. NULL when unknown. */
const prebuilt_category *prebuilt_find(str category);

#endif

/* prebuilt.h -- the prebuilt categories of CLU: names, descriptions, examples, and what finds them.
 * Source: reference clu-concepts §8, prebuilt-entities §1. */
#ifndef DRAGOMAN_RECOGNIZE_PREBUILT_H
#define DRAGOMAN_RECOGNIZE_PREBUILT_H

#include "base/str.h"

/* The place of each in prebuilt_all. The numbers stand in model files: a new one goes to the end. */
typedef enum prebuilt_id {
  PREBUILT_BOOLEAN,
  PREBUILT_DATETIME,
  PREBUILT_EMAIL,
  PREBUILT_EVENT,
  PREBUILT_ORGANIZATION,
  PREBUILT_ADDRESS,
  PREBUILT_LOCATION,
  PREBUILT_IP,
  PREBUILT_PERSON,
  PREBUILT_PHONE,
  PREBUILT_AGE,
  PREBUILT_CURRENCY,
  PREBUILT_DIMENSION,
  PREBUILT_NUMBER,
  PREBUILT_NUMBER_RANGE,
  PREBUILT_ORDINAL,
  PREBUILT_PERCENTAGE,
  PREBUILT_TEMPERATURE,
  PREBUILT_URL,
  PREBUILT_COUNT
} prebuilt_id;

#define PREBUILT_BIT(id) (1u << (id))

typedef struct prebuilt_category {
  const char *category;    /* "Quantity.Number" */
  const char *description; /* for people */
  const char *examples;
  bool multilingual_only; /* listed by the API only with multilingual=true */
} prebuilt_category;

/* By prebuilt_id. */
const prebuilt_category *prebuilt_all(size_t *n);
/* Any letter case; known aliases ("Datetime", "IP Address") give their category. NULL when unknown. */
const prebuilt_category *prebuilt_find(str category);
/* Of a category of that table. */
prebuilt_id prebuilt_id_of(const prebuilt_category *category);

#endif

/* fuzz.h -- what the fuzz targets share. A target checks what must hold for any input and calls
 * abort() when it does not. */
#ifndef DRAGOMAN_FUZZ_FUZZ_H
#define DRAGOMAN_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define FUZZ_CHECK(condition)                                                                                          \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                  \
      abort();                                                                                                         \
    }                                                                                                                  \
  } while (0)

#endif

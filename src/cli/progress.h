/* progress.h -- a progress bar on stderr, drawn only when that is a terminal. */
#ifndef DRAGOMAN_CLI_PROGRESS_H
#define DRAGOMAN_CLI_PROGRESS_H

#include "base/base.h"

typedef struct progress_bar {
  const char *label;  /* borrowed */
  bool shown;         /* stderr is a terminal */
  int64_t started_us; /* monotonic */
  int drawn_percent;  /* -1: nothing drawn */
} progress_bar;

void progress_start(progress_bar *b, const char *label);
/* done in [0, 1]; phase: what is being done, may be NULL. Draws when a percent has passed. */
void progress_update(progress_bar *b, double done, const char *phase);
/* Clears the line, so that what is printed next stands alone. */
void progress_end(progress_bar *b);

#endif

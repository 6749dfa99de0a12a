#include "cli/progress.h"

#include "base/timeutil.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR_CELLS = 30 };

void progress_start(progress_bar *b, const char *label) {
  *b =
      (progress_bar){.label = label, .shown = isatty(STDERR_FILENO), .started_us = time_mono_us(), .drawn_percent = -1};
}

void progress_update(progress_bar *b, double done, const char *phase) {
  if (!b->shown) return;
  done = done < 0 ? 0 : done > 1 ? 1 : done;
  int percent = (int)(done * 100);
  if (percent == b->drawn_percent) return;
  b->drawn_percent = percent;
  char cells[BAR_CELLS + 1];
  int full = (int)(done * BAR_CELLS);
  for (int i = 0; i < BAR_CELLS; i++) cells[i] = i < full ? '#' : '.';
  cells[BAR_CELLS] = '\0';
  double seconds = (double)(time_mono_us() - b->started_us) / 1e6;
  fprintf(stderr, "\r\033[K%s [%s] %3d %%  %.0f s  %s", b->label, cells, percent, seconds, phase ? phase : "");
}

void progress_end(progress_bar *b) {
  if (b->drawn_percent >= 0) fputs("\r\033[K", stderr);
  b->drawn_percent = -1;
}

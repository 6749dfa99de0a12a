#include "cli/local.h"

#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

int local_fail(const char *what, const dragoman_error *e) {
  if (e->place[0])
    fprintf(stderr, "dragoman: %s: %s (%s)\n", what, e->message, e->place);
  else
    fprintf(stderr, "dragoman: %s: %s\n", what, e->message);
  return CLI_FAILED;
}

dragoman_dataset local_dataset(const char *name) {
  if (strcmp(name, "All") == 0) return DRAGOMAN_DATASET_ALL;
  return strcmp(name, "Train") == 0 ? DRAGOMAN_DATASET_TRAIN : DRAGOMAN_DATASET_TEST;
}

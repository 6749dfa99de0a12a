/* replicate.h -- brings the projects of one resource up to date with those of another, over the public
 * API: export, import, train, deploy (reference: regions-and-recovery §4), and only what is newer. */
#ifndef DRAGOMAN_CLI_REPLICATE_H
#define DRAGOMAN_CLI_REPLICATE_H

#include "cli/client.h"

typedef struct replication {
  client *from, *to;
  /* Called for each thing that was done ("home: production serves m1") or must be said. */
  void (*say)(void *context, str line);
  void *context;
  size_t done, failed; /* out: steps that changed something, projects that could not be brought up to date */
} replication;

/* One round over the projects (only: one name, NULL: all). A project that fails is said and counted, and
 * the next one follows; an error here means that not even the list could be had. */
must_check err_code replicate_round(replication *r, const char *only, err *e);

#endif

/* live_trial.h -- trials that run, as predictions meet them. */
#ifndef DRAGOMAN_SERVICE_LIVE_TRIAL_H
#define DRAGOMAN_SERVICE_LIVE_TRIAL_H

#include "base/ids.h"
#include "model/model.h"
#include "service/trial_settings.h"
#include "store/store.h"

#include <stdatomic.h>

/* One running trial. In the registry's list from reload to reload, so that its counts outlive a table;
 * reached by readers through a table, freed after the last of them. */
typedef struct live_trial {
  struct live_trial *next; /* registry.change */
  bool used;               /* by the table being built; registry.change */
  trial_kind kind;
  char id[ID_HEX32_LEN + 1];
  const model *m;
  trial_settings settings;
  uint64_t salt;        /* of the choice: the same share for the same deployment and model */
  atomic_bool returned; /* a canary that answers no more; set once */

  _Atomic int64_t dropped; /* raised on event threads */
  /* Written by the watching thread alone; read by it, too. */
  store_trial_counts counts, saved;
  store_trial_counts window; /* since the window began */
  char reason[160];          /* with returned */
  bool return_saved;
} live_trial;

#endif

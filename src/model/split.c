#include "model/train.h"

#include "base/rng.h"

#include <stdlib.h>

/* Of n utterances of one intent, how many train; an intent keeps at least one. */
static size_t training_share(size_t n, int percent) {
  if (percent <= 0 || n == 0) return 0;
  size_t share = (n * (size_t)MIN_OF(percent, 100) + 50) / 100;
  return MAX_OF(share, 1);
}

static void split_intent(const project *p, uint32_t category, int percent, rng *r, uint32_t *index,
                         utterance_role *roles) {
  size_t n = 0;
  for (uint32_t i = 0; i < p->utterance_count; i++)
    if (p->utterances[i].intent == category && roles[i] == ROLE_TRAIN) index[n++] = i;
  rng_shuffle(r, index, n);
  for (size_t i = training_share(n, percent); i < n; i++) roles[index[i]] = ROLE_TEST;
}

void train_split(const project *p, const train_options *o, utterance_role *roles) {
  for (size_t i = 0; i < p->utterance_count; i++) {
    dataset d = utterance_dataset(&p->utterances[i]);
    roles[i] = d == DATASET_TRAIN ? ROLE_TRAIN : d == DATASET_TEST ? ROLE_TEST : ROLE_UNUSED;
  }
  if (o->split != SPLIT_PERCENTAGE) return;
  rng r;
  rng_seed(&r, o->seed);
  uint32_t *index = mem_zalloc(p->utterance_count + 1, sizeof *index);
  for (uint32_t k = 0; k < p->intent_count; k++) split_intent(p, k, o->training_percent, &r, index, roles);
  free(index);
}

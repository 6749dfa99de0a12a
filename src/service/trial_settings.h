/* trial_settings.h -- what a trial (trials.h) is asked to be: its kind, its share of the queries, its bounds, in words
 * and as rows keep them. */
#ifndef DRAGOMAN_SERVICE_TRIAL_SETTINGS_H
#define DRAGOMAN_SERVICE_TRIAL_SETTINGS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum trial_kind { TRIAL_SHADOW, TRIAL_CANARY } trial_kind;
enum { TRIAL_KINDS = TRIAL_CANARY + 1 };
const char *trial_kind_name(trial_kind kind); /* "shadow", "canary" */

/* What a query's way is chosen by, so that who is on the canary stays there. */
typedef enum trial_sticky { STICKY_PARTICIPANT, STICKY_CONVERSATION, STICKY_TEXT } trial_sticky;
const char *trial_sticky_name(trial_sticky sticky); /* "participant", "conversation", "text" */
must_check bool trial_sticky_parse(str name, trial_sticky *out);

typedef struct trial_settings {
  double percent; /* of the queries, (0, 100] */
  trial_sticky sticky;
  /* Of a canary: parts of a window in [0, 1]; more than that is bad. < 0: no bound. */
  double max_error_rate, max_none_rate, max_disagreement;
  int64_t window; /* answers that the bounds are judged over */
} trial_settings;
enum { TRIAL_WINDOW_DEFAULT = 200, TRIAL_WINDOW_MAX = 1000000 };

/* hash in [0, 2^64) of what the choice sticks to: is it within the share? */
bool trial_settings__takes(const trial_settings *s, uint64_t hash);

str trial_settings__text(const trial_settings *s, arena *a);
/* ERR_CORRUPT and the errors of JSON. */
must_check err_code trial_settings__parse(str json, trial_settings *out, err *e);

#endif

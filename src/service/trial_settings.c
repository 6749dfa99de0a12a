#include "service/trial_settings.h"

#include "base/json_in.h"
#include "base/json_out.h"

const char *trial_kind_name(trial_kind kind) {
  return kind == TRIAL_CANARY ? "canary" : "shadow";
}

static const char *const sticky_names[] = {
    [STICKY_PARTICIPANT] = "participant", [STICKY_CONVERSATION] = "conversation", [STICKY_TEXT] = "text"};

const char *trial_sticky_name(trial_sticky sticky) {
  return sticky_names[sticky];
}

bool trial_sticky_parse(str name, trial_sticky *out) {
  for (size_t i = 0; i < ARRAY_LEN(sticky_names); i++) {
    if (!str_eq(name, str_of(sticky_names[i]))) continue;
    *out = (trial_sticky)i;
    return true;
  }
  return false;
}

bool trial_settings__takes(const trial_settings *s, uint64_t hash) {
  /* The upper 53 bits as a number in [0, 1). */
  return (double)(hash >> 11) * 0x1p-53 * 100 < s->percent;
}

/* ---- as rows keep them ------------------------------------------------------------------------- */

str trial_settings__text(const trial_settings *s, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_knum(&w, "percent", s->percent);
  jw_kcstr(&w, "stickyBy", trial_sticky_name(s->sticky));
  jw_knum(&w, "maxErrorRate", s->max_error_rate);
  jw_knum(&w, "maxNoneRate", s->max_none_rate);
  jw_knum(&w, "maxDisagreement", s->max_disagreement);
  jw_kint(&w, "window", s->window);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

err_code trial_settings__parse(str json, trial_settings *out, err *e) {
  jdoc *doc = NULL;
  str sticky = STR("");
  *out = (trial_settings){0};
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = jn_opt_num(&root, "percent", 0, 100, &out->percent, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_num(&root, "maxErrorRate", -1, 1, &out->max_error_rate, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_num(&root, "maxNoneRate", -1, 1, &out->max_none_rate, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_num(&root, "maxDisagreement", -1, 1, &out->max_disagreement, NULL, e);
  if (rc == ERR_OK) rc = jn_req_int(&root, "window", 1, TRIAL_WINDOW_MAX, &out->window, e);
  if (rc == ERR_OK) rc = jn_req_str(&root, "stickyBy", &sticky, e);
  if (rc == ERR_OK && !trial_sticky_parse(sticky, &out->sticky))
    rc = err_set(e, ERR_CORRUPT, "the settings of a trial are damaged");
  jn_free(doc);
  return rc;
}

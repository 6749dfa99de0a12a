#include "recognize/request.h"

#include "base/timeutil.h"
#include "recognize/grammar.h"

#include <stdio.h>

err_code request_models(str list, recognize_options *o, err *e) {
  o->models = o->variant = 0;
  for (;;) {
    size_t cut = str_find_byte(list, ',');
    str name = str_trim(str_make(list.p, cut));
    recognize_model m;
    uint32_t variant;
    if (!recognize_model_parse(name, &m, &variant))
      return err_set(e, ERR_INVALID_ARGUMENT, "there is no model \"" STR_FMT "\"", STR_ARG(name));
    o->models |= RECOGNIZE_BIT(m);
    o->variant |= variant;
    if (cut == list.n) return ERR_OK;
    list = str_skip(list, cut + 1);
  }
}

/* Takes n digits off the front. */
static bool take_digits(str *s, size_t n, int32_t *out) {
  if (s->n < n) return false;
  *out = 0;
  for (size_t i = 0; i < n; i++) {
    if (s->p[i] < '0' || s->p[i] > '9') return false;
    *out = *out * 10 + (s->p[i] - '0');
  }
  *s = str_skip(*s, n);
  return true;
}

static bool take(str *s, char c) {
  if (!s->n || s->p[0] != c) return false;
  *s = str_skip(*s, 1);
  return true;
}

static bool take_time(str *s, civil_time *t) {
  if (!take_digits(s, 2, &t->hour) || !take(s, ':') || !take_digits(s, 2, &t->minute)) return false;
  if (take(s, ':') && !take_digits(s, 2, &t->second)) return false;
  if (take(s, '.')) {
    size_t digits = 0;
    while (digits < s->n && s->p[digits] >= '0' && s->p[digits] <= '9') digits++;
    if (!digits) return false;
    *s = str_skip(*s, digits);
  }
  (void)take(s, 'Z');
  return t->hour < 24 && t->minute < 60 && t->second < 60;
}

bool request_reference(str s, civil_time *out) {
  civil_time t = {0};
  if (!take_digits(&s, 4, &t.year) || !take(&s, '-') || !take_digits(&s, 2, &t.month) || !take(&s, '-') ||
      !take_digits(&s, 2, &t.day) || t.year < 1 || !is_valid_date(t.year, t.month, t.day))
    return false;
  if (s.n && ((!take(&s, 'T') && !take(&s, ' ')) || !take_time(&s, &t))) return false;
  if (s.n) return false;
  *out = t;
  return true;
}

civil_time request_time(int64_t local_us) {
  static const civil_time first = {1, 1, 1, 0, 0, 0}, last = {9999, 12, 31, 23, 59, 59};
  int64_t seconds = local_us / 1000000 - (local_us % 1000000 < 0);
  return civil_from_seconds(MAX_OF(seconds_from_civil(&first), MIN_OF(seconds, seconds_from_civil(&last))));
}

civil_time request_now(void) {
  return request_time(time_local_us(time_now_us()));
}

err_code request_culture(str name, const culture **out, err *e) {
  *out = culture_find(name.p, name.n);
  if (*out) return ERR_OK;
  size_t n;
  const culture *const *all = culture_all(&n);
  buf names = {0};
  for (size_t i = 0; i < n; i++) buf_printf(&names, "%s%s", i ? ", " : "", all[i]->name);
  err_code rc = err_set(e, ERR_INVALID_ARGUMENT, "there is no culture \"" STR_FMT "\"; there are " STR_FMT,
                        STR_ARG(name), STR_ARG(buf_str(&names)));
  buf_free(&names);
  return rc;
}

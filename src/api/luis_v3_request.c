#include "api/luis_v3_request.h"

#include <stdio.h>

#include "base/timeutil.h"
#include "text/offsets.h"

/* ---- the reference time ------------------------------------------------------------------------- */

/* Without the zone at the end: "Z", "+02:00". */
static str without_zone(str s) {
  if (str_ends(s, STR("Z")) || str_ends(s, STR("z"))) return str_make(s.p, s.n - 1);
  enum { ZONE = 6 };
  bool zone = s.n > ZONE && s.p[s.n - 3] == ':' && (s.p[s.n - ZONE] == '+' || s.p[s.n - ZONE] == '-');
  return zone ? str_make(s.p, s.n - ZONE) : s;
}

int64_t luis_v3_reference(str text) {
  enum { DAY_MINUTES = 24 * 60, DATE = 10, CLOCK_MAX = 40 };
  int64_t minutes, at_us;
  char clock[CLOCK_MAX];
  str s = str_trim(text);
  if (str_starts(s, STR("+"))) s = str_skip(s, 1);
  if (str_to_i64(s, -DAY_MINUTES, DAY_MINUTES, &minutes)) return luis_now_us(minutes);
  s = without_zone(s);
  if (s.n >= DATE && s.n + sizeof "T00:00:00Z" <= sizeof clock) {
    snprintf(clock, sizeof clock, STR_FMT "%s", STR_ARG(s), s.n == DATE ? "T00:00:00Z" : "Z");
    if (time_parse_rfc3339(str_of(clock), &at_us)) return at_us;
  }
  return luis_now_us(0);
}

/* ---- the parts ---------------------------------------------------------------------------------- */

static err_code read_options(const jnode *root, luis_predict_options *o, err *e) {
  jnode options;
  bool present = false;
  str reference = STR_NONE;
  err_code rc = jn_opt_obj(root, "options", &options, &present, e);
  if (rc) return rc;
  if (present) {
    jnode at = jn_get(&options, "datetimeReference");
    if (jn_typeof(&at) == JN_STR) reference = jn_str(&at);
    if (jn_typeof(&at) == JN_INT) {
      o->reference_us = luis_now_us(jn_int(&at) % (24 * 60));
      reference = STR_NONE;
    }
    rc = jn_opt_bool(&options, "overridePredictions", &o->prefer_externals, NULL, e);
    if (!rc) rc = jn_opt_bool(&options, "preferExternalEntities", &o->prefer_externals, NULL, e);
  }
  if (reference.p || !o->reference_us) o->reference_us = luis_v3_reference(reference);
  return rc;
}

static err_code read_external(const jnode *item, const offset_map *units, luis_external *out, err *e) {
  int64_t start, length;
  size_t begin, end;
  *out = (luis_external){.has_score = false};
  err_code rc = jn_want_obj(item, e);
  if (!rc) rc = jn_req_str(item, "entityName", &out->entity, e);
  if (!rc) rc = jn_req_int(item, "startIndex", 0, INT32_MAX, &start, e);
  if (!rc) rc = jn_req_int(item, "entityLength", 1, INT32_MAX, &length, e);
  if (!rc) rc = jn_opt_num(item, "score", 0, 1, &out->score, &out->has_score, e);
  if (rc) return rc;
  if (!offset_to_byte(units, (size_t)start, &begin) || !offset_to_byte(units, (size_t)(start + length), &end))
    return jn_fail(item, e, "the entity does not lie within the query");
  out->begin_bytes = (uint32_t)begin;
  out->end_bytes = (uint32_t)end;
  return ERR_OK;
}

static err_code read_externals(const jnode *root, arena *a, luis_predict_query *q, err *e) {
  jnode list;
  bool present = false;
  err_code rc = jn_opt_arr(root, "externalEntities", &list, &present, e);
  if (rc || !present) return rc;
  offset_map units;
  offset_map_init(&units, q->text, OFFSET_UTF16, a);
  size_t n = jn_len(&list);
  luis_external *v = ARENA_ARRAY(a, luis_external, n);
  jnode *resolutions = ARENA_ARRAY(a, jnode, n);
  for (size_t i = 0; !rc && i < n; i++) {
    jnode item = jn_at(&list, i);
    rc = read_external(&item, &units, &v[i], e);
    resolutions[i] = jn_get(&item, "resolution");
    jn_type type = jn_typeof(&resolutions[i]);
    if (type != JN_ABSENT && type != JN_NULL) v[i].resolution = &resolutions[i];
    resolutions[i].up = NULL; /* item ends here */
  }
  q->options.externals = v;
  q->options.external_count = n;
  return rc;
}

static err_code read_sublist(const jnode *item, arena *a, luis_sublist *out, err *e) {
  jnode synonyms;
  bool present = false;
  str ignored;
  err_code rc = jn_want_obj(item, e);
  if (!rc) rc = jn_opt_str(item, "name", &ignored, NULL, e);
  if (!rc) rc = jn_req_str(item, "canonicalForm", &out->canonical_form, e);
  if (!rc) rc = jn_opt_arr(item, "synonyms", &synonyms, &present, e);
  if (rc || !present) return rc;
  size_t n = jn_len(&synonyms);
  str *v = ARENA_ARRAY(a, str, n);
  for (size_t i = 0; !rc && i < n; i++) {
    jnode synonym = jn_at(&synonyms, i);
    rc = jn_want_str(&synonym, &v[i], e);
  }
  out->list = (luis_names){v, n};
  return rc;
}

static err_code read_dynamic_list(const jnode *item, arena *a, luis_dynamic_list *out, err *e) {
  jnode list;
  err_code rc = jn_want_obj(item, e);
  if (rc) return rc;
  jnode preview = jn_get(item, "listEntity");
  rc = jn_req_str(item, jn_typeof(&preview) == JN_STR ? "listEntity" : "listEntityName", &out->entity, e);
  if (!rc) rc = jn_req_arr(item, "requestLists", &list, e);
  if (rc) return rc;
  size_t n = jn_len(&list);
  if (n > LUIS_DYNAMIC_ITEMS) return jn_fail(&list, e, "a dynamic list has at most %d items", LUIS_DYNAMIC_ITEMS);
  luis_sublist *v = ARENA_ARRAY(a, luis_sublist, n);
  for (size_t i = 0; !rc && i < n; i++) {
    jnode entry = jn_at(&list, i);
    rc = read_sublist(&entry, a, &v[i], e);
  }
  out->lists = (luis_sublists){v, n};
  return rc;
}

static err_code read_dynamic_lists(const jnode *root, arena *a, luis_predict_options *o, err *e) {
  jnode list;
  bool present = false;
  err_code rc = jn_opt_arr(root, "dynamicLists", &list, &present, e);
  if (rc || !present) return rc;
  size_t n = jn_len(&list);
  if (n > LUIS_DYNAMIC_LISTS) return jn_fail(&list, e, "a query has at most %d dynamic lists", LUIS_DYNAMIC_LISTS);
  luis_dynamic_list *v = ARENA_ARRAY(a, luis_dynamic_list, n);
  for (size_t i = 0; !rc && i < n; i++) {
    jnode item = jn_at(&list, i);
    rc = read_dynamic_list(&item, a, &v[i], e);
  }
  o->dynamic_lists = v;
  o->dynamic_list_count = n;
  return rc;
}

err_code luis_v3_request_read(const jnode *root, arena *a, luis_predict_query *out, err *e) {
  err_code rc = jn_want_obj(root, e);
  if (!rc) rc = jn_req_str(root, "query", &out->text, e);
  if (!rc) rc = luis_query_check(out->text, e);
  if (!rc) rc = read_options(root, &out->options, e);
  if (!rc) rc = read_externals(root, a, out, e);
  return rc ? rc : read_dynamic_lists(root, a, &out->options, e);
}

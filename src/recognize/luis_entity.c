#include "recognize/luis_entity.h"

#include <stdio.h>

static str entity_text(const recognized *r, str text) {
  return str_make(text.p + r->begin_bytes, r->end_bytes - r->begin_bytes);
}

static bool is_relative(const recognized *r) {
  return r->model == RECOGNIZE_ORDINAL && str_ends(str_of(r->type), STR(".relative"));
}

const char *luis_v3_key(const recognized *r, luis_ordinal ordinal) {
  switch (r->model) {
  case RECOGNIZE_NUMBER: return "number";
  case RECOGNIZE_PERCENT: return "percentage";
  case RECOGNIZE_ORDINAL: return ordinal == LUIS_ORDINAL_V2 ? "ordinalV2" : is_relative(r) ? NULL : "ordinal";
  case RECOGNIZE_AGE: return "age";
  case RECOGNIZE_CURRENCY: return "money";
  case RECOGNIZE_DIMENSION: return "dimension";
  case RECOGNIZE_TEMPERATURE: return "temperature";
  case RECOGNIZE_DATETIME: return "datetimeV2";
  case RECOGNIZE_EMAIL: return "email";
  case RECOGNIZE_URL: return "url";
  case RECOGNIZE_PHONE: return "phonenumber";
  default: return NULL;
  }
}

void luis_builtin_type(const recognized *r, luis_ordinal ordinal, char out[LUIS_TYPE_MAX]) {
  const char *name = luis_v3_key(r, ordinal);
  if (r->model == RECOGNIZE_CURRENCY) name = "currency";
  if (r->model == RECOGNIZE_DATETIME) name = r->type;
  snprintf(out, LUIS_TYPE_MAX, "builtin.%s%s", name, is_relative(r) ? ".relative" : "");
}

static void write_type(jw *w, const recognized *r, luis_ordinal ordinal) {
  char type[LUIS_TYPE_MAX];
  luis_builtin_type(r, ordinal, type);
  jw_kcstr(w, "type", type);
}

/* ---- V2 ---- */

static void write_string(jw *w, const attr *x) {
  char number[32];
  jw_key(w, x->key);
  if (x->kind == ATTR_STR) {
    jw_str(w, x->text);
  } else if (x->kind == ATTR_NUM) {
    snprintf(number, sizeof number, "%.15g", x->number);
    jw_cstr(w, number);
  } else {
    jw_null(w);
  }
}

/* Those of the keys that are there, in this order. */
static void write_keys(jw *w, const attr_list *l, const char *const *keys, size_t n) {
  jw_obj(w);
  for (size_t i = 0; i < n; i++) {
    const attr *x = attr_find(l, keys[i]);
    if (x) write_string(w, x);
  }
  jw_end(w);
}

static void write_v2_dates(jw *w, const recognized *r) {
  static const char *const keys[] = {"timex", "Mod", "type", "value", "start", "end"};
  jw_obj(w);
  jw_key(w, "values");
  jw_arr(w);
  for (size_t i = 0; i < r->value_count; i++) write_keys(w, &r->values[i], keys, ARRAY_LEN(keys));
  jw_end(w);
  jw_end(w);
}

void luis_v2_write_resolution(jw *w, const recognized *r, luis_ordinal ordinal) {
  static const char *const numbers[] = {"subtype", "value"}, *const places[] = {"offset", "relativeTo"},
                           *const amounts[] = {"unit", "value"}, *const scored[] = {"score", "value"},
                           *const values[] = {"value"};
  switch (r->model) {
  case RECOGNIZE_DATETIME: write_v2_dates(w, r); break;
  case RECOGNIZE_NUMBER: write_keys(w, &r->resolution, numbers, ARRAY_LEN(numbers)); break;
  case RECOGNIZE_PHONE: write_keys(w, &r->resolution, scored, ARRAY_LEN(scored)); break;
  case RECOGNIZE_AGE:
  case RECOGNIZE_CURRENCY:
  case RECOGNIZE_DIMENSION:
  case RECOGNIZE_TEMPERATURE: write_keys(w, &r->resolution, amounts, ARRAY_LEN(amounts)); break;
  case RECOGNIZE_ORDINAL:
    if (ordinal == LUIS_ORDINAL_V2)
      write_keys(w, &r->resolution, places, ARRAY_LEN(places));
    else
      write_keys(w, &r->resolution, values, ARRAY_LEN(values));
    break;
  default: write_keys(w, &r->resolution, values, ARRAY_LEN(values)); break;
  }
}

void luis_v2_write(jw *w, const recognized *r, str text, luis_ordinal ordinal) {
  jw_obj(w);
  jw_kstr(w, "entity", entity_text(r, text));
  write_type(w, r, ordinal);
  jw_kint(w, "startIndex", r->start_utf16);
  jw_kint(w, "endIndex", r->end_utf16);
  jw_key(w, "resolution");
  luis_v2_write_resolution(w, r, ordinal);
  jw_end(w);
}

/* ---- V3 ---- */

/* The number that a value begins with ("20%" is 20); null where there is none. */
static void write_number(jw *w, const attr_list *l, const char *key) {
  double v;
  const attr *x = attr_find(l, key);
  if (x && x->kind == ATTR_STR && attr_number(x->text, &v))
    jw_num(w, v);
  else
    jw_null(w);
}

static void write_amount(jw *w, const recognized *r) {
  jw_obj(w);
  jw_key(w, "number");
  write_number(w, &r->resolution, "value");
  jw_kstr(w, "unit", attr_text(&r->resolution, "unit"));
  jw_end(w);
}

static void write_place(jw *w, const recognized *r) {
  jw_obj(w);
  jw_key(w, "offset");
  write_number(w, &r->resolution, "offset");
  jw_kstr(w, "relativeTo", attr_text(&r->resolution, "relativeTo"));
  jw_end(w);
}

/* Candidates of one timex share an element. */
static bool same_timex(const attr_list *a, const attr_list *b) {
  return str_eq(attr_text(a, "timex"), attr_text(b, "timex")) && str_eq(attr_text(a, "Mod"), attr_text(b, "Mod"));
}

static void write_v3_dates(jw *w, const recognized *r) {
  static const char *const keys[] = {"value", "start", "end"};
  str type = str_of(r->type);
  jw_obj(w);
  jw_kstr(w, "type", str_skip(type, str_find_byte(type, '.') + 1));
  jw_key(w, "values");
  jw_arr(w);
  for (size_t i = 0; i < r->value_count;) {
    const attr_list *first = &r->values[i];
    str mod = attr_text(first, "Mod");
    jw_obj(w);
    jw_kstr(w, "timex", attr_text(first, "timex"));
    jw_kstr_opt(w, "mod", mod);
    jw_key(w, "resolution");
    jw_arr(w);
    for (; i < r->value_count && same_timex(first, &r->values[i]); i++)
      write_keys(w, &r->values[i], keys, ARRAY_LEN(keys));
    jw_end(w);
    jw_end(w);
  }
  jw_end(w);
  jw_end(w);
}

void luis_v3_write(jw *w, const recognized *r, str text, luis_ordinal ordinal) {
  switch (r->model) {
  case RECOGNIZE_NUMBER:
  case RECOGNIZE_PERCENT: write_number(w, &r->resolution, "value"); break;
  case RECOGNIZE_ORDINAL:
    if (ordinal == LUIS_ORDINAL_V2)
      write_place(w, r);
    else
      write_number(w, &r->resolution, "value");
    break;
  case RECOGNIZE_AGE:
  case RECOGNIZE_CURRENCY:
  case RECOGNIZE_DIMENSION:
  case RECOGNIZE_TEMPERATURE: write_amount(w, r); break;
  case RECOGNIZE_DATETIME: write_v3_dates(w, r); break;
  default: jw_str(w, entity_text(r, text)); break;
  }
}

void luis_v3_write_instance(jw *w, const recognized *r, str text, luis_ordinal ordinal) {
  jw_obj(w);
  write_type(w, r, ordinal);
  jw_kstr(w, "text", entity_text(r, text));
  jw_kint(w, "startIndex", r->start_utf16);
  jw_kint(w, "length", (int64_t)r->end_utf16 + 1 - r->start_utf16);
  const attr *score = r->model == RECOGNIZE_PHONE ? attr_find(&r->resolution, "score") : NULL;
  if (score) jw_knum(w, "score", score->number);
  jw_kint(w, "modelTypeId", 2);
  jw_kcstr(w, "modelType", "Prebuilt Entity Extractor");
  jw_key(w, "recognitionSources");
  jw_arr(w);
  jw_cstr(w, "model");
  jw_end(w);
  jw_end(w);
}

#include "recognize/recognize.h"
#include "recognize/lexer.h"
#include "recognize/models.h"
#include "recognize/parser.h"
#include "text/utf8.h"

static const char *const model_names[RECOGNIZE_MODELS] = {
#define X(name, text) text,
    RECOGNIZE_MODEL_MAP(X)
#undef X
};

const char *recognize_model_name(recognize_model model) {
  return model_names[model];
}

typedef struct variant_name {
  const char *suffix;
  uint32_t bits;
} variant_name;

static const variant_name variants[] = {
    {"", 0},
    {"SplitDateAndTime", RECOGNIZE_SPLIT_DATE_TIME},
    {"CalendarMode", RECOGNIZE_CALENDAR},
    {"ExtendedTypes", RECOGNIZE_EXTENDED},
    {"ComplexCalendar", RECOGNIZE_EXTENDED | RECOGNIZE_CALENDAR | RECOGNIZE_PREVIEW},
    {"ExperimentalMode", RECOGNIZE_EXPERIMENTAL},
    {"TasksMode", RECOGNIZE_TASKS},
    {"PercentMode", RECOGNIZE_PERCENT_MODE},
    {"SuppressExtendedTypes", RECOGNIZE_NO_RELATIVE},
    {"EnablePreview", RECOGNIZE_PREVIEW},
};

bool recognize_model_parse(str name, recognize_model *model, uint32_t *variant) {
  for (int m = 0; m < RECOGNIZE_MODELS; m++) {
    if (!str_starts(name, str_of(model_names[m]))) continue;
    str suffix = str_skip(name, strlen(model_names[m]));
    for (size_t i = 0; i < ARRAY_LEN(variants); i++)
      if (str_eq(suffix, str_of(variants[i].suffix))) {
        *model = (recognize_model)m;
        *variant = variants[i].bits;
        return true;
      }
  }
  return false;
}

/* Rules that the models wanted need. */
static uint32_t groups_of(uint32_t models) {
  uint32_t g = 0;
  if (models & (RECOGNIZE_BIT(RECOGNIZE_NUMBER) | RECOGNIZE_BIT(RECOGNIZE_ORDINAL) | RECOGNIZE_BIT(RECOGNIZE_PERCENT)))
    g |= GROUP_number;
  if (models & RECOGNIZE_BIT(RECOGNIZE_NUMBER_RANGE)) g |= GROUP_number | GROUP_range;
  if (models & (RECOGNIZE_BIT(RECOGNIZE_AGE) | RECOGNIZE_BIT(RECOGNIZE_CURRENCY) | RECOGNIZE_BIT(RECOGNIZE_DIMENSION) |
                RECOGNIZE_BIT(RECOGNIZE_TEMPERATURE)))
    g |= GROUP_number | GROUP_unit;
  if (models & RECOGNIZE_BIT(RECOGNIZE_DATETIME)) g |= GROUP_number | GROUP_datetime;
  if (models & RECOGNIZE_BIT(RECOGNIZE_BOOLEAN)) g |= GROUP_boolean;
  return g;
}

/* Variants are numbered alike in the API and in vocabulary.def. */
static void find_in_chart(const chart *ch, const recognize_options *o, found *out) {
#define WANTS(m) (o->models & RECOGNIZE_BIT(RECOGNIZE_##m))
  if (WANTS(NUMBER)) find_numbers(ch, o, out);
  if (WANTS(ORDINAL)) find_ordinals(ch, o, out);
  if (WANTS(PERCENT)) find_percentages(ch, o, out);
  if (WANTS(NUMBER_RANGE)) find_number_ranges(ch, o, out);
  if (WANTS(AGE)) find_ages(ch, out);
  if (WANTS(CURRENCY)) find_currencies(ch, out);
  if (WANTS(DIMENSION)) find_dimensions(ch, out);
  if (WANTS(TEMPERATURE)) find_temperatures(ch, out);
  if (WANTS(DATETIME)) find_datetimes(ch, o, out);
  if (WANTS(BOOLEAN)) find_booleans(ch, out);
}

static void find_in_text(const culture *c, const folded_text *f, const recognize_options *o, found *out) {
  if (WANTS(EMAIL)) find_emails(f, out);
  if (WANTS(URL)) find_urls(f, out);
  if (WANTS(PHONE)) find_phones(f, c, out);
  if (WANTS(IP)) find_ips(f, out);
  if (WANTS(HASHTAG)) find_hashtags(f, out);
  if (WANTS(MENTION)) find_mentions(f, out);
  if (WANTS(GUID)) find_guids(f, out);
  if (WANTS(QUOTED)) find_quoted(f, out);
#undef WANTS
}

err_code recognize(const culture *c, str text, const recognize_options *o, arena *a, recognized **out, size_t *n,
                   err *e) {
  *out = NULL;
  *n = 0;
  if (text.n >= UINT32_MAX / 2) return err_set(e, ERR_TOO_LARGE, "the text is too large");
  if (!utf8_valid(text, NULL)) return err_set(e, ERR_INVALID_ARGUMENT, "the text is not valid UTF-8");
  folded_text f;
  text_fold(text, a, &f);
  found all = {.f = &f, .a = a};
  uint32_t groups = groups_of(o->models);
  if (groups) {
    chart ch;
    chart_init(&ch, c, &f, groups, o->variant, a);
    lexer_run(&ch);
    parser_run(&ch);
    find_in_chart(&ch, o, &all);
  }
  find_in_text(c, &f, o, &all);
  *out = all.v;
  *n = all.n;
  return ERR_OK;
}

/* ---------------------------------------------------------------- JSON */

void attr_list_write_json(jw *w, const attr_list *l) {
  jw_obj(w);
  for (size_t i = 0; i < l->n; i++) {
    const attr *x = &l->v[i];
    jw_key(w, x->key);
    if (x->kind == ATTR_STR)
      jw_str(w, x->text);
    else if (x->kind == ATTR_NUM)
      jw_num(w, x->number);
    else if (x->kind == ATTR_BOOL)
      jw_bool(w, x->number != 0);
    else
      jw_null(w);
  }
  jw_end(w);
}

void recognized_write_resolution(jw *w, const recognized *r) {
  if (!r->values) {
    attr_list_write_json(w, &r->resolution);
    return;
  }
  jw_obj(w);
  jw_key(w, "values");
  jw_arr(w);
  for (size_t i = 0; i < r->value_count; i++) attr_list_write_json(w, &r->values[i]);
  jw_end(w);
  jw_end(w);
}

void recognized_write_json(jw *w, const recognized *r) {
  jw_obj(w);
  jw_kstr(w, "text", r->text);
  jw_kint(w, "start", r->start_utf16);
  jw_kint(w, "end", r->end_utf16);
  jw_kcstr(w, "type", r->type);
  jw_kstr_opt(w, "parentText", r->parent_text);
  jw_key(w, "resolution");
  recognized_write_resolution(w, r);
  jw_end(w);
}

#include "recognize/prebuilt_match.h"

#include "recognize/clu_resolution.h"
#include "recognize/grammar.h"
#include "recognize/names.h"
#include "text/languages.h"

typedef struct prebuilt_source {
  prebuilt_id category;
  recognize_model model;
  const char *subtype; /* NULL: by the type of the date */
  bool any_language;   /* what it looks for is written alike everywhere */
} prebuilt_source;

static const prebuilt_source sources[] = {
    {PREBUILT_NUMBER, RECOGNIZE_NUMBER, "quantity.number", false},
    {PREBUILT_ORDINAL, RECOGNIZE_ORDINAL, "quantity.ordinal", false},
    {PREBUILT_PERCENTAGE, RECOGNIZE_PERCENT, "quantity.percentage", false},
    {PREBUILT_NUMBER_RANGE, RECOGNIZE_NUMBER_RANGE, "quantity.numberrange", false},
    {PREBUILT_AGE, RECOGNIZE_AGE, "quantity.age", false},
    {PREBUILT_CURRENCY, RECOGNIZE_CURRENCY, "quantity.currency", false},
    {PREBUILT_DIMENSION, RECOGNIZE_DIMENSION, "quantity.dimension", false},
    {PREBUILT_TEMPERATURE, RECOGNIZE_TEMPERATURE, "quantity.temperature", false},
    {PREBUILT_DATETIME, RECOGNIZE_DATETIME, NULL, false},
    {PREBUILT_BOOLEAN, RECOGNIZE_BOOLEAN, "choice.boolean", false},
    {PREBUILT_EMAIL, RECOGNIZE_EMAIL, "email", true},
    {PREBUILT_URL, RECOGNIZE_URL, "url", true},
    {PREBUILT_PHONE, RECOGNIZE_PHONE, "phonenumber", true},
    {PREBUILT_IP, RECOGNIZE_IP, "ipaddress", true},
};

typedef struct name_source {
  prebuilt_id category;
  name_kind kind;
  const char *subtype;
} name_source;

static const name_source name_sources[] = {
    {PREBUILT_PERSON, NAME_PERSON, "person.name"},
    {PREBUILT_ORGANIZATION, NAME_ORGANIZATION, "general.organization"},
    {PREBUILT_LOCATION, NAME_LOCATION, "geography.location"},
    {PREBUILT_EVENT, NAME_EVENT, "general.event"},
    {PREBUILT_ADDRESS, NAME_ADDRESS, "geography.address"},
};

/* "datetimeV2.timerange" -> "datetime.timerange". */
static const char *datetime_subtype(const char *type) {
  static const char *const names[] = {"datetime.date",      "datetime.time",      "datetime.datetime",
                                      "datetime.daterange", "datetime.timerange", "datetime.datetimerange",
                                      "datetime.duration",  "datetime.set"};
  str wanted = str_of(type);
  wanted = str_skip(wanted, str_find_byte(wanted, '.'));
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    str name = str_of(names[i]);
    if (str_eq(str_skip(name, str_find_byte(name, '.')), wanted)) return names[i];
  }
  return "datetime";
}

static const prebuilt_source *source_of(recognize_model model) {
  for (size_t i = 0; i < ARRAY_LEN(sources); i++)
    if (sources[i].model == model) return &sources[i];
  return NULL;
}

/* Recognisers to run; *c becomes any culture when the language has none of its own. */
static uint32_t models_wanted(const prebuilt_request *q, const culture **c) {
  *c = culture_find(q->language.p, q->language.n);
  uint32_t models = 0;
  for (size_t i = 0; i < ARRAY_LEN(sources); i++)
    if (q->categories & PREBUILT_BIT(sources[i].category) && (*c || sources[i].any_language))
      models |= RECOGNIZE_BIT(sources[i].model);
  size_t n;
  if (!*c) *c = culture_all(&n)[0];
  return models;
}

static uint32_t names_wanted(const prebuilt_request *q) {
  uint32_t kinds = 0;
  for (size_t i = 0; i < ARRAY_LEN(name_sources); i++)
    if (q->categories & PREBUILT_BIT(name_sources[i].category)) kinds |= NAME_BIT(name_sources[i].kind);
  return kinds;
}

static prebuilt_match match_of(const recognized *r, arena *a) {
  const prebuilt_source *s = source_of(r->model);
  attr_list *resolutions;
  size_t count;
  clu_resolutions(r, a, &resolutions, &count);
  return (prebuilt_match){.category = s->category,
                          .begin_bytes = r->begin_bytes,
                          .end_bytes = r->end_bytes,
                          .subtype = s->subtype ? s->subtype : datetime_subtype(r->type),
                          .resolutions = resolutions,
                          .resolution_count = count};
}

static prebuilt_match match_of_name(const name_match *found) {
  size_t i = 0;
  while (name_sources[i].kind != found->kind) i++;
  return (prebuilt_match){.category = name_sources[i].category,
                          .begin_bytes = found->begin_bytes,
                          .end_bytes = found->end_bytes,
                          .subtype = name_sources[i].subtype};
}

void prebuilt_match_all(str text, const tokens *t, const prebuilt_request *q, arena *a, prebuilt_match **out,
                        size_t *n) {
  const culture *c;
  recognize_options o = {.models = models_wanted(q, &c), .reference = q->reference};
  recognized *found = NULL;
  name_match *names = NULL;
  size_t found_count = 0, name_count = 0;
  if (o.models && recognize(c, text, &o, a, &found, &found_count, NULL)) found_count = 0; /* not UTF-8: nothing */
  names_request r = {.kinds = names_wanted(q), .nouns_capitalised = language_matches(STR("de"), q->language)};
  if (r.kinds) names_find(t, &r, a, &names, &name_count);
  prebuilt_match *v = ARENA_ARRAY(a, prebuilt_match, found_count + name_count + 1);
  for (size_t i = 0; i < found_count; i++) v[i] = match_of(&found[i], a);
  for (size_t i = 0; i < name_count; i++) v[found_count + i] = match_of_name(&names[i]);
  *out = v;
  *n = found_count + name_count;
}

/* recognize.h -- numbers, units, dates, sequences and yes/no found in a text, with their values.
 *
 *   recognize_options o = {.models = RECOGNIZE_BIT(RECOGNIZE_DATETIME), .reference = civil_now};
 *   err_code rc = recognize(culture_find("en-us", 5), text, &o, &arena, &found, &n, &e);
 *
 * Behaviour follows Recognizers-Text, the engine behind the prebuilts of LUIS and CLU (reference
 * prebuilt-entities §5, §6). Stateless and thread-safe; time is bounded and near linear in the text. */
#ifndef DRAGOMAN_RECOGNIZE_RECOGNIZE_H
#define DRAGOMAN_RECOGNIZE_RECOGNIZE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json_out.h"
#include "recognize/calendar.h"

typedef struct culture culture;

#define RECOGNIZE_MODEL_MAP(X)                                                                                         \
  X(NUMBER, "NumberModel")                                                                                             \
  X(ORDINAL, "OrdinalModel")                                                                                           \
  X(PERCENT, "PercentModel")                                                                                           \
  X(NUMBER_RANGE, "NumberRangeModel")                                                                                  \
  X(AGE, "AgeModel")                                                                                                   \
  X(CURRENCY, "CurrencyModel")                                                                                         \
  X(DIMENSION, "DimensionModel")                                                                                       \
  X(TEMPERATURE, "TemperatureModel")                                                                                   \
  X(DATETIME, "DateTimeModel")                                                                                         \
  X(BOOLEAN, "BooleanModel")                                                                                           \
  X(EMAIL, "EmailModel")                                                                                               \
  X(URL, "URLModel")                                                                                                   \
  X(PHONE, "PhoneNumberModel")                                                                                         \
  X(IP, "IpAddressModel")                                                                                              \
  X(HASHTAG, "HashtagModel")                                                                                           \
  X(MENTION, "MentionModel")                                                                                           \
  X(GUID, "GUIDModel")                                                                                                 \
  X(QUOTED, "QuotedTextModel")

typedef enum recognize_model {
#define X(name, text) RECOGNIZE_##name,
  RECOGNIZE_MODEL_MAP(X)
#undef X
      RECOGNIZE_MODELS
} recognize_model;

#define RECOGNIZE_BIT(model) (1u << (model))
#define RECOGNIZE_ALL_MODELS ((1u << RECOGNIZE_MODELS) - 1)

/* Variants of a model's behaviour, the options of the original. */
enum {
  RECOGNIZE_SPLIT_DATE_TIME = 1, /* date and time as two entities */
  RECOGNIZE_CALENDAR = 2,        /* calendar wording */
  RECOGNIZE_EXTENDED = 4,        /* datetimealt */
  RECOGNIZE_EXPERIMENTAL = 8,
  RECOGNIZE_TASKS = 16,        /* a bare time becomes date and time */
  RECOGNIZE_PERCENT_MODE = 32, /* "one in ten of" is a percentage */
  RECOGNIZE_NO_RELATIVE = 64,  /* no relative ordinals */
  RECOGNIZE_PREVIEW = 128
};

typedef struct recognize_options {
  uint32_t models;      /* RECOGNIZE_BIT of each model wanted */
  uint32_t variant;     /* RECOGNIZE_SPLIT_DATE_TIME | ... */
  civil_time reference; /* "now" in the local time of the person */
} recognize_options;

typedef enum attr_kind { ATTR_STR, ATTR_NUM, ATTR_BOOL, ATTR_NULL } attr_kind;

/* One key of a resolution. ATTR_STR: text. ATTR_NUM and ATTR_BOOL: number. */
typedef struct attr {
  const char *key;
  attr_kind kind;
  str text;
  double number;
} attr;

/* The keys of one candidate value of a date/time. */
typedef struct attr_list {
  attr *v;
  size_t n;
} attr_list;

/* By key; NULL and STR_NONE when there is none, attr_text also when it is no text. */
const attr *attr_find(const attr_list *l, const char *key);
str attr_text(const attr_list *l, const char *key);
/* The number that the text of a value begins with ("20%" is 20, "3,5" of a culture with that mark 3.5); false when there is
 * none. */
must_check bool attr_number(str text, double *out);

typedef struct recognized {
  recognize_model model;
  const char *type;                /* "datetimeV2.date", "number", "ordinal.relative", ... */
  str text;                        /* folded (lower case, narrow) but for ip and boolean */
  uint32_t begin_bytes, end_bytes; /* in the text given, end exclusive */
  uint32_t start_utf16, end_utf16; /* the same in UTF-16 code units, end inclusive */
  attr_list resolution;            /* models with one resolution object */
  attr_list *values;               /* [value_count] date/time candidates, past before future */
  size_t value_count;
  str parent_text; /* datetimealt only; .p NULL otherwise */
} recognized;

/* text: any bytes; invalid UTF-8 is ERR_INVALID_ARGUMENT, 4 GiB and more ERR_TOO_LARGE. Entities of each model are
 * without overlap and by position, models in the order of recognize_model. *out lives in a. */
must_check err_code recognize(const culture *c, str text, const recognize_options *o, arena *a, recognized **out,
                              size_t *n, err *e);

/* {"key":value,…} */
void attr_list_write_json(jw *w, const attr_list *l);
/* {"value":"3",…} or {"values":[…]} */
void recognized_write_resolution(jw *w, const recognized *r);
/* {"text","start","end","type","resolution"[,"parentText"]} */
void recognized_write_json(jw *w, const recognized *r);

/* "DateTimeModel" with an option suffix ("DateTimeModelTasksMode") to model and variant bits; false
 * when unknown. */
must_check bool recognize_model_parse(str name, recognize_model *model, uint32_t *variant);
const char *recognize_model_name(recognize_model model);

#endif

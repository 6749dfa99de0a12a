/* Prebuilt components on any text, at any time from year 1 to 9999: every category, in the language
 * that the first byte chooses; and the same entities in the shapes of LUIS. Matches lie inside the text
 * and on its tokens' side of UTF-8, names do not overlap, what is written is JSON. */
#include "base/json_in.h"
#include "fuzz/fuzz.h"
#include "recognize/luis_entity.h"
#include "recognize/prebuilt_match.h"
#include "recognize/request.h"
#include "text/utf8.h"

enum { TIME_BYTES = 5 };

static void check_json(const buf *json) {
  jdoc *doc = NULL;
  FUZZ_CHECK(jn_parse(buf_str(json), &doc, NULL) == ERR_OK);
  jn_free(doc);
}

static void check_matches(str text, const tokens *t, const prebuilt_request *q, arena *a) {
  prebuilt_match *found;
  size_t n;
  prebuilt_match_all(text, t, q, a, &found, &n);
  for (size_t i = 0; i < n; i++) {
    const prebuilt_match *m = &found[i];
    FUZZ_CHECK(m->begin_bytes < m->end_bytes && m->end_bytes <= text.n);
    FUZZ_CHECK(utf8_valid(str_make(text.p + m->begin_bytes, m->end_bytes - m->begin_bytes), NULL));
    if (i && found[i - 1].category == m->category) FUZZ_CHECK(found[i - 1].end_bytes <= m->begin_bytes);
    for (size_t k = 0; k < m->resolution_count; k++) {
      buf json = {0};
      jw w;
      jw_init(&w, &json);
      attr_list_write_json(&w, &m->resolutions[k]);
      check_json(&json);
      buf_free(&json);
    }
  }
}

static void check_luis(str text, const prebuilt_request *q, arena *a) {
  const culture *c;
  recognized *found;
  size_t n;
  recognize_options o = {.models = RECOGNIZE_ALL_MODELS, .reference = q->reference};
  if (request_culture(q->language, &c, NULL) || recognize(c, text, &o, a, &found, &n, NULL)) return;
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) {
    if (!luis_v3_key(&found[i], LUIS_ORDINAL_V2)) continue;
    luis_v2_write(&w, &found[i], text, LUIS_ORDINAL_V2);
    luis_v3_write(&w, &found[i], text, LUIS_ORDINAL_V2);
    luis_v3_write_instance(&w, &found[i], text, LUIS_ORDINAL_V2);
  }
  jw_end(&w);
  check_json(&json);
  buf_free(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const char *const languages[] = {"en-us", "en-gb", "de", "fr", "es", "it", "pt-br", "zh-hans", "ja", "zu"};
  if (n < 1 + TIME_BYTES) return 0;
  int64_t seconds = 0;
  for (size_t i = 1; i <= TIME_BYTES; i++) seconds = seconds << 8 | data[i];
  prebuilt_request q = {.categories = PREBUILT_BIT(PREBUILT_COUNT) - 1,
                        .language = str_of(languages[data[0] % ARRAY_LEN(languages)]),
                        .reference = request_time((seconds - ((int64_t)1 << 37)) * 1000000)};
  str text = str_make((const char *)data + 1 + TIME_BYTES, n - 1 - TIME_BYTES);
  if (!utf8_valid(text, NULL)) return 0;
  arena a;
  arena_init(&a, 0);
  tokens t;
  tokenize(text, &a, &t);
  check_matches(text, &t, &q, &a);
  check_luis(text, &q, &a);
  arena_fini(&a);
  return 0;
}

/* luis_import -- how long a LUIS app of the largest size takes to be read, written and converted.
 *
 *   luis_import [UTTERANCES]      default: 15,000, the limit of an app
 *
 * The app is made up: 100 intents, 40 entities, half of them with children and roles, a list of 20,000 synonyms, 200
 * patterns, 10 phrase lists; every utterance has ten words and two labels, one with a child. Best of five rounds, one
 * thread. */
#include "base/timeutil.h"
#include "project/clu_json.h"
#include "project/lu.h"
#include "project/luis_convert.h"
#include "project/luis_json.h"

#include <stdio.h>
#include <stdlib.h>

enum { INTENTS = 100, ENTITIES = 40, SYNONYMS = 20000, PATTERNS = 200, LISTS = 10, ROUNDS = 5 };

static void add_schema(buf *b) {
  buf_printf(b, "{\"luis_schema_version\":\"7.0.0\",\"name\":\"Bench\",\"culture\":\"en-us\",\"intents\":[");
  for (int i = 0; i < INTENTS; i++) buf_printf(b, "%s{\"name\":\"Intent%d\",\"features\":[]}", i ? "," : "", i);
  buf_printf(b, "],\"entities\":[");
  for (int i = 0; i < ENTITIES; i++)
    if (i % 2)
      buf_printf(
          b, ",{\"name\":\"Entity%d\",\"roles\":[],\"children\":[{\"name\":\"Part\",\"children\":[],\"features\":[]}]}",
          i);
    else
      buf_printf(b, "%s{\"name\":\"Entity%d\",\"roles\":[\"from%d\",\"to%d\"],\"children\":[]}", i ? "," : "", i, i, i);
  buf_printf(b, "],\"closedLists\":[{\"name\":\"Big\",\"subLists\":[");
  for (int i = 0; i < SYNONYMS / 10; i++) {
    buf_printf(b, "%s{\"canonicalForm\":\"thing %d\",\"list\":[", i ? "," : "", i);
    for (int k = 0; k < 10; k++) buf_printf(b, "%s\"synonym %d of %d\"", k ? "," : "", k, i);
    buf_printf(b, "]}");
  }
  buf_printf(b, "]}],\"phraselists\":[");
  for (int i = 0; i < LISTS; i++)
    buf_printf(b, "%s{\"name\":\"List%d\",\"mode\":true,\"words\":\"one,two,three\",\"enabledForAllModels\":false}",
               i ? "," : "", i);
  buf_printf(b, "],\"patterns\":[");
  for (int i = 0; i < PATTERNS; i++)
    buf_printf(b, "%s{\"pattern\":\"(go|fly) to {Entity%d} number %d [please]\",\"intent\":\"Intent%d\"}", i ? "," : "",
               i % ENTITIES, i, i % INTENTS);
  buf_printf(b, "]");
}

/* "word … word" with a label on word 2 and one on words 5 to 7, whose child is word 6. */
static void add_utterance(buf *b, int i) {
  char text[200];
  int n = snprintf(text, sizeof text, "please take%05d", i);
  for (int k = 0; k < 8; k++) n += snprintf(text + n, sizeof text - (size_t)n, " word%03d", (i * 7 + k * 31) % 1000);
  int plain = i * 2 % ENTITIES, parent = (i * 2 + 1) % ENTITIES;
  buf_printf(b,
             "%s{\"text\":\"%s\",\"intent\":\"Intent%d\",\"entities\":["
             "{\"entity\":\"Entity%d\",\"startPos\":7,\"endPos\":15,\"role\":\"from%d\"},"
             "{\"entity\":\"Entity%d\",\"startPos\":33,\"endPos\":55,\"children\":["
             "{\"entity\":\"Part\",\"startPos\":41,\"endPos\":47,\"children\":[]}]}]}",
             i ? "," : "", text, i % INTENTS, plain, plain, parent);
}

typedef struct step {
  const char *name;
  int64_t best_us;
} step;

static void took(step *s, int64_t since_us) {
  int64_t us = time_mono_us() - since_us;
  if (!s->best_us || us < s->best_us) s->best_us = us;
}

enum { JSON_IN, JSON_OUT, LU_OUT, LU_IN, TO_CLU, STEPS };

static err_code run_round(str json, step *steps, err *e) {
  arena a;
  arena_init(&a, 0);
  luis_app app, back;
  project p;
  buf out = {0}, lu = {0};
  int64_t from = time_mono_us();
  err_code rc = luis_read(json, &a, &app, e);
  took(&steps[JSON_IN], from);
  if (rc == ERR_OK) {
    from = time_mono_us();
    luis_write(&app, &out);
    took(&steps[JSON_OUT], from);
    from = time_mono_us();
    rc = lu_write(&app, &lu, NULL, e);
    took(&steps[LU_OUT], from);
  }
  if (rc == ERR_OK) {
    from = time_mono_us();
    rc = lu_read(buf_str(&lu), &a, &back, NULL, e);
    took(&steps[LU_IN], from);
  }
  if (rc == ERR_OK) {
    from = time_mono_us();
    rc = luis_to_clu(&app, &a, &p, NULL, e);
    took(&steps[TO_CLU], from);
  }
  buf_free(&out);
  buf_free(&lu);
  arena_fini(&a);
  return rc;
}

int main(int argc, char **argv) {
  int utterances = argc > 1 ? atoi(argv[1]) : LUIS_LIMIT_UTTERANCES;
  buf json = {0};
  add_schema(&json);
  buf_printf(&json, ",\"utterances\":[");
  for (int i = 0; i < utterances; i++) add_utterance(&json, i);
  buf_printf(&json, "]}");
  step steps[STEPS] = {{"read JSON", 0}, {"write JSON", 0}, {"write .lu", 0}, {"read .lu", 0}, {"to a CLU project", 0}};
  err e = {0};
  for (int i = 0; i < ROUNDS; i++)
    if (run_round(buf_str(&json), steps, &e) != ERR_OK) {
      fprintf(stderr, "luis_import: %s\n", e.message);
      return 1;
    }
  printf("%d utterances, %.1f MB of JSON\n", utterances, (double)json.n / 1e6);
  for (int i = 0; i < STEPS; i++) printf("%-18s %7.1f ms\n", steps[i].name, (double)steps[i].best_us / 1e3);
  buf_free(&json);
  return 0;
}

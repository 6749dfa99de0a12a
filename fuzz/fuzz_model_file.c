/* A hostile model file: refused, or opened and asked without harm. Two readings of the input:
 *
 *   first byte 'R': the rest is the file itself
 *   otherwise: patches (section, offset, value) on a valid model, of a LUIS app when the byte is 'L', its header hash
 *   put right again, so that what lies behind the container is reached */
#include "fuzz/fuzz.h"
#include "model/model_file.c"
#include "model/luis_internal.h"
#include "model/train.h"
#include "project/clu_json.h"
#include "project/lu.h"

#include <unistd.h>

static const char project_json[] =
    "{\"projectFileVersion\":\"2023-04-01\",\"stringIndexType\":\"Utf16CodeUnit\",\"metadata\":{\"projectKind\":"
    "\"Conversation\",\"projectName\":\"F\",\"language\":\"en\",\"multilingual\":true},\"assets\":{\"projectKind\":"
    "\"Conversation\",\"intents\":[{\"category\":\"None\"},{\"category\":\"A\"}],\"entities\":[{\"category\":\"E\","
    "\"list\":"
    "{\"sublists\":[{\"listKey\":\"k\",\"synonyms\":[{\"language\":\"en\",\"values\":[\"red wine\",\"wine\"]}]}]}},"
    "{\"category\":\"R\",\"regex\":{\"expressions\":[{\"regexKey\":\"n\",\"language\":\"en\",\"regexPattern\":\"[0-9]+"
    "\"}]}},{\"category\":\"P\",\"prebuilts\":[{\"category\":\"Quantity.Number\"},{\"category\":\"DateTime\"}]}],"
    "\"utterances\":[{\"text\":\"buy 2 red wine now\",\"intent\":\"A\",\"entities\":[{\"category\":\"E\",\"offset\":6,"
    "\"length\":8}]},{\"text\":\"sell "
    "wine\",\"intent\":\"A\",\"entities\":[{\"category\":\"E\",\"offset\":5,\"length\":4}]},"
    "{\"text\":\"hello\",\"intent\":\"None\",\"entities\":[]}]}}";

/* Every kind of entity, children, roles, patterns, phrase lists. */
static const char app_lu[] =
    "> !# @app.culture = en-us\n# A\n- buy {@O={@S=red} {@W=wine}} now\n- sell {@W=wine} to {@P:to=rome}\n- get "
    "{P:to} [or (x|{T})]\n# None\n- hello\n@ ml O\n    - @ P S\n    - @ ml W\n@ ml W hasRoles w usesFeature L\n@ "
    "list P hasRoles to =\n  - Rome:\n    - roma, red\n@ regex R = /[0-9]+/\n@ prebuilt number\n@ composite C = "
    "[W, number]\n@ patternany T\n@ phraselist L =\n  - wine, beer\n";

/* The valid models, made on the first call: [bytes], aligned to 64. */
typedef struct valid_file {
  uint8_t *p;
  size_t bytes;
} valid_file;
static valid_file valid_clu, valid_luis;

static void keep(const char *path, valid_file *out) {
  char *data;
  FUZZ_CHECK(file_read(path, 1 << 24, &data, &out->bytes, NULL) == ERR_OK);
  unlink(path);
  out->p = aligned_alloc(64, (out->bytes + 63) & ~(size_t)63);
  memcpy(out->p, data, out->bytes);
  free(data);
}

static void make_valid(void) {
  arena a;
  arena_init(&a, 0);
  project p;
  luis_app app;
  utterance_role roles[3] = {ROLE_TRAIN, ROLE_TRAIN, ROLE_TRAIN};
  train_options o = {.seed = 1, .threads = 1};
  char path[64];
  snprintf(path, sizeof path, "/tmp/dragoman-fuzz-model-%d", (int)getpid());
  FUZZ_CHECK(clu_read(str_of(project_json), &(clu_read_options){0}, &a, &p, NULL) == ERR_OK);
  FUZZ_CHECK(model_train(&p, &o, roles, path, NULL) == ERR_OK);
  keep(path, &valid_clu);
  FUZZ_CHECK(lu_read(str_of(app_lu), &a, &app, NULL, NULL) == ERR_OK);
  FUZZ_CHECK(luis_train(&app, STR("F"), &o, NULL, path, NULL) == ERR_OK);
  keep(path, &valid_luis);
  arena_fini(&a);
}

static void repair_header(uint8_t *bytes) {
  file_header h;
  memcpy(&h, bytes, sizeof h);
  if (h.section_count > MODEL_FILE_MAX_SECTIONS) return;
  h.hash = header_hash(h, (const model_section *)(bytes + sizeof h));
  memcpy(bytes, &h, sizeof h);
}

/* Patches of four bytes: section of the valid table, offset in it (two bytes, scaled), new value. */
static void patch(const valid_file *valid, uint8_t *bytes, const uint8_t *data, size_t n) {
  const model_section *table = (const model_section *)(valid->p + sizeof(file_header));
  uint32_t sections;
  memcpy(&sections, valid->p + offsetof(file_header, section_count), sizeof sections);
  for (; n >= 4; data += 4, n -= 4) {
    uint32_t place = (uint32_t)data[1] | (uint32_t)data[2] << 8;
    if (data[0] >= sections) { /* header or table */
      bytes[place % (sizeof(file_header) + sections * sizeof *table)] = data[3];
      continue;
    }
    uint64_t size = table[data[0]].count * table[data[0]].element_bytes;
    if (size) bytes[table[data[0]].offset_bytes + place % size] = data[3];
  }
  repair_header(bytes);
}

static void check_tree(const luis_found *f, size_t n, str text) {
  for (size_t i = 0; i < n; i++) {
    FUZZ_CHECK(f[i].begin_bytes < f[i].end_bytes && f[i].end_bytes <= text.n);
    check_tree(f[i].children, f[i].child_count, text);
  }
}

static void ask_luis(const model *m, str text, arena *a) {
  str word = STR("blue wine");
  luis_sublist s = {.canonical_form = STR("k"), .list = {&word, 1}};
  luis_dynamic_list list = {.entity = STR("P"), .lists = {&s, 1}};
  luis_external x = {.entity = STR("to"), .begin_bytes = 0, .end_bytes = (uint32_t)MIN_OF(text.n, 3)};
  luis_predict_options o = {.externals = &x, .external_count = 1, .dynamic_lists = &list, .dynamic_list_count = 1};
  luis_prediction p;
  luis_predict(m, text, &o, a, &p);
  FUZZ_CHECK(p.intent_count == model_describe(m)->intent_count);
  check_tree(p.entities, p.entity_count, text);
}

static void ask(const uint8_t *bytes, size_t n) {
  model *m;
  if (model__open_bytes(bytes, n, false, &m, NULL) != ERR_OK) return;
  arena a;
  arena_init(&a, 0);
  static const char *const texts[] = {"buy 2 red wine now", "", "sell \xf0\x9f\x8d\xb7 wine 77 to me", "get roma or x"};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    str text = str_of(texts[i]);
    prediction p;
    model_predict(m, text, NULL, &a, &p);
    FUZZ_CHECK(p.intent_count == model_describe(m)->intent_count);
    FUZZ_CHECK(p.top_intent < p.intent_count);
    for (size_t k = 0; k < p.entity_count; k++) FUZZ_CHECK(p.entities[k].end_bytes <= text.n);
    if (model_describe(m)->kind == PROJECT_LUIS) ask_luis(m, text, &a);
  }
  arena_fini(&a);
  model_close(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (!valid_clu.p) make_valid();
  bool raw = n && data[0] == 'R';
  const valid_file *valid = n && data[0] == 'L' ? &valid_luis : &valid_clu;
  size_t size = raw ? n - 1 : valid->bytes;
  uint8_t *bytes = aligned_alloc(64, (size + 64) & ~(size_t)63);
  memcpy(bytes, raw ? data + 1 : valid->p, size);
  if (!raw && n) patch(valid, bytes, data + 1, n - 1);
  ask(bytes, size);
  free(bytes);
  return 0;
}

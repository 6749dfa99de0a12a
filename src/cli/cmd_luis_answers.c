/* cmd_luis_answers.c -- the way of a LUIS version to its answers: train, publish, predict. */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/luis_call.h"
#include "cli/table.h"

#include <stdio.h>

/* ---- train ---------------------------------------------------------------------------------- */

static bool is_few_labels(const jnode *details) {
  jnode reason = jn_get(details, "failureReason");
  return jn_typeof(&reason) == JN_STR && str_eq(jn_str(&reason), STR("FewLabels"));
}

/* A client_judge of [{"modelId", "details": {"status", "failureReason"?}}]. */
static err_code judge_training(const jnode *rows, client_look *out, err *e) {
  size_t n = jn_len(rows), ended = 0;
  str failure = STR_NONE;
  for (size_t i = 0; i < n; i++) {
    jnode row = jn_at(rows, i), details;
    str status = STR(""), reason = STR("it gave no reason");
    err_code code = jn_req_obj(&row, "details", &details, e);
    if (code == ERR_OK) code = jn_req_str(&details, "status", &status, e);
    if (code == ERR_OK) code = jn_opt_str(&details, "failureReason", &reason, NULL, e);
    if (code != ERR_OK) return code;
    ended += !str_eq(status, STR("Queued")) && !str_eq(status, STR("InProgress"));
    if (str_eq(status, STR("Fail")) && (!failure.n || is_few_labels(&details))) failure = reason;
  }
  *out = (client_look){.over = ended == n, .done = n ? (double)ended / (double)n : 1, .phase = "learning"};
  if (!out->over || !failure.n) return ERR_OK;
  return err_set(e, ERR_CONFLICT, "the training failed: " STR_FMT, STR_ARG(failure));
}

typedef struct starved {
  client *c;
  const jnode *rows; /* of the training */
  buf names;         /* of the models without labels, after blanks */
} starved;

static void add_starved(void *context, const jnode *model) {
  starved *s = context;
  str id = client_field(s->c, model, "id");
  for (size_t i = 0; i < jn_len(s->rows); i++) {
    jnode row = jn_at(s->rows, i), details = jn_get(&row, "details");
    if (is_few_labels(&details) && str_eq(client_field(s->c, &row, "modelId"), id))
      buf_printf(&s->names, " \"" STR_FMT "\"", STR_ARG(client_field(s->c, model, "name")));
  }
}

/* Adds to the message of a failed training which models have too few labels. */
static void name_starved(luis_call *l, const char *id, str state, err *e) {
  jdoc *doc = NULL;
  err ignored;
  if (jn_parse(state, &doc, &ignored) != ERR_OK) return;
  jnode rows = jn_root(doc);
  starved s = {.c = &l->c, .rows = &rows};
  const char *models = client_path(&l->c, "apps", id, "versions", l->version, "models", NULL);
  if (client_list(&l->c, models, add_starved, &s, &ignored) == ERR_OK && s.names.n)
    err_set(e, ERR_CONFLICT, "the training failed: no examples of" STR_FMT, STR_ARG(buf_str(&s.names)));
  buf_free(&s.names);
  jn_free(doc);
}

static err_code wait_for_training(luis_call *l, const char *id, const char *path, err *e) {
  str state = STR_NONE;
  err_code code = client_poll(&l->c, path, judge_training, "training", &state, e);
  if (code == ERR_OK) luis_call_say(l, state, "%s trained", l->version);
  if (code == ERR_CONFLICT) name_starved(l, id, state, e);
  return code;
}

static err_code train(luis_call *l, err *e) {
  const char *id;
  str answer;
  err_code code = luis_call_version(l, &id, e);
  if (code != ERR_OK) return code;
  const char *path = client_path(&l->c, "apps", id, "versions", l->version, "train", NULL);
  code = client_request(&l->c, "POST", path, "", NULL, STR_NONE, &answer, e);
  if (code != ERR_OK) return code;
  if (!l->c.options.no_wait) return wait_for_training(l, id, path, e);
  luis_call_say(l, answer, "%s is being trained", l->version);
  return ERR_OK;
}

int cmd_luis_train(int argc, char **argv) {
  static const command_help help = {
      .name = "luis train",
      .arguments = "APP",
      .summary = "Trains a version as it is now and waits for the end. Interrupting the command\n"
                 "leaves the training running. What is published stays as it is.",
      .examples = "  dragoman luis train Bikes\n"
                  "  dragoman luis train Bikes --version 0.2\n"};
  luis_call l = {0};
  const option options[] = {LUIS_VERSION_OPTION(l),
                            OPT_FLAG("no-wait", &l.c.options.no_wait, "do not wait for the end"), CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 1, train);
}

/* ---- publish -------------------------------------------------------------------------------- */

static str publish_body(luis_call *l) {
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_kcstr(&w, "versionId", l->version);
  jw_kbool(&w, "isStaging", strcmp(l->slot, "staging") == 0);
  jw_kbool(&w, "directVersionPublish", l->direct);
  jw_end(&w);
  return client_take(&l->c, &body);
}

/* Regions that did not follow make an error, though the others answer already. */
static err_code say_published(luis_call *l, str answer, err *e) {
  jdoc *doc = NULL;
  err_code code = jn_parse(answer, &doc, e);
  if (code != ERR_OK) return code;
  jnode root = jn_root(doc);
  str url = STR(""), failed = STR("");
  code = jn_opt_str(&root, "endpointUrl", &url, NULL, e);
  if (code == ERR_OK) code = jn_opt_str(&root, "failedRegions", &failed, NULL, e);
  if (code == ERR_OK) luis_call_say(l, answer, "%s answers at " STR_FMT, l->version, STR_ARG(url));
  if (code == ERR_OK && failed.n)
    code = err_set(e, ERR_UNAVAILABLE, "these regions do not follow yet: " STR_FMT, STR_ARG(failed));
  jn_free(doc);
  return code;
}

static err_code publish(luis_call *l, err *e) {
  const char *id;
  str answer;
  err_code code = luis_call_version(l, &id, e);
  if (code == ERR_OK)
    code = client_request(&l->c, "POST", client_path(&l->c, "apps", id, "publish", NULL), "", "application/json",
                          publish_body(l), &answer, e);
  return code == ERR_OK ? say_published(l, answer, e) : code;
}

#define LUIS_SLOT_OPTION(l) OPT_CHOICE("slot", &(l).slot, "SLOT", "production|staging", "the slot (default production)")

int cmd_luis_publish(int argc, char **argv) {
  static const command_help help = {
      .name = "luis publish",
      .arguments = "APP",
      .summary = "Puts a trained version into a slot, in all regions of the app. Predictions go\n"
                 "on without a pause. With --direct no slot changes and the version answers by\n"
                 "its id.",
      .examples = "  dragoman luis publish Bikes --slot production\n"
                  "  dragoman luis publish Bikes --version 0.2 --slot staging\n"};
  luis_call l = {.slot = "production"};
  const option options[] = {LUIS_SLOT_OPTION(l), LUIS_VERSION_OPTION(l),
                            OPT_FLAG("direct", &l.direct, "answer by version, in no slot"), CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 1, publish);
}

/* ---- predict -------------------------------------------------------------------------------- */

enum { DEEPEST_LEVEL = 5 };

typedef struct found_rows {
  client *c;
  table t;
} found_rows;

static void add_entities(found_rows *rows, const jnode *entities, size_t level);

/* One entity: its value, and what "$instance" says of it. What is in it follows, indented. */
static void add_entity(found_rows *rows, const char *key, const jnode *value, const jnode *instance, size_t level) {
  client *c = rows->c;
  jnode inside = jn_get(value, "$instance");
  buf text = {0};
  if (jn_typeof(&inside) == JN_ABSENT && jn_typeof(value) != JN_STR) jn_dump(value, &text);
  str cells[] = {arena_printf(&c->memory, "%*s%s", (int)(2 * level), "", key), client_field(c, instance, "text"),
                 client_field(c, instance, "type"), arena_str(&c->memory, buf_str(&text))};
  buf_free(&text);
  table_row(&rows->t, cells);
  if (level < DEEPEST_LEVEL) add_entities(rows, value, level + 1);
}

/* {"City": [value…], "$instance": {"City": [{"text", "type", …}…]}}; nothing without "$instance". */
static void add_entities(found_rows *rows, const jnode *entities, size_t level) {
  jnode instances = jn_get(entities, "$instance"), member;
  if (jn_typeof(&instances) != JN_OBJ) return;
  for (void *iter = NULL; jn_next(&instances, &iter, &member);) {
    jnode values = jn_get(entities, member.key);
    for (size_t i = 0; i < MIN_OF(jn_len(&member), jn_len(&values)); i++) {
      jnode value = jn_at(&values, i), instance = jn_at(&member, i);
      add_entity(rows, member.key, &value, &instance, level);
    }
  }
}

static err_code print_top_intent(client *c, const jnode *prediction, err *e) {
  str top;
  double score = 0;
  err_code code = jn_req_str(prediction, "topIntent", &top, e);
  if (code != ERR_OK) return code;
  jnode intents = jn_get(prediction, "intents"), intent = jn_get(&intents, arena_cstr(&c->memory, top));
  code = jn_opt_num(&intent, "score", 0, 1, &score, NULL, e);
  if (code == ERR_OK) printf(STR_FMT " %.4f\n", STR_ARG(top), score);
  return code;
}

static void print_entities(client *c, const jnode *prediction) {
  static const char *const headings[] = {"ENTITY", "TEXT", "TYPE", "VALUE"};
  jnode entities = jn_get(prediction, "entities");
  found_rows rows = {.c = c};
  table_init(&rows.t, headings, ARRAY_LEN(headings), &c->memory);
  add_entities(&rows, &entities, 0);
  table_print(&rows.t, stdout);
}

static err_code ask(luis_call *l, const char *path, str *answer, err *e) {
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_kcstr(&w, "query", l->c.args[1]);
  jw_end(&w);
  l->c.api = CLIENT_LUIS_PREDICTION;
  err_code code = client_request(&l->c, "POST", path, "&verbose=true&show-all-intents=true", "application/json",
                                 buf_str(&body), answer, e);
  buf_free(&body);
  return code;
}

static err_code predict(luis_call *l, err *e) {
  const char *id;
  str answer;
  err_code code = luis_call_app(l, l->c.args[0], &id, e);
  if (code != ERR_OK) return code;
  const char *path = l->version ? client_path(&l->c, "apps", id, "versions", l->version, "predict", NULL)
                                : client_path(&l->c, "apps", id, "slots", l->slot, "predict", NULL);
  code = ask(l, path, &answer, e);
  if (code != ERR_OK) return code;
  if (l->c.options.json) {
    printf(STR_FMT "\n", STR_ARG(answer));
    return ERR_OK;
  }
  jdoc *doc = NULL;
  code = jn_parse(answer, &doc, e);
  if (code != ERR_OK) return code;
  jnode root = jn_root(doc), prediction = jn_get(&root, "prediction");
  code = print_top_intent(&l->c, &prediction, e);
  if (code == ERR_OK) print_entities(&l->c, &prediction);
  jn_free(doc);
  return code;
}

int cmd_luis_predict(int argc, char **argv) {
  static const command_help help = {.name = "luis predict",
                                    .arguments = "APP TEXT",
                                    .summary =
                                        "Prints the top intent of TEXT and the entities in it; with --json the whole\n"
                                        "answer of the V3 prediction API, verbose.",
                                    .examples = "  dragoman luis predict Bikes \"is my bike ready\"\n"
                                                "  dragoman luis predict Bikes \"is my bike ready\" --slot staging\n"};
  luis_call l = {.slot = "production"};
  const option options[] = {LUIS_SLOT_OPTION(l),
                            OPT_TEXT("version", &l.version, "V", "a version that is published directly, not a slot"),
                            CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 2, predict);
}

#include "service/training.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_in.h"
#include "model/luis_model.h"
#include "project/clu_json.h"
#include "project/luis_json.h"
#include "service/evaluations.h"
#include "service/training_params.h"

/* The child's side of a training (files and lines: training_process.h). */

enum { WORK_MAX_BYTES = 1 << 30, FEW_EXAMPLES = 10, NICE_LOWEST = 19 };
#define OOM_SCORE "800" /* out of memory, the kernel should take this process and not the server */

/* A signal handler can reach nothing but a static object. */
static atomic_bool cancel_requested;

static void on_sigterm(int sig) {
  (void)sig;
  atomic_store(&cancel_requested, true);
}

typedef struct work {
  const char *dir;
  arena a;
  training_params params;
  int64_t parent, memory_mib, threads;
  project p;
} work;

static const char *in_dir(work *w, const char *name) {
  return arena_printf(&w->a, "%s/%s", w->dir, name).p;
}

/* ---- reporting ----------------------------------------------------------------------------------- */

static void on_progress(void *ctx, double done, const char *phase) {
  (void)ctx;
  (void)phase;
  printf("train %.4f\n", done);
  fflush(stdout);
}

static int report(const err *e) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kcstr(&w, "code", err_name(e->code));
  jw_kcstr(&w, "message", e->message[0] ? e->message : err_default_message(e->code));
  if (e->target[0]) jw_kcstr(&w, "target", e->target);
  jw_end(&w);
  printf("error %.*s\n", (int)json.n, json.p);
  fflush(stdout);
  buf_free(&json);
  return 1;
}

/* ---- becoming a good neighbour --------------------------------------------------------------------- */

/* The limit is one of address space, of which AddressSanitizer reserves terabytes for its shadow: under it such a build
 * would get nowhere. */
static err_code limit_memory(int64_t mib, err *e) {
  if (ADDRESS_SANITIZED || mib <= 0) return ERR_OK;
  struct rlimit most = {(rlim_t)mib << 20, (rlim_t)mib << 20};
  return setrlimit(RLIMIT_AS, &most) ? err_set(e, ERR_INTERNAL, "the memory limit cannot be set") : ERR_OK;
}

/* Dies with the server; yields the processor to every prediction; is the first to go when memory is
 * short. What the machine does not allow is left out: only the memory limit is a promise. */
static err_code limit_process(const work *w, err *e) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != (pid_t)w->parent) return err_set(e, ERR_CANCELLED, "the server has gone");
  struct sched_param none = {0};
  sched_setscheduler(0, SCHED_IDLE, &none);
  setpriority(PRIO_PROCESS, 0, NICE_LOWEST);
  FILE *f = fopen("/proc/self/oom_score_adj", "w");
  if (f) {
    fputs(OOM_SCORE, f);
    fclose(f);
  }
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  err_code rc = limit_memory(w->memory_mib, e);
  if (rc != ERR_OK) return rc;
  struct sigaction term = {.sa_handler = on_sigterm};
  sigaction(SIGTERM, &term, NULL);
  signal(SIGPIPE, SIG_IGN);
  return ERR_OK;
}

/* ---- input --------------------------------------------------------------------------------------- */

static err_code read_file(work *w, const char *name, str *out, err *e) {
  char *data;
  size_t n;
  err_code rc = file_read(in_dir(w, name), WORK_MAX_BYTES, &data, &n, e);
  if (rc != ERR_OK) return rc;
  *out = arena_str(&w->a, str_make(data, n));
  free(data);
  return ERR_OK;
}

static err_code read_order(work *w, err *e) {
  str text;
  jdoc *doc = NULL;
  jnode params;
  err_code rc = read_file(w, "job.json", &text, e);
  if (rc == ERR_OK) rc = jn_parse(text, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = jn_req_int(&root, "parent", 0, INT32_MAX, &w->parent, e);
  if (rc == ERR_OK) rc = jn_req_int(&root, "memoryMib", -1, INT32_MAX, &w->memory_mib, e);
  if (rc == ERR_OK) rc = jn_req_int(&root, "threads", 1, 1024, &w->threads, e);
  if (rc == ERR_OK) rc = jn_req_obj(&root, "params", &params, e);
  if (rc == ERR_OK) rc = training_params__read(&params, &w->a, &w->params, e);
  jn_free(doc);
  return rc;
}

static err_code read_project(work *w, err *e) {
  str text;
  err_code rc = read_file(w, "project.json", &text, e);
  return rc == ERR_OK ? clu_read(text, &(clu_read_options){.joined = true}, &w->a, &w->p, e) : rc;
}

/* ---- warnings ------------------------------------------------------------------------------------ */

static void warn_if_few(jw *out, const char *what, str name, size_t examples) {
  if (examples >= FEW_EXAMPLES) return;
  buf text = {0};
  buf_printf(&text, "%s '" STR_FMT "' is tagged in only %zu training examples; %d are recommended.", what,
             STR_ARG(name), examples, FEW_EXAMPLES);
  jw_obj(out);
  jw_kcstr(out, "code", "Warning");
  jw_kstr(out, "message", buf_str(&text));
  jw_end(out);
  buf_free(&text);
}

/* An entity that is only list, regex or prebuilt needs no examples. */
static bool needs_examples(const entity *en, size_t examples) {
  return examples > 0 || !(en->has_list || en->has_regex || en->has_prebuilts);
}

/* Training utterances that carry each intent, and each entity at least once. */
static void count_examples(const project *p, const utterance_role *roles, size_t *intents, size_t *entities) {
  for (size_t i = 0; i < p->utterance_count; i++) {
    const utterance *u = &p->utterances[i];
    if (roles[i] != ROLE_TRAIN) continue;
    intents[u->intent]++;
    for (uint32_t k = 0; k < u->label_count; k++) {
      bool seen = false;
      for (uint32_t j = 0; j < k; j++) seen = seen || u->labels[j].entity == u->labels[k].entity;
      if (!seen) entities[u->labels[k].entity]++;
    }
  }
}

static err_code write_warnings(work *w, const utterance_role *roles, err *e) {
  const project *p = &w->p;
  size_t *intents = ARENA_ARRAY(&w->a, size_t, p->intent_count);
  size_t *entities = ARENA_ARRAY(&w->a, size_t, p->entity_count);
  count_examples(p, roles, intents, entities);
  buf json = {0};
  jw out;
  jw_init(&out, &json);
  jw_arr(&out);
  for (size_t i = 0; i < p->intent_count; i++) warn_if_few(&out, "Intent", p->intents[i].category, intents[i]);
  for (size_t i = 0; i < p->entity_count; i++)
    if (needs_examples(&p->entities[i], entities[i])) warn_if_few(&out, "Entity", p->entities[i].category, entities[i]);
  jw_end(&out);
  /* No warnings, no file: the job then has none either. */
  err_code rc = json.n > 2 ? file_write_atomic(in_dir(w, "warnings.json"), buf_str(&json), 0600, e) : ERR_OK;
  buf_free(&json);
  return rc;
}

/* ---- work ---------------------------------------------------------------------------------------- */

static err_code evaluate(work *w, const utterance_role *roles, const train_options *o, err *e) {
  model *m = NULL;
  bool any = false;
  buf json = {0};
  for (size_t i = 0; i < w->p.utterance_count && !any; i++) any = roles[i] == ROLE_TEST;
  if (!any) return ERR_OK;
  puts("evaluate");
  fflush(stdout);
  err_code rc = model_open(in_dir(w, "model"), false, &m, e);
  if (rc != ERR_OK) return rc;
  rc = evaluation__make(m, &w->p, roles, o, &any, &json, e);
  model_close(m);
  if (rc == ERR_OK) rc = file_write_atomic(in_dir(w, "evaluation.json"), buf_str(&json), 0600, e);
  buf_free(&json);
  return rc;
}

static train_options options_of(const work *w) {
  train_options o = training_params__options(&w->params);
  o.threads = (int)w->threads;
  o.progress = on_progress;
  o.cancel = &cancel_requested;
  return o;
}

/* A LUIS version is trained whole, so there is nothing left to evaluate on. */
static err_code train_luis(work *w, err *e) {
  str text;
  luis_app app;
  train_options o = options_of(w);
  err_code rc = read_file(w, "project.json", &text, e);
  if (rc == ERR_OK) rc = luis_read(text, &w->a, &app, e);
  return rc == ERR_OK ? luis_train(&app, w->params.luis_app, &o, NULL, in_dir(w, "model"), e) : rc;
}

static err_code train_project(work *w, err *e) {
  train_options o = options_of(w);
  utterance_role *roles = ARENA_ARRAY(&w->a, utterance_role, w->p.utterance_count);
  train_split(&w->p, &o, roles);
  err_code rc = write_warnings(w, roles, e);
  if (rc == ERR_OK) rc = model_train(&w->p, &o, roles, in_dir(w, "model"), e);
  return rc == ERR_OK ? evaluate(w, roles, &o, e) : rc;
}

static err_code train(work *w, err *e) {
  err_code rc = w->params.luis_app.n ? train_luis(w, e) : read_project(w, e);
  if (rc == ERR_OK && !w->params.luis_app.n) rc = train_project(w, e);
  if (rc == ERR_OK && atomic_load(&cancel_requested)) rc = err_set(e, ERR_CANCELLED, "the training was cancelled");
  return rc;
}

int training_child_main(const char *work_dir) {
  work w = {.dir = work_dir};
  err e = {0};
  arena_init(&w.a, 0);
  err_code rc = read_order(&w, &e);
  if (rc == ERR_OK) rc = limit_process(&w, &e);
  if (rc == ERR_OK) rc = train(&w, &e);
  arena_fini(&w.a);
  return rc == ERR_OK ? 0 : report(&e);
}

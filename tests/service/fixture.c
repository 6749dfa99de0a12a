#include "fixture.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timeutil.h"

enum { WAIT_S = 60, NAP_US = 2000 };
#define CHILD_ENV "DRAGOMAN_TEST_CHILD"

/* ---- the service ------------------------------------------------------------------------------- */

void fixture_open(fixture *f) {
  char *database = backend_database(f->dir);
  service_config c = {.data_dir = f->dir,
                      .database = database,
                      .region = "eastus2",
                      .program = "/proc/self/exe",
                      .training_memory_mib = -1, /* sanitizers map terabytes */
                      .training_time_s = f->training_time_s};
  assert_ok(service_open(&c, &f->s, e));
  free(database);
}

void fixture_close(fixture *f) {
  service_close(f->s);
  f->s = NULL;
}

service *fixture_second(fixture *f, service_role role, const char *region) {
  service *s = NULL;
  char *database = backend_database(f->dir);
  service_config c = {.data_dir = arena_printf(&f->a, "%s/second", f->dir).p,
                      .database = database,
                      .secret_file = arena_printf(&f->a, "%s/secret", f->dir).p,
                      .serve_region = region,
                      .role = role,
                      .program = "/proc/self/exe",
                      .training_memory_mib = -1};
  assert_ok(service_open(&c, &s, e));
  free(database);
  return s;
}

store *fixture_store(fixture *f) {
  store *st = NULL;
  assert_ok(backend_open(f->dir, &st, e));
  return st;
}

int fixture_setup(void **state) {
  fixture *f = mem_zalloc(1, sizeof *f);
  const char *base = getenv("TMPDIR");
  char path[512];
  snprintf(path, sizeof path, "%s/dragoman-service-XXXXXX", base ? base : "/tmp");
  if (!mkdtemp(path)) return -1;
  f->dir = mem_strdup(path);
  backend_make(f->dir);
  arena_init(&f->a, 0);
  child_plays(NULL);
  fixture_open(f);
  *state = f;
  return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  (void)st;
  (void)ftw;
  return type == FTW_DP ? rmdir(path) : unlink(path);
}

int fixture_teardown(void **state) {
  fixture *f = *state;
  service_close(f->s);
  backend_drop(f->dir);
  nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  arena_fini(&f->a);
  free(f->dir);
  free(f);
  return 0;
}

/* ---- the child --------------------------------------------------------------------------------- */

void child_plays(const char *part) {
  if (part)
    setenv(CHILD_ENV, part, 1);
  else
    unsetenv(CHILD_ENV);
}

static int play(const char *part, const char *dir) {
  if (strcmp(part, "crash-once") == 0) {
    /* The mark lies beside the work directory, which a second try makes anew. */
    char mark[1024];
    snprintf(mark, sizeof mark, "%s/../crashed", dir);
    if (access(mark, F_OK) == 0) return training_child_main(dir);
    FILE *f = fopen(mark, "w");
    if (f) fclose(f);
    part = "crash";
  }
  if (strcmp(part, "no-room") == 0) {
    struct rlimit tiny = {4096, 4096};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tiny);
    return training_child_main(dir);
  }
  if (strcmp(part, "crash") == 0) {
    signal(SIGSEGV, SIG_DFL);
    kill(getpid(), SIGSEGV);
  }
  if (strcmp(part, "hang") == 0) signal(SIGTERM, SIG_IGN);
  if (strcmp(part, "hang") == 0 || strcmp(part, "wait") == 0) {
    printf("train 0.5\nnonsense\ntrain 7\n");
    fflush(stdout);
    for (;;) pause();
  }
  return 1;
}

int fixture_main(int argc, char **argv, int (*tests_main)(void)) {
  if (argc != 3 || strcmp(argv[1], "train-job") != 0) return tests_main();
  const char *part = getenv(CHILD_ENV);
  return part ? play(part, argv[2]) : training_child_main(argv[2]);
}

/* ---- documents --------------------------------------------------------------------------------- */

static void write_utterance(jw *w, const char *intent_name, const char *verb, int i, bool test) {
  static const char *const cities[] = {"paris", "oslo", "new york", "rome", "k\xc3\xb6ln"};
  static const int lengths[] = {5, 4, 8, 4, 4}; /* UTF-16 */
  char text[200];
  size_t k = (size_t)i % ARRAY_LEN(cities);
  int offset = snprintf(text, sizeof text, "%s number %d for ", verb, i);
  snprintf(text + offset, sizeof text - (size_t)offset, "%s please", cities[k]);
  jw_obj(w);
  jw_kcstr(w, "text", text);
  jw_kcstr(w, "language", "en-us");
  jw_kcstr(w, "intent", intent_name);
  jw_kcstr(w, "dataset", test ? "Test" : "Train");
  jw_key(w, "entities");
  jw_arr(w);
  jw_obj(w);
  jw_kcstr(w, "category", "City");
  jw_kint(w, "offset", offset);
  jw_kint(w, "length", lengths[k]);
  jw_end(w);
  jw_end(w);
  jw_end(w);
}

str small_document(arena *a, const char *name, int n, bool with_test) {
  static const char *const intents[] = {"Book", "Play", "None"};
  static const char *const verbs[] = {"book a table", "play some music", "hello there"};
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kcstr(&w, "projectFileVersion", "2023-04-01");
  jw_kcstr(&w, "stringIndexType", "Utf16CodeUnit");
  jw_key(&w, "metadata");
  jw_raw(&w, arena_printf(a,
                          "{\"projectKind\":\"Conversation\",\"projectName\":\"%s\",\"language\":\"en-us\","
                          "\"settings\":{\"confidenceThreshold\":0.1}}",
                          name));
  jw_key(&w, "assets");
  jw_obj(&w);
  jw_kcstr(&w, "projectKind", "Conversation");
  jw_key(&w, "intents");
  jw_raw(&w, STR("[{\"category\":\"Book\"},{\"category\":\"Play\"},{\"category\":\"None\"}]"));
  jw_key(&w, "entities");
  jw_raw(&w, STR("[{\"category\":\"City\",\"compositionSetting\":\"combineComponents\"}]"));
  jw_key(&w, "utterances");
  jw_arr(&w);
  for (int i = 0; i < n; i++)
    for (size_t k = 0; k < ARRAY_LEN(intents); k++)
      write_utterance(&w, intents[k], verbs[k], i, with_test && i % 4 == 3);
  jw_end(&w);
  jw_end(&w);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

/* ---- jobs -------------------------------------------------------------------------------------- */

static bool is_final(str status) {
  return str_eq(status, STR("succeeded")) || str_eq(status, STR("failed")) || str_eq(status, STR("cancelled"));
}

job_view wait_job(fixture *f, job_kind kind, const char *id, const char *status) {
  int64_t until = time_mono_us() + (int64_t)WAIT_S * 1000000;
  job_view v;
  do {
    usleep(NAP_US);
    assert_ok(job_get(f->s, LOCAL, kind, STR_NONE, STR_NONE, str_of(id), &f->a, &v, e));
    assert_true(time_mono_us() < until);
  } while (!is_final(v.status));
  if (!str_eq(v.status, str_of(status))) fail_msg("job %s is %.*s: %.*s", id, STR_ARG(v.status), STR_ARG(v.errors));
  return v;
}

void wait_running(fixture *f, job_kind kind, const char *id) {
  job_view v;
  do {
    usleep(NAP_US);
    assert_ok(job_get(f->s, LOCAL, kind, STR_NONE, STR_NONE, str_of(id), &f->a, &v, e));
    assert_false(is_final(v.status));
  } while (!str_eq(v.status, STR("running")));
}

training_request request_of(const char *model_label) {
  return (training_request){.label = str_of(model_label),
                            .mode = TRAINING_STANDARD,
                            .evaluation = {.kind = SPLIT_MANUAL, .training_percent = 80, .testing_percent = 20}};
}

void import_small(fixture *f, const char *name) {
  char id[ID_JOB_LEN + 1];
  assert_ok(authoring_import(f->s, LOCAL, str_of(name), small_document(&f->a, name, 12, true), id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
}

void train(fixture *f, const char *project_name, const char *model_label) {
  char id[ID_JOB_LEN + 1];
  training_request r = request_of(model_label);
  assert_ok(training_start(f->s, LOCAL, str_of(project_name), &r, id, e));
  wait_job(f, JOB_TRAIN, id, "succeeded");
}

void deploy(fixture *f, const char *project_name, const char *deployment, const char *model_label) {
  char id[ID_JOB_LEN + 1];
  assert_ok(deployments_put(f->s, LOCAL, str_of(project_name), str_of(deployment), str_of(model_label), id, e));
  wait_job(f, JOB_DEPLOY, id, "succeeded");
}

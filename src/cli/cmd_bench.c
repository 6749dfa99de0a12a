/* cmd_bench.c -- `dragoman bench`: latency of predictions in one thread of this process. */
#include "base/json_out.h"
#include "base/timeutil.h"
#include "cli/commands.h"
#include "cli/local.h"
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const command_help help = {
    .name = "bench",
    .arguments = "MODEL FILE",
    .summary = "Predicts every utterance of FILE, again and again for the time given, in one thread,\n"
               "prediction and JSON both. Prints the latency of one prediction (p50, p99), predictions\n"
               "per second, the memory resident at the end and the time to open the model.",
    .examples = "  dragoman bench home.model home.json\n"
                "  dragoman bench home.model home.json --seconds 5 --json\n",
};

typedef struct figures {
  double p50_us, p99_us, per_second, rss_mb, load_ms;
} figures;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare_ns(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static double resident_mb(void) {
  FILE *f = fopen("/proc/self/statm", "re");
  if (!f) return 0;
  unsigned long total, resident = 0;
  if (fscanf(f, "%lu %lu", &total, &resident) != 2) resident = 0;
  fclose(f);
  return (double)resident * (double)sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

/* One pass over the project; appends the time of each prediction in nanoseconds. */
static dragoman_status time_pass(dragoman_session *session, const dragoman_project *project, size_t n, u32_vec *ns,
                                 dragoman_error *e) {
  for (size_t i = 0; i < n; i++) {
    dragoman_utterance u;
    dragoman_project_utterance(project, i, &u);
    dragoman_text json;
    int64_t started = now_ns();
    dragoman_status status = dragoman_predict_json(session, u.text.p, u.text.n, NULL, &json, e);
    int64_t took = now_ns() - started;
    if (status) return status;
    VEC_PUSH(ns, (uint32_t)MIN_OF(took, (int64_t)UINT32_MAX));
  }
  return DRAGOMAN_OK;
}

/* The first pass warms up and is not counted. */
static dragoman_status measure(dragoman_session *session, const dragoman_project *project, size_t n, double seconds,
                               figures *f, dragoman_error *e) {
  u32_vec ns = {0};
  dragoman_status status = time_pass(session, project, n, &ns, e);
  ns.n = 0;
  int64_t started = now_ns();
  int64_t end = started + (int64_t)(seconds * 1e9);
  while (!status && (ns.n == 0 || now_ns() < end)) status = time_pass(session, project, n, &ns, e);
  if (!status) {
    f->per_second = (double)ns.n / ((double)(now_ns() - started) / 1e9);
    qsort(ns.p, ns.n, sizeof *ns.p, compare_ns);
    f->p50_us = ns.p[ns.n / 2] / 1e3;
    f->p99_us = ns.p[ns.n - 1 - ns.n / 100] / 1e3;
    f->rss_mb = resident_mb();
  }
  VEC_FREE(&ns);
  return status;
}

static int print_figures(const figures *f, bool json) {
  if (!json) {
    printf("p50 %.1f us, p99 %.1f us, %.0f predictions a second, %.1f MB resident, model opened in %.2f ms\n",
           f->p50_us, f->p99_us, f->per_second, f->rss_mb, f->load_ms);
    return cli_finish_output();
  }
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  jw_obj(&w);
  jw_knum(&w, "p50_us", f->p50_us);
  jw_knum(&w, "p99_us", f->p99_us);
  jw_knum(&w, "per_second", f->per_second);
  jw_knum(&w, "rss_mb", f->rss_mb);
  jw_knum(&w, "load_ms", f->load_ms);
  jw_end(&w);
  printf(STR_FMT "\n", STR_ARG(buf_str(&out)));
  buf_free(&out);
  return cli_finish_output();
}

int cmd_bench(int argc, char **argv) {
  const char *args[2];
  int64_t seconds = 2;
  bool json = false;
  const option options[] = {
      OPT_INT("seconds", &seconds, 0, 3600, "how long to measure (default 2)"),
      OPT_FLAG("json", &json, "print JSON"),
  };
  int status;
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 2, 2, &status)) return status;

  dragoman_error e;
  dragoman_model *model = NULL;
  figures f = {0};
  int64_t started = now_ns();
  if (dragoman_model_open(args[0], &model, &e)) return local_fail(args[0], &e);
  f.load_ms = (double)(now_ns() - started) / 1e6;
  dragoman_project *project = NULL;
  dragoman_project_info info;
  dragoman_session *session = dragoman_session_new(model);
  if (dragoman_project_read(args[1], &project, &e)) {
    status = local_fail(args[1], &e);
  } else if (dragoman_project_describe(project, &info), info.utterances == 0) {
    snprintf(e.message, sizeof e.message, "the project has no utterances");
    e.place[0] = '\0';
    status = local_fail(args[1], &e);
  } else if (measure(session, project, info.utterances, (double)seconds, &f, &e)) {
    status = local_fail(args[1], &e);
  } else {
    status = print_figures(&f, json);
  }
  dragoman_session_free(session);
  dragoman_project_free(project);
  dragoman_model_close(model);
  return status;
}

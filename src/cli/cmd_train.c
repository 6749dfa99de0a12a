/* cmd_train.c -- `dragoman train`: a project file in, a model file out. */
#include "base/json_out.h"
#include "base/timeutil.h"
#include "cli/commands.h"
#include "cli/local.h"
#include "cli/options.h"
#include "cli/progress.h"

#include <stdio.h>

static const command_help help = {
    .name = "train",
    .arguments = "FILE -o MODEL",
    .summary = "Trains on the utterances of a project file (CLU JSON, LUIS JSON or .lu, plain or\n"
               ".gz) that are marked Train, or not marked, and writes a model file. The same file,\n"
               "mode and seed give the same bytes, whatever the number of threads.",
    .examples = "  dragoman train home.json -o home.model\n"
                "  dragoman train home.json.gz -o home.model --threads 2 --json\n",
};

static int on_progress(void *context, double done, const char *phase) {
  progress_update(context, done, phase);
  return 0;
}

static void print_result(const char *path, const dragoman_model_info *info, double seconds, bool json) {
  if (!json) {
    printf("%s: %zu bytes, trained on %zu utterances, %zu intents, %zu entities, in %.1f s\n", path, info->file_bytes,
           info->utterances, info->intents, info->entities, seconds);
    return;
  }
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  jw_obj(&w);
  jw_kcstr(&w, "model", path);
  jw_kint(&w, "bytes", (int64_t)info->file_bytes);
  jw_kstr(&w, "mode", str_make(info->mode.p, info->mode.n));
  jw_kint(&w, "seed", (int64_t)info->seed);
  jw_kint(&w, "utterances", (int64_t)info->utterances);
  jw_kint(&w, "intents", (int64_t)info->intents);
  jw_kint(&w, "entities", (int64_t)info->entities);
  jw_knum(&w, "seconds", seconds);
  jw_end(&w);
  printf(STR_FMT "\n", STR_ARG(buf_str(&out)));
  buf_free(&out);
}

/* Opens what was written, so that a model is announced only when it can be used. */
static int report(const char *path, double seconds, bool json) {
  dragoman_error e;
  dragoman_model *model = NULL;
  if (dragoman_model_open(path, &model, &e)) return local_fail(path, &e);
  dragoman_model_info info;
  dragoman_model_describe(model, &info);
  print_result(path, &info, seconds, json);
  dragoman_model_close(model);
  return cli_finish_output();
}

int cmd_train(int argc, char **argv) {
  const char *output = NULL, *mode = "standard", *args[1];
  int64_t seed = 0, threads = 1;
  bool json = false;
  const option options[] = {
      {.name = "output",
       .letter = 'o',
       .kind = OPTION_TEXT,
       .out = &output,
       .value = "MODEL",
       .help = "the model file to write (required)"},
      OPT_CHOICE("mode", &mode, "MODE", "standard|advanced", "how to train (default standard)"),
      OPT_INT("seed", &seed, 0, INT64_MAX, "seed of everything random (default 0)"),
      OPT_INT("threads", &threads, 1, 256, "threads to train with (default 1)"),
      OPT_FLAG("json", &json, "print the result as JSON"),
  };
  int status;
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 1, 1, &status)) return status;
  if (!output) return options_usage_error(&help, "-o MODEL is required");

  dragoman_error e;
  dragoman_project *project = NULL;
  if (dragoman_project_read(args[0], &project, &e)) return local_fail(args[0], &e);
  progress_bar bar;
  progress_start(&bar, "training");
  int64_t started_us = time_mono_us();
  const dragoman_train_options o = {.mode = mode[0] == 'a' ? DRAGOMAN_ADVANCED : DRAGOMAN_STANDARD,
                                    .seed = (uint64_t)seed,
                                    .threads = (int)threads,
                                    .progress = on_progress,
                                    .context = &bar};
  dragoman_status trained = dragoman_train(project, &o, output, &e);
  progress_end(&bar);
  dragoman_project_free(project);
  if (trained) return local_fail(args[0], &e);
  return report(output, (double)(time_mono_us() - started_us) / 1e6, json);
}

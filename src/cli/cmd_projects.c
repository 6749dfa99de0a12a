/* cmd_projects.c -- `dragoman projects …` */
#include "base/file.h"
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/project_resources.h"
#include "cli/show.h"
#include "project/clu_json.h"

#include <stdio.h>

static int projects_list(int argc, char **argv) {
  static const command_help help = {.name = "projects list",
                                    .arguments = "",
                                    .summary = "Lists the projects of the resource.",
                                    .examples = "  dragoman projects list\n"};
  static const char *const headings[] = {"PROJECT", "KIND", "LANGUAGE", "MODIFIED", "TRAINED", "DEPLOYED"};
  static const char *const members[] = {"projectName",          "projectKind",         "language",
                                        "lastModifiedDateTime", "lastTrainedDateTime", "lastDeployedDateTime"};
  static const show_columns columns = {ARRAY_LEN(headings), headings, members};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 0)) return c.status;
  return client_end(&c, show_list(&c, "", &columns, &c.e));
}

static int projects_show(int argc, char **argv) {
  static const command_help help = {.name = "projects show",
                                    .arguments = "PROJECT",
                                    .summary = "Prints the metadata of a project.",
                                    .examples = "  dragoman projects show home --json\n"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  return client_end(&c, show_one(&c, client_path(&c, c.args[0], NULL), "", &c.e));
}

typedef struct new_project {
  const char *name, *kind, *language, *description;
  bool multilingual;
} new_project;

static void write_new_project(const new_project *p, buf *out) {
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_kcstr(&w, "projectName", p->name);
  jw_kcstr(&w, "projectKind", p->kind);
  jw_kcstr(&w, "language", p->language);
  if (p->multilingual) jw_kbool(&w, "multilingual", true);
  jw_kstr_opt(&w, "description", str_of(p->description));
  jw_end(&w);
}

static err_code create(client *c, const new_project *p, err *e) {
  buf body = {0};
  write_new_project(p, &body);
  http_reply reply;
  err_code code = client_call(c, "PATCH", client_path(c, p->name, NULL), "", "application/merge-patch+json",
                              buf_str(&body), &reply, e);
  buf_free(&body);
  if (code != ERR_OK) return code;
  if (c->options.json)
    printf(STR_FMT "\n", STR_ARG(buf_str(&reply.body)));
  else
    printf("%s %s\n", p->name, reply.status == 201 ? "created" : "updated");
  http_reply_fini(&reply);
  return ERR_OK;
}

static int projects_create(int argc, char **argv) {
  static const command_help help = {.name = "projects create",
                                    .arguments = "PROJECT",
                                    .summary = "Makes an empty project, or changes the metadata of one.",
                                    .examples = "  dragoman projects create home --language en-us\n"};
  client c = {0};
  new_project p = {.kind = "Conversation", .language = "en-us"};
  const option options[] = {
      OPT_TEXT("language", &p.language, "CODE", "primary language (default en-us)"),
      OPT_CHOICE("kind", &p.kind, "KIND", "Conversation|Orchestration", "kind of project (default Conversation)"),
      OPT_FLAG("multilingual", &p.multilingual, "utterances may be in other languages"),
      OPT_TEXT("description", &p.description, "TEXT", "what it is for"),
      CLIENT_OPTIONS(c),
  };
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  p.name = c.args[0];
  return client_end(&c, create(&c, &p, &c.e));
}

/* ---- import and export --------------------------------------------------------------------- */

/* The document under another name. A file names its own project, and the server refuses another. */
static err_code rename_document(client *c, str json, str name, str *out, err *e) {
  project p;
  err_code code = clu_read(json, &(clu_read_options){0}, &c->memory, &p, e);
  if (code != ERR_OK) return code;
  p.metadata.name = name;
  buf text = {0};
  clu_write(&p, OFFSET_UTF16, &text);
  *out = client_take(c, &text);
  return ERR_OK;
}

/* Decides under which name to import and what to send. */
static err_code prepare_import(client *c, str json, const char *wanted, const char **name, str *body, err *e) {
  jdoc *doc = NULL;
  err_code code = jn_parse(json, &doc, e);
  if (code != ERR_OK) return code;
  jnode root = jn_root(doc), metadata = jn_get(&root, "metadata");
  str own = STR("");
  code = jn_opt_str(&metadata, "projectName", &own, NULL, e);
  *body = json;
  *name = wanted ? wanted : arena_cstr(&c->memory, own);
  if (code == ERR_OK && wanted && own.n && !str_eq(own, str_of(wanted)))
    code = rename_document(c, json, str_of(wanted), body, e);
  jn_free(doc);
  if (code == ERR_OK && !(*name)[0])
    return err_set(e, ERR_INVALID_ARGUMENT, "the file names no project; give --name PROJECT");
  return code;
}

static err_code import_file(client *c, const char *file, const char *wanted, err *e) {
  char *json = NULL;
  size_t n = 0;
  err_code code = file_read_maybe_gz(file, CLI_FILE_MAX_BYTES, &json, &n, e);
  if (code != ERR_OK) return code;
  const char *name;
  str body;
  code = prepare_import(c, str_make(json, n), wanted, &name, &body, e);
  if (code != ERR_OK) {
    err_prefix(e, "%s: ", file);
  } else {
    str done = arena_printf(&c->memory, "%s imported", name);
    code = client_job(c, "POST", client_path(c, name, ":import", NULL), "", body, "importing", done.p, e);
  }
  free(json);
  return code;
}

static int projects_import(int argc, char **argv) {
  static const command_help help = {.name = "projects import",
                                    .arguments = "FILE",
                                    .summary =
                                        "Imports a project file (CLU JSON, plain or .gz). A project of that name\n"
                                        "is replaced; its models and deployments stay.",
                                    .examples = "  dragoman projects import home.json\n"
                                                "  dragoman projects import home.json --name home-test\n"};
  client c = {0};
  const char *name = NULL;
  const option options[] = {
      OPT_TEXT("name", &name, "PROJECT", "name to import under (default: the one in the file)"),
      CLIENT_JOB_OPTIONS(c),
  };
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  return client_end(&c, import_file(&c, c.args[0], name, &c.e));
}

static err_code export_project(client *c, const char *name, const char *model, const char *path, err *e) {
  http_reply reply;
  err_code code = client_export(c, name, model, &reply, e);
  if (code != ERR_OK) return code;
  code = client_save(path, buf_str(&reply.body), e);
  http_reply_fini(&reply);
  return code;
}

static int projects_export(int argc, char **argv) {
  static const command_help help = {.name = "projects export",
                                    .arguments = "PROJECT",
                                    .summary = "Writes the project file to stdout, or to FILE.",
                                    .examples = "  dragoman projects export home -o home.json\n"
                                                "  dragoman projects export home --model m1 > trained-on.json\n"};
  client c = {0};
  const char *model = NULL, *file = NULL;
  const option options[] = {
      {.name = "output", .letter = 'o', .kind = OPTION_TEXT, .out = &file, .value = "FILE", .help = "where to write"},
      OPT_TEXT("model", &model, "MODEL", "what that model was trained on, not the working copy"),
      CLIENT_OPTIONS(c),
  };
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  return client_end(&c, export_project(&c, c.args[0], model, file, &c.e));
}

/* ---- train and delete ---------------------------------------------------------------------- */

typedef struct train_request {
  const char *label, *mode, *split;
  int64_t percent; /* of training, with split "percentage" */
} train_request;

static void write_train_request(const train_request *r, buf *out) {
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_kcstr(&w, "modelLabel", r->label);
  jw_kcstr(&w, "trainingMode", r->mode);
  jw_key(&w, "evaluationOptions");
  jw_obj(&w);
  jw_kcstr(&w, "kind", r->split);
  if (strcmp(r->split, "percentage") == 0) {
    jw_kint(&w, "trainingSplitPercentage", r->percent);
    jw_kint(&w, "testingSplitPercentage", 100 - r->percent);
  }
  jw_end(&w);
  jw_end(&w);
}

static int projects_train(int argc, char **argv) {
  static const command_help help = {.name = "projects train",
                                    .arguments = "PROJECT MODEL",
                                    .summary =
                                        "Trains a model on the project as it is now and evaluates it. A model of that\n"
                                        "label is replaced. Interrupting the command leaves the training running:\n"
                                        "see dragoman jobs.",
                                    .examples = "  dragoman projects train home m1\n"
                                                "  dragoman projects train home m2 --split percentage --percent 90\n"};
  client c = {0};
  train_request r = {.mode = "standard", .split = "manual", .percent = 80};
  const option options[] = {
      OPT_CHOICE("mode", &r.mode, "MODE", "standard|advanced", "how to train (default standard)"),
      OPT_CHOICE("split", &r.split, "SPLIT", "manual|percentage",
                 "test utterances: those marked (manual, the default) or drawn"),
      OPT_INT("percent", &r.percent, 1, 100, "share to train on with --split percentage (default 80)"),
      CLIENT_JOB_OPTIONS(c),
  };
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  r.label = c.args[1];
  buf body = {0};
  write_train_request(&r, &body);
  str done = arena_printf(&c.memory, "%s trained", r.label);
  err_code code =
      client_job(&c, "POST", client_path(&c, c.args[0], ":train", NULL), "", buf_str(&body), "training", done.p, &c.e);
  buf_free(&body);
  return client_end(&c, code);
}

static int projects_delete(int argc, char **argv) {
  static const command_help help = {.name = "projects delete",
                                    .arguments = "PROJECT",
                                    .summary = "Deletes a project with its models and deployments.",
                                    .examples = "  dragoman projects delete home-test\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  str done = arena_printf(&c.memory, "%s deleted", c.args[0]);
  return client_end(&c,
                    client_job(&c, "DELETE", client_path(&c, c.args[0], NULL), "", STR_NONE, "deleting", done.p, &c.e));
}

int cmd_projects(int argc, char **argv) {
  static const command commands[] = {
      {"list", "the projects of the resource", projects_list},
      {"show", "metadata of a project", projects_show},
      {"create", "an empty project", projects_create},
      {"import", "a project file", projects_import},
      {"export", "the project as a file", projects_export},
      {"train", "a model of the project", projects_train},
      {"resources", "the other resources that the project may be deployed to", projects_resources},
      {"assign", "another resource to deploy to", projects_assign},
      {"unassign", "one of them, with what is deployed there", projects_unassign},
      {"copy", "a project to another resource or server", projects_copy},
      {"delete", "a project with all that is in it", projects_delete},
  };
  return command_dispatch("projects", commands, ARRAY_LEN(commands), argc, argv);
}

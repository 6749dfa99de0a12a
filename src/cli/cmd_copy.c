/* cmd_copy.c -- `dragoman projects copy`: from one server, or resource, to another. */
#include "base/json_out.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/project_resources.h"

#include <stdio.h>

/* The kind of the project to copy, in the client's arena. */
static err_code kind_of(client *c, const char *project_name, str *kind, err *e) {
  jdoc *doc = NULL;
  str text;
  err_code code = client_get(c, client_path(c, project_name, NULL), "", &doc, &text, e);
  if (code != ERR_OK) return code;
  jnode root = jn_root(doc);
  code = jn_req_str(&root, "projectKind", kind, e);
  if (code == ERR_OK) *kind = arena_str(&c->memory, *kind);
  jn_free(doc);
  return code;
}

/* What the target allows, as it says it: the body of the copy. */
static err_code authorize(client *target, const char *name, str kind, bool overwrite, buf *out, err *e) {
  buf body = {0};
  jw w;
  http_reply reply;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_kstr(&w, "projectKind", kind);
  jw_kbool(&w, "allowOverwrite", overwrite);
  jw_end(&w);
  const char *path = client_path(target, name, ":authorize-copy", NULL);
  err_code code = client_call(target, "POST", path, "", "application/json", buf_str(&body), &reply, e);
  buf_free(&body);
  if (code != ERR_OK) return err_prefix(e, "the target: ");
  buf_add_str(out, buf_str(&reply.body));
  http_reply_fini(&reply);
  return ERR_OK;
}

static err_code copy(client *c, client *target, const char *project_name, const char *name, bool overwrite, err *e) {
  str kind;
  buf allowed = {0};
  err_code code = kind_of(c, project_name, &kind, e);
  if (code == ERR_OK) code = authorize(target, name, kind, overwrite, &allowed, e);
  str done = arena_printf(&c->memory, "%s copied to %s as %s", project_name, target->url, name);
  if (code == ERR_OK)
    code =
        client_job(c, "POST", client_path(c, project_name, ":copy", NULL), "", buf_str(&allowed), "copying", done.p, e);
  buf_free(&allowed);
  return code;
}

int projects_copy(int argc, char **argv) {
  static const command_help help = {
      .name = "projects copy",
      .arguments = "PROJECT --to URL --to-key KEY",
      .summary = "Copies the working copy of a project to another resource, here or on another server.\n"
                 "The target gives a token for it; models and deployments stay.",
      .examples = "  dragoman projects copy home --to https://b.example:8080 --to-key \"$B_KEY\" --as home2\n"};
  client c = {0};
  const char *to = NULL, *to_key = NULL, *name = NULL;
  bool overwrite = false;
  const option options[] = {CLIENT_JOB_OPTIONS(c), OPT_TEXT("to", &to, "URL", "the server to copy to"),
                            OPT_TEXT("to-key", &to_key, "KEY", "a key of the resource to copy to"),
                            OPT_TEXT("as", &name, "NAME", "the project's name there (default: the same)"),
                            OPT_FLAG("overwrite", &overwrite, "replace a project of that name")};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  client target = {0};
  err_code code = to && to_key ? client_open(&target, to, to_key, &c.e)
                               : err_set(&c.e, ERR_INVALID_ARGUMENT, "say where to copy: --to URL and --to-key KEY");
  if (code == ERR_OK) {
    code = copy(&c, &target, c.args[0], name ? name : c.args[0], overwrite, &c.e);
    client_close(&target);
  }
  return client_end(&c, code);
}

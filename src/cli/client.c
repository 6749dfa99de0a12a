#include "cli/client.h"

#include "base/file.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "service/resources.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define AUTHORING "/language/authoring/analyze-conversations/projects"
#define OWN       "/dragoman/projects"

static const struct {
  const char *root;
  const char *query;     /* of every call */
  const char *page_size; /* name of that parameter of lists */
} apis[] = {
    [CLIENT_CLU] = {AUTHORING, "&api-version=2023-04-01", "maxpagesize"},
    [CLIENT_OWN] = {OWN, "", "maxpagesize"},
    [CLIENT_MANAGEMENT] = {"", "&api-version=2024-10-01", "maxpagesize"},
    [CLIENT_LUIS] = {"/luis/authoring/v3.0-preview", "", "take"},
    [CLIENT_LUIS_PREDICTION] = {"/luis/prediction/v3.0", "", "take"},
};

/* ---- start and end ------------------------------------------------------------------------ */

static const char *first_set(const char *a, const char *b, const char *c) {
  if (a && a[0]) return a;
  return b && b[0] ? b : c;
}

/* Without a slash at the end, so that paths can follow. */
static const char *base_url(client *c, str url) {
  while (url.n && url.p[url.n - 1] == '/') url.n--;
  return arena_cstr(&c->memory, url);
}

/* Sets c->url and *key from options and environment; what is missing comes from the data directory. */
static err_code find_server(client *c, const char **key, err *e) {
  const char *url = first_set(c->options.url, getenv("DRAGOMAN_URL"), NULL);
  *key = first_set(c->options.key, getenv("DRAGOMAN_KEY"), NULL);
  resource_view local = {0};
  if (!*key) {
    const char *dir = first_set(c->options.data_dir, NULL, CLI_DATA_DIR);
    err_code code = resource_keys_offline(&(service_config){.data_dir = dir}, STR_NONE, &c->memory, &local, e);
    if (code != ERR_OK) {
      err_prefix(e, "no key: give --key, DRAGOMAN_KEY or --data; ");
      return code;
    }
    *key = arena_cstr(&c->memory, str_of(local.key1));
  }
  c->url = base_url(c, url ? str_of(url) : local.endpoint.n ? local.endpoint : str_of(CLI_URL));
  return ERR_OK;
}

bool client_begin(client *c, const command_help *help, const option *options, size_t option_count, int argc,
                  char **argv, size_t arg_count) {
  assert(arg_count <= CLIENT_MAX_ARGS);
  if (!options_parse(help, options, option_count, argc, argv, c->args, arg_count, arg_count, &c->status)) return false;
  arena_init(&c->memory, 0);
  const char *key;
  err_code code = find_server(c, &key, &c->e);
  if (code == ERR_OK) code = http_client_new(key, &c->http, &c->e);
  if (code == ERR_OK) return true;
  c->status = client_end(c, code);
  return false;
}

err_code client_open(client *c, const char *url, const char *key, err *e) {
  arena_init(&c->memory, 0);
  c->url = base_url(c, str_of(url));
  err_code code = http_client_new(key, &c->http, e);
  if (code != ERR_OK) client_close(c);
  return code;
}

void client_close(client *c) {
  http_client_free(c->http);
  arena_fini(&c->memory);
}

int client_end(client *c, err_code code) {
  int status = code == ERR_OK ? cli_finish_output() : cli_fail(&c->e);
  client_close(c);
  return status;
}

str client_take(client *c, buf *b) {
  str out = arena_str(&c->memory, buf_str(b));
  buf_free(b);
  return out;
}

/* ---- calls -------------------------------------------------------------------------------- */

/* RFC 3986 unreserved, and the colon of ":train". */
static bool stays_as_is(char ch) {
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
         (ch && strchr("-._~:", ch));
}

const char *client_path(client *c, ...) {
  buf path = {0};
  va_list ap;
  va_start(ap, c);
  for (const char *segment; (segment = va_arg(ap, const char *));) {
    buf_add_byte(&path, '/');
    for (const char *p = segment; *p; p++) {
      if (stays_as_is(*p))
        buf_add_byte(&path, *p);
      else
        buf_printf(&path, "%%%02X", (unsigned char)*p);
    }
  }
  va_end(ap);
  return client_take(c, &path).p;
}

/* What the error envelope of an answer says. */
static err_code error_of_reply(const http_reply *r, err *e) {
  err ignored;
  jdoc *doc = NULL;
  err_code code = r->status == 404 ? ERR_NOT_FOUND : r->status >= 500 ? ERR_UNAVAILABLE : ERR_INVALID_REQUEST;
  err_set(e, code, "the server answered %ld", r->status);
  if (jn_parse(buf_str(&r->body), &doc, &ignored) != ERR_OK) return code;
  jnode root = jn_root(doc), error = jn_get(&root, "error");
  str message, name, target = STR("");
  if (jn_req_str(&error, "message", &message, &ignored) == ERR_OK &&
      jn_req_str(&error, "code", &name, &ignored) == ERR_OK &&
      jn_opt_str(&error, "target", &target, NULL, &ignored) == ERR_OK) {
    char place[sizeof e->target];
    (void)str_copy_to(target, place, sizeof place);
    err_at(e, code, place, STR_FMT " [%ld " STR_FMT "]", STR_ARG(message), r->status, STR_ARG(name));
  }
  jn_free(doc);
  return code;
}

err_code client_call(client *c, const char *method, const char *path, const char *query, const char *content_type,
                     str body, http_reply *out, err *e) {
  str parameters = arena_printf(&c->memory, "%s%s", apis[c->api].query, query);
  str url = arena_printf(&c->memory, "%s%s%s%s" STR_FMT, c->url, apis[c->api].root, path, parameters.n ? "?" : "",
                         STR_ARG(str_skip(parameters, 1)));
  http_reply reply;
  err_code code = http_client_call(c->http, method, url.p, content_type, body, &reply, e);
  if (code != ERR_OK) return code;
  if (reply.status >= 200 && reply.status < 300) {
    *out = reply;
    return ERR_OK;
  }
  code = error_of_reply(&reply, e);
  http_reply_fini(&reply);
  return code;
}

err_code client_request(client *c, const char *method, const char *path, const char *query, const char *content_type,
                        str body, str *answer, err *e) {
  http_reply reply;
  err_code code = client_call(c, method, path, query, content_type, body, &reply, e);
  if (code != ERR_OK) return code;
  *answer = arena_str(&c->memory, buf_str(&reply.body));
  http_reply_fini(&reply);
  return ERR_OK;
}

err_code client_get(client *c, const char *path, const char *query, jdoc **doc, str *text, err *e) {
  err_code code = client_request(c, "GET", path, query, NULL, STR_NONE, text, e);
  if (code != ERR_OK) return code;
  code = jn_parse(*text, doc, e);
  if (code != ERR_OK) err_prefix(e, "the server's answer: ");
  return code;
}

enum { PAGE_SIZE = 100 };

/* The items of a page. *more: the server may have another one; a bare array does not say. */
static err_code items_of(const jnode *root, jnode *items, bool *more, err *e) {
  if (jn_typeof(root) == JN_ARR) {
    *items = *root;
    *more = jn_len(root) == PAGE_SIZE;
    return ERR_OK;
  }
  jnode next = jn_get(root, "nextLink");
  *more = jn_typeof(&next) == JN_STR;
  return jn_req_arr(root, "value", items, e);
}

/* Visits the items of one page; *n of them. */
static err_code visit_page(client *c, const char *path, size_t skip, client_visit visit, void *context, size_t *n,
                           bool *more, err *e) {
  char query[64];
  snprintf(query, sizeof query, "&skip=%zu&%s=%d", skip, apis[c->api].page_size, PAGE_SIZE);
  jdoc *doc = NULL;
  str text;
  err_code code = client_get(c, path, query, &doc, &text, e);
  if (code != ERR_OK) return code;
  jnode root = jn_root(doc), value;
  code = items_of(&root, &value, more, e);
  *n = code == ERR_OK ? jn_len(&value) : 0;
  for (size_t i = 0; i < *n; i++) {
    jnode item = jn_at(&value, i);
    visit(context, &item);
  }
  jn_free(doc);
  return code;
}

err_code client_list(client *c, const char *path, client_visit visit, void *context, err *e) {
  bool more = true;
  for (size_t skip = 0, n = 1; more && n; skip += n) {
    err_code code = visit_page(c, path, skip, visit, context, &n, &more, e);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

/* ---- jobs --------------------------------------------------------------------------------- */

/* From "https://host/…/projects/home/train/jobs/ID?api-version=…" to "home/train/jobs/ID". The server
 * may name itself by another address than ours; only the path counts. */
static str operation_of_url(str url) {
  static const str markers[] = {STR(AUTHORING "/"), STR(OWN "/")};
  url.n = str_find_byte(url, '?');
  for (size_t i = 0; i < url.n; i++)
    for (size_t m = 0; m < ARRAY_LEN(markers); m++)
      if (str_starts(str_skip(url, i), markers[m])) return str_skip(url, i + markers[m].n);
  return url;
}

/* "home/jobs/ID": no operation of the authoring API looks like that. */
static bool is_own_operation(str op) {
  op = str_skip(op, str_find_byte(op, '/') + 1);
  return str_starts(op, STR("jobs/"));
}

err_code client_operation_path(client *c, const char *operation, const char **path, err *e) {
  str op = operation_of_url(str_of(operation));
  while (op.n && op.p[0] == '/') op = str_skip(op, 1);
  size_t slashes = 0;
  for (size_t i = 0; i < op.n; i++) slashes += op.p[i] == '/';
  if (slashes < 2 || str_find_byte(op, ' ') < op.n)
    return err_set(e, ERR_INVALID_ARGUMENT, "\"%s\" is no operation; one looks like home/train/jobs/ID", operation);
  c->api = is_own_operation(op) ? CLIENT_OWN : CLIENT_CLU;
  *path = arena_printf(&c->memory, "/" STR_FMT, STR_ARG(op)).p;
  return ERR_OK;
}

/* Training tells how far it is; other jobs are short. */
static double job_progress(const jnode *job, const char **phase) {
  static const char *const parts[] = {"trainingStatus", "evaluationStatus"};
  jnode result = jn_get(job, "result");
  double sum = 0;
  *phase = NULL;
  for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
    jnode part = jn_get(&result, parts[i]), percent = jn_get(&part, "percentComplete");
    if (jn_typeof(&percent) != JN_INT) continue;
    double done = (double)jn_int(&percent) / 100;
    if (done < 1 && !*phase) *phase = i == 0 ? "learning" : "evaluating";
    sum += done * (i == 0 ? 0.9 : 0.1);
  }
  return sum;
}

/* A client_judge. */
static err_code judge_job(const jnode *job, client_look *out, err *e) {
  str status = STR(""), message = STR("it gave no reason");
  err ignored;
  err_code code = jn_req_str(job, "status", &status, e);
  if (code != ERR_OK) return code;
  *out = (client_look){.over = str_eq(status, STR("succeeded"))};
  out->done = job_progress(job, &out->phase);
  if (str_eq(status, STR("cancelled"))) return err_set(e, ERR_CANCELLED, "the job was cancelled");
  if (!str_eq(status, STR("failed")) && !str_eq(status, STR("partiallyCompleted"))) return ERR_OK;
  jnode errors = jn_get(job, "errors");
  if (jn_len(&errors)) {
    jnode first = jn_at(&errors, 0);
    if (jn_opt_str(&first, "message", &message, NULL, &ignored) != ERR_OK) message = STR("its reason is no text");
  }
  return err_set(e, ERR_CONFLICT, "the job failed: " STR_FMT, STR_ARG(message));
}

static void sleep_ms(int64_t ms) {
  struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  nanosleep(&t, NULL);
}

err_code client_poll(client *c, const char *path, client_judge judge, const char *label, str *state, err *e) {
  enum { FIRST_PAUSE_MS = 50, LONGEST_PAUSE_MS = 1000 };
  progress_bar bar;
  progress_start(&bar, label);
  err_code code;
  client_look look = {0};
  for (int64_t pause_ms = FIRST_PAUSE_MS;; pause_ms = MIN_OF(pause_ms * 3 / 2, LONGEST_PAUSE_MS)) {
    jdoc *doc = NULL;
    code = client_get(c, path, "", &doc, state, e);
    if (code != ERR_OK) break;
    jnode root = jn_root(doc);
    code = judge(&root, &look, e);
    progress_update(&bar, look.done, look.phase);
    jn_free(doc);
    if (code != ERR_OK || look.over) break;
    sleep_ms(pause_ms);
  }
  progress_end(&bar);
  return code;
}

err_code client_wait(client *c, const char *operation, const char *label, str *job, err *e) {
  const char *path;
  err_code code = client_operation_path(c, operation, &path, e);
  return code == ERR_OK ? client_poll(c, path, judge_job, label, job, e) : code;
}

static err_code start_job(client *c, const char *method, const char *path, const char *query, str body,
                          const char **operation, err *e) {
  http_reply reply;
  err_code code = client_call(c, method, path, query, body.p ? "application/json" : NULL, body, &reply, e);
  if (code != ERR_OK) return code;
  *operation = arena_cstr(&c->memory, operation_of_url(str_of(reply.operation_location)));
  http_reply_fini(&reply);
  return ERR_OK;
}

err_code client_job(client *c, const char *method, const char *path, const char *query, str body, const char *label,
                    const char *done, err *e) {
  const char *operation;
  str job;
  err_code code = start_job(c, method, path, query, body, &operation, e);
  if (code != ERR_OK) return code;
  if (c->options.no_wait) {
    printf(c->options.json ? "{\"operation\":\"%s\"}\n" : "%s\n", operation);
    return ERR_OK;
  }
  code = client_wait(c, operation, label, &job, e);
  if (code == ERR_OK) printf("%s\n", c->options.json ? job.p : done);
  return code;
}

err_code client_job_quietly(client *c, const char *method, const char *path, const char *query, str body,
                            const char *label, const char **operation, err *e) {
  str job;
  err_code code = start_job(c, method, path, query, body, operation, e);
  return code == ERR_OK ? client_wait(c, *operation, label, &job, e) : code;
}

err_code client_export(client *c, const char *project, const char *model, http_reply *out, err *e) {
  const char *query = "&stringIndexType=Utf16CodeUnit", *operation, *path;
  if (model) query = arena_printf(&c->memory, "%s&trainedModelLabel=%s", query, client_path(c, model, NULL) + 1).p;
  path = client_path(c, project, ":export", NULL);
  err_code code = client_job_quietly(c, "POST", path, query, STR_NONE, "exporting", &operation, e);
  if (code == ERR_OK) code = client_operation_path(c, operation, &path, e);
  if (code != ERR_OK) return code;
  return client_call(c, "GET", arena_printf(&c->memory, "%s/result", path).p, "", NULL, STR_NONE, out, e);
}

/* ---- printing ----------------------------------------------------------------------------- */

err_code client_save(const char *path, str document, err *e) {
  if (path) return file_write_atomic(path, document, 0644, e);
  fwrite(document.p, 1, document.n, stdout);
  if (!str_ends(document, STR("\n"))) putchar('\n');
  return ERR_OK;
}

str client_field(client *c, const jnode *object, const char *key) {
  jnode v = jn_get(object, key);
  switch (jn_typeof(&v)) {
  case JN_ABSENT:
  case JN_NULL: return STR("-");
  case JN_STR: return arena_str(&c->memory, jn_str(&v));
  default: break;
  }
  buf text = {0};
  jn_dump(&v, &text);
  return client_take(c, &text);
}

void client_print_object(const jnode *object) {
  jnode member;
  for (void *iter = NULL; jn_next(object, &iter, &member);) {
    buf text = {0};
    if (jn_typeof(&member) == JN_STR)
      buf_add_str(&text, jn_str(&member));
    else
      jn_dump(&member, &text);
    printf("%-30s " STR_FMT "\n", member.key, STR_ARG(buf_str(&text)));
    buf_free(&text);
  }
}

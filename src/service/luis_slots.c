#include "service/luis_slots.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/gzip.h"
#include "base/json_out.h"
#include "base/timeutil.h"
#include "service/assigned.h"
#include "service/bundle.h"
#include "service/deployments_int.h"
#include "service/jobs.h"
#include "service/luis_int.h"
#include "service/service_int.h"

/* ---- regions ----------------------------------------------------------------------------------- */

static void add_region(luis_names *names, str *v, str region) {
  for (size_t i = 0; i < names->n; i++)
    if (str_eq(v[i], region)) return;
  v[names->n++] = region;
  names->v = v;
}

static err_code own_region(store_tx *tx, str resource, arena *a, luis_names *out, err *e) {
  store_resource r;
  err_code rc = store_resource_get(tx, resource, a, &r, e);
  if (rc == ERR_OK) add_region(out, ARENA_NEW(a, str), r.region);
  return rc;
}

err_code luis_regions(service *s, str resource, str app_id, arena *a, luis_names *out, err *e) {
  store_tx *tx;
  luis_record app;
  store_assignment *rows = NULL;
  size_t n = 0, total;
  *out = (luis_names){0};
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__app(tx, resource, app_id, a, &app, e);
  if (rc == ERR_OK) rc = store_assignment_list(tx, resource, app.row.name, 0, SIZE_MAX, a, &rows, &n, &total, e);
  str *v = ARENA_ARRAY(a, str, n);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) add_region(out, v, rows[i].region);
  if (rc == ERR_OK && !n) rc = own_region(tx, resource, a, out, e);
  store_rollback(tx);
  return rc;
}

/* Where a deployment answers. */
static err_code regions_of(store_tx *tx, const store_deployment *d, arena *a, luis_names *out, err *e) {
  assigned_set on;
  *out = (luis_names){0};
  err_code rc = assigned__parse(d->assigned, a, &on, e);
  if (rc != ERR_OK) return rc;
  str *v = ARENA_ARRAY(a, str, on.n);
  for (size_t i = 0; i < on.n; i++) add_region(out, v, on.p[i].region);
  return on.n ? ERR_OK : own_region(tx, d->resource, a, out, e);
}

/* ---- endpoints --------------------------------------------------------------------------------- */

static bool is_slot(str name) {
  return str_eq(name, STR(LUIS_PRODUCTION)) || str_eq(name, STR(LUIS_STAGING));
}

static err_code endpoint_of(store_tx *tx, const store_deployment *d, arena *a, luis_endpoint *out, err *e) {
  *out = (luis_endpoint){.slot = is_slot(d->name) ? d->name : STR(""),
                         .version_id = d->model_label,
                         .model_id = d->model_id,
                         .published_us = d->deployed_us};
  return regions_of(tx, d, a, &out->regions, e);
}

err_code luis__endpoints(store_tx *tx, const store_project *row, arena *a, const luis_endpoint **out, size_t *n,
                         err *e) {
  store_deployment *rows = NULL;
  size_t total;
  err_code rc = store_deployment_list(tx, row->resource, row->name, 0, SIZE_MAX, a, &rows, n, &total, e);
  if (rc != ERR_OK) return rc;
  luis_endpoint *v = ARENA_ARRAY(a, luis_endpoint, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) rc = endpoint_of(tx, &rows[i], a, &v[i], e);
  *out = v;
  return rc;
}

/* ---- publish ----------------------------------------------------------------------------------- */

typedef struct publishing {
  luis_record app;
  str deployment;
  const str *ids; /* Azure ids of the resources that it goes to */
  size_t id_count;
} publishing;

static err_code prepare(service *s, str resource, str app_id, const luis_publish_request *r, arena *a, publishing *out,
                        err *e) {
  store_tx *tx;
  store_luis_version v;
  luis_training_status status = LUIS_NEEDS_TRAINING;
  store_assignment *rows = NULL;
  size_t total;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version_state(tx, resource, app_id, r->version_id, a, &out->app, &v, e);
  if (rc == ERR_OK) rc = luis__training_status(tx, &v, a, &status, e);
  if (rc == ERR_OK && status != LUIS_TRAINED)
    rc =
        err_set(e, ERR_INVALID_ARGUMENT,
                "The application cannot be published. One or more models in the application version require training.");
  if (rc == ERR_OK)
    rc = store_assignment_list(tx, resource, out->app.row.name, 0, SIZE_MAX, a, &rows, &out->id_count, &total, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  str *ids = ARENA_ARRAY(a, str, out->id_count);
  for (size_t i = 0; i < out->id_count; i++) ids[i] = rows[i].azure_resource_id;
  out->ids = ids;
  out->deployment = r->is_direct    ? luis_deployment_of_version(r->version_id, a)
                    : r->is_staging ? STR(LUIS_STAGING)
                                    : STR(LUIS_PRODUCTION);
  return ERR_OK;
}

/* {"modelLabel", "resources", "options"}: parameters of a deploy job. */
static str params_of(const publishing *p, str version_id, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kstr(&w, "modelLabel", version_id);
  if (p->id_count) {
    jw_key(&w, "resources");
    jw_raw(&w, ids__text(p->ids, p->id_count, a));
  }
  jw_key(&w, "options");
  jw_raw(&w, luis__options_text(&p->app.settings, a));
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

static err_code read_endpoint(service *s, str resource, const publishing *p, arena *a, luis_endpoint *out, err *e) {
  store_tx *tx;
  store_deployment d;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_deployment_get(tx, resource, p->app.row.name, p->deployment, a, &d, e);
  if (rc == ERR_OK) rc = endpoint_of(tx, &d, a, out, e);
  store_rollback(tx);
  return rc;
}

/* Every region of the endpoint where a node lives that serves less than what is committed. */
static void add_lagging(const store_node *n, const luis_endpoint *p, str *v, luis_names *failed) {
  for (size_t i = 0; i < p->regions.n; i++)
    if (!n->region.n || str_eq(n->region, p->regions.v[i])) add_region(failed, v, p->regions.v[i]);
}

static err_code find_lagging(service *s, const luis_endpoint *p, arena *a, luis_names *failed, err *e) {
  store_tx *tx;
  store_node *nodes = NULL;
  int64_t generation = 0, newest_us = 0;
  size_t n = 0;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_generation(tx, &generation, e);
  if (rc == ERR_OK) rc = store_node_list(tx, a, &nodes, &n, e);
  store_rollback(tx);
  str *v = ARENA_ARRAY(a, str, p->regions.n);
  for (size_t i = 0; i < n; i++) newest_us = MAX_OF(newest_us, nodes[i].seen_us);
  for (size_t i = 0; i < n; i++)
    if (nodes[i].generation < generation && nodes[i].seen_us + NODE_ALIVE_US > newest_us &&
        !str_eq(nodes[i].role, str_of(service_role_name(SERVICE_AUTHORING))))
      add_lagging(&nodes[i], p, v, failed);
  return rc;
}

err_code luis_publish(service *s, str resource, str app_id, const luis_publish_request *r, arena *a, luis_endpoint *out,
                      luis_names *failed, err *e) {
  publishing p;
  store_tx *tx;
  job_view done;
  char job_id[ID_JOB_LEN + 1];
  err_code rc = prepare(s, resource, app_id, r, a, &p, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_DEPLOY,
                                .resource = resource,
                                .project = p.app.row.name,
                                .subject = p.deployment,
                                .params = params_of(&p, r->version_id, a)},
                     job_id, e);
  if (rc == ERR_OK) rc = job_await(s, resource, JOB_DEPLOY, p.app.row.name, str_of(job_id), a, &done, e);
  if (rc == ERR_OK) rc = read_endpoint(s, resource, &p, a, out, e);
  *failed = (luis_names){0};
  return rc == ERR_OK && done.warnings.n ? find_lagging(s, out, a, failed, e) : rc;
}

/* ---- packages ---------------------------------------------------------------------------------- */

enum { PACKAGE_MODEL_MAX = 1 << 30 };

static err_code package(service *s, const bundle_info *info, str file, arena *a, buf *out, err *e) {
  const char *path;
  char *data = NULL;
  size_t n = 0;
  buf whole = {0};
  err_code rc = store_model_file_path(s->st, file, a, &path, e);
  if (rc == ERR_OK) rc = file_read(path, PACKAGE_MODEL_MAX, &data, &n, e);
  if (rc == ERR_OK) rc = bundle__write(info, str_make(data, n), store_secret(s->st), &whole, e);
  if (rc == ERR_OK) rc = gzip_add(out, buf_str(&whole), e);
  buf_free(&whole);
  free(data);
  return rc;
}

err_code luis_package_of_deployment(service *s, str resource, str app_id, str deployment, arena *a, buf *out, err *e) {
  store_tx *tx;
  luis_record app;
  store_deployment d;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__app(tx, resource, app_id, a, &app, e);
  if (rc == ERR_OK) rc = store_deployment_get(tx, resource, app.row.name, deployment, a, &d, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  const bundle_info info = {.project = app.row.name,
                            .name = d.name,
                            .model_id = d.model_id,
                            .model_label = d.model_label,
                            .config_version = d.config_version,
                            .trained_us = d.trained_us,
                            .exported_us = d.deployed_us};
  return package(s, &info, d.file, a, out, e);
}

err_code luis_package_of_version(service *s, str resource, str app_id, str version_id, arena *a, buf *out, err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  store_model m;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version_state(tx, resource, app_id, version_id, a, &app, &v, e);
  if (rc == ERR_OK) rc = store_model_get(tx, resource, app.row.name, version_id, a, &m, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  const bundle_info info = {.project = app.row.name,
                            .name = luis_deployment_of_version(version_id, a),
                            .model_id = m.model_id,
                            .model_label = m.label,
                            .config_version = m.config_version,
                            .trained_us = m.trained_us,
                            .exported_us = time_now_us()};
  return package(s, &info, m.file, a, out, e);
}

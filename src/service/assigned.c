#include "service/assigned.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json_in.h"
#include "base/json_out.h"

static err_code damaged(err *e) {
  return err_set(e, ERR_CORRUPT, "the list of a deployment's resources is damaged");
}

err_code assigned__parse(str json, arena *a, assigned_set *out, err *e) {
  *out = (assigned_set){0};
  if (!json.n || str_eq(json, STR("[]"))) return ERR_OK;
  jdoc *doc = NULL;
  err ignored;
  if (jn_parse(json, &doc, &ignored) != ERR_OK) return damaged(e);
  jnode root = jn_root(doc);
  err_code rc = jn_want_arr(&root, &ignored);
  out->n = jn_len(&root);
  out->p = ARENA_ARRAY(a, assigned_resource, out->n);
  for (size_t i = 0; rc == ERR_OK && i < out->n; i++) {
    jnode item = jn_at(&root, i);
    str id, region;
    rc = jn_req_str(&item, "resourceId", &id, &ignored);
    if (rc == ERR_OK) rc = jn_req_str(&item, "region", &region, &ignored);
    if (rc == ERR_OK) out->p[i] = (assigned_resource){arena_str(a, id), arena_str(a, region)};
  }
  jn_free(doc);
  return rc == ERR_OK ? rc : damaged(e);
}

static int by_id(const void *x, const void *y) {
  return str_cmp(((const assigned_resource *)x)->resource_id, ((const assigned_resource *)y)->resource_id);
}

str assigned__text(const assigned_set *s, arena *a) {
  buf json = {0};
  jw w;
  if (s->n) qsort(s->p, s->n, sizeof *s->p, by_id);
  jw_init(&w, &json);
  jw_arr(&w);
  for (size_t i = 0; i < s->n; i++) {
    jw_obj(&w);
    jw_kstr(&w, "resourceId", s->p[i].resource_id);
    jw_kstr(&w, "region", s->p[i].region);
    jw_end(&w);
  }
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

static size_t find(const assigned_set *s, str resource_id) {
  size_t i = 0;
  while (i < s->n && !str_eq_nocase(s->p[i].resource_id, resource_id)) i++;
  return i;
}

bool assigned__has(const assigned_set *s, str resource_id) {
  return find(s, resource_id) < s->n;
}

void assigned__remove(assigned_set *s, str resource_id) {
  size_t at = find(s, resource_id);
  if (at == s->n) return;
  s->n--;
  memmove(&s->p[at], &s->p[at + 1], (s->n - at) * sizeof *s->p);
}

/* ---- against the assignments ------------------------------------------------------------------- */

/* All that are assigned to the project. */
static err_code of_project(store_tx *tx, str resource, str project_name, arena *a, assigned_set *out, err *e) {
  store_assignment *rows = NULL;
  size_t n = 0, total;
  err_code rc = store_assignment_list(tx, resource, project_name, 0, SIZE_MAX, a, &rows, &n, &total, e);
  *out = (assigned_set){.p = ARENA_ARRAY(a, assigned_resource, n), .n = n};
  for (size_t i = 0; i < n; i++) out->p[i] = (assigned_resource){rows[i].azure_resource_id, rows[i].region};
  return rc;
}

err_code assigned__choose(store_tx *tx, str resource, str project_name, const str *ids, size_t n, arena *a,
                          assigned_set *out, err *e) {
  store_resource owner;
  assigned_set all;
  *out = (assigned_set){.p = ARENA_ARRAY(a, assigned_resource, n)};
  if (!n) return ERR_OK;
  err_code rc = store_resource_get(tx, resource, a, &owner, e);
  if (rc == ERR_OK) rc = of_project(tx, resource, project_name, a, &all, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    size_t at = find(&all, ids[i]);
    if (at < all.n) {
      if (!assigned__has(out, ids[i])) out->p[out->n++] = all.p[at];
    } else if (!str_eq_nocase(ids[i], owner.azure_resource_id)) {
      char target[48];
      snprintf(target, sizeof target, "assignedResourceIds[%zu]", i);
      rc = err_at(e, ERR_INVALID_ARGUMENT, target, "the resource '" STR_FMT "' is not assigned to the project",
                  STR_ARG(ids[i]));
    }
  }
  return rc;
}

err_code assigned__still(store_tx *tx, str resource, str project_name, const assigned_set *s, arena *a,
                         assigned_set *out, err *e) {
  assigned_set all;
  *out = (assigned_set){.p = ARENA_ARRAY(a, assigned_resource, s->n)};
  err_code rc = of_project(tx, resource, project_name, a, &all, e);
  for (size_t i = 0; rc == ERR_OK && i < s->n; i++)
    if (assigned__has(&all, s->p[i].resource_id)) out->p[out->n++] = s->p[i];
  return rc;
}

/* ---- lists of ids ------------------------------------------------------------------------------ */

str ids__text(const str *ids, size_t n, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) jw_str(&w, ids[i]);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

err_code ids__parse(str json, arena *a, str **ids, size_t *n, err *e) {
  jdoc *doc = NULL;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  *n = jn_len(&root);
  *ids = ARENA_ARRAY(a, str, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) {
    jnode item = jn_at(&root, i);
    str id;
    rc = jn_want_str(&item, &id, e);
    if (rc == ERR_OK) (*ids)[i] = arena_str(a, id);
  }
  jn_free(doc);
  return rc;
}

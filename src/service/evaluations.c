#include "service/evaluations.h"

#include <stdlib.h>

#include "base/json_in.h"

/* ---- making -------------------------------------------------------------------------------------- */

static void write_document(buf *json, const evaluation *ev, const train_options *o) {
  jw w;
  jw_init(&w, json);
  jw_obj(&w);
  jw_key(&w, "summary");
  evaluation_write_summary(&w, ev, o);
  jw_key(&w, "items");
  jw_arr(&w);
  evaluation_write_items(&w, ev, OFFSET_UTF16, 0, evaluation_count(ev));
  jw_end(&w);
  jw_end(&w);
}

err_code evaluation__make(const model *m, const project *p, const utterance_role *roles, const train_options *o,
                          bool *any, buf *json, err *e) {
  bool *take = mem_zalloc(p->utterance_count + 1, sizeof *take);
  *any = false;
  for (size_t i = 0; i < p->utterance_count; i++) {
    take[i] = roles[i] == ROLE_TEST;
    *any = *any || take[i];
  }
  evaluation *ev = NULL;
  err_code rc = *any ? evaluation_run(m, p, take, &ev, e) : ERR_OK;
  free(take);
  if (rc != ERR_OK || !*any) return rc;
  write_document(json, ev, o);
  evaluation_free(ev);
  return ERR_OK;
}

/* ---- reading ------------------------------------------------------------------------------------- */

static str node_text(const jnode *n, arena *a) {
  buf json = {0};
  jn_dump(n, &json);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

err_code evaluation__summary(str json, arena *a, str *summary, err *e) {
  jdoc *doc = NULL;
  jnode n;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = jn_req_obj(&root, "summary", &n, e);
  if (rc == ERR_OK) *summary = node_text(&n, a);
  jn_free(doc);
  return rc;
}

/* From UTF-16 to the wanted unit by way of bytes. */
typedef struct converter {
  offset_map from, to;
} converter;

static err_code convert(const converter *c, int64_t at, size_t *out, err *e) {
  size_t byte;
  if (at < 0 || !offset_to_byte(&c->from, (size_t)at, &byte))
    return err_set(e, ERR_CORRUPT, "an evaluation has an offset outside of its text");
  *out = offset_of_byte(&c->to, byte);
  return ERR_OK;
}

static err_code write_entities(jw *w, const jnode *result, const char *key, const converter *c, err *e) {
  jnode list = jn_get(result, key);
  jw_key(w, key);
  jw_arr(w);
  for (size_t i = 0; i < jn_len(&list); i++) {
    jnode n = jn_at(&list, i);
    str category;
    int64_t offset, length;
    size_t begin = 0, end = 0;
    err_code rc = jn_req_str(&n, "category", &category, e);
    if (rc == ERR_OK) rc = jn_req_int(&n, "offset", 0, UINT32_MAX, &offset, e);
    if (rc == ERR_OK) rc = jn_req_int(&n, "length", 0, UINT32_MAX, &length, e);
    if (rc == ERR_OK) rc = convert(c, offset, &begin, e);
    if (rc == ERR_OK) rc = convert(c, offset + length, &end, e);
    if (rc != ERR_OK) return rc;
    jw_obj(w);
    jw_kstr(w, "category", category);
    jw_kint(w, "offset", (int64_t)begin);
    jw_kint(w, "length", (int64_t)(end - begin));
    jw_end(w);
  }
  jw_end(w);
  return ERR_OK;
}

static err_code write_item(jw *w, const jnode *item, offset_unit unit, arena *a, err *e) {
  str text, language;
  jnode entities, intents;
  err_code rc = jn_req_str(item, "text", &text, e);
  if (rc == ERR_OK) rc = jn_req_str(item, "language", &language, e);
  if (rc == ERR_OK) rc = jn_req_obj(item, "entitiesResult", &entities, e);
  if (rc == ERR_OK) rc = jn_req_obj(item, "intentsResult", &intents, e);
  if (rc != ERR_OK) return rc;
  converter c;
  offset_map_init(&c.from, text, OFFSET_UTF16, a);
  offset_map_init(&c.to, text, unit, a);
  jw_obj(w);
  jw_kstr(w, "text", text);
  jw_kstr(w, "language", language);
  jw_key(w, "entitiesResult");
  jw_obj(w);
  rc = write_entities(w, &entities, "expectedEntities", &c, e);
  if (rc == ERR_OK) rc = write_entities(w, &entities, "predictedEntities", &c, e);
  if (rc != ERR_OK) return rc;
  jw_end(w);
  jw_key(w, "intentsResult");
  jw_raw(w, node_text(&intents, a));
  jw_end(w);
  return ERR_OK;
}

static err_code item_text(const jnode *item, offset_unit unit, arena *a, str *out, err *e) {
  if (unit == OFFSET_UTF16) {
    *out = node_text(item, a);
    return ERR_OK;
  }
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  err_code rc = write_item(&w, item, unit, a, e);
  if (rc == ERR_OK) *out = arena_str(a, buf_str(&json));
  buf_free(&json);
  return rc;
}

err_code evaluation__items(str json, offset_unit unit, page pg, arena *a, str **items, size_t *n, size_t *total,
                           err *e) {
  jdoc *doc = NULL;
  jnode all;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = jn_req_arr(&root, "items", &all, e);
  if (rc == ERR_OK) {
    *total = jn_len(&all);
    size_t first = MIN_OF(pg.skip, *total);
    *n = MIN_OF(pg.top, *total - first);
    *items = ARENA_ARRAY(a, str, *n);
    for (size_t i = 0; rc == ERR_OK && i < *n; i++) {
      jnode item = jn_at(&all, first + i);
      rc = item_text(&item, unit, a, &(*items)[i], e);
    }
  }
  jn_free(doc);
  return rc;
}

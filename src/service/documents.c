#include "service/documents.h"

#include "project/clu_json.h"

err_code document__load(store_tx *tx, str hash, arena *a, project *out, err *e) {
  str json;
  err_code rc = store_blob_get(tx, hash, a, &json, e);
  return rc == ERR_OK ? clu_read(json, &(clu_read_options){0}, a, out, e) : rc;
}

err_code document__keep(store_tx *tx, const project *p, char hash[SHA256_HEX + 1], err *e) {
  buf json = {0};
  clu_write(p, OFFSET_UTF16, &json);
  err_code rc = store_blob_put(tx, buf_str(&json), hash, e);
  buf_free(&json);
  return rc;
}

err_code document__bytes(store *st, str hash, arena *a, str *out, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_blob_get(tx, hash, a, out, e);
  store_rollback(tx);
  return rc;
}

str metadata__text(const project_metadata *m, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  clu_metadata_write(&w, m);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

err_code metadata__parse(str json, arena *a, project_metadata *out, err *e) {
  jdoc *doc = NULL;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = clu_metadata_read(&root, a, out, e);
  jn_free(doc);
  return rc;
}

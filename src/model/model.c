#include "model/luis_internal.h"

#include <stdlib.h>

err_code model__open_bytes(const uint8_t *bytes, size_t n, bool verify, model **out, err *e) {
  model_file f;
  err_code rc = model_file_open(bytes, n, verify, &f, e);
  if (rc) return rc;
  model *m = mem_zalloc(1, sizeof *m);
  atomic_init(&m->regexes, NULL);
  if ((rc = model__open_sections(m, &f, e)) || (rc = luis__open(m, &f, &m->luis, e))) {
    model_close(m);
    return rc;
  }
  if (m->luis) m->info.kind = PROJECT_LUIS;
  *out = m;
  return ERR_OK;
}

err_code model_open(const char *path, bool verify, model **out, err *e) {
  file_map map;
  err_code rc = file_map_open(path, &map, e);
  if (rc) return rc;
  rc = model__open_bytes(map.p, map.n, verify, out, e);
  if (rc) {
    file_map_close(&map);
    return rc;
  }
  (*out)->map = map;
  file_map_forget(&map); /* most open models wait for their first request for long */
  return ERR_OK;
}

void model_close(model *m) {
  if (!m) return;
  luis__close(m->luis);
  regex_set_free(atomic_load(&m->regexes));
  if (m->map.p) file_map_close(&m->map);
  free(m);
}

const model_info *model_describe(const model *m) {
  return &m->info;
}

str model_intent_name(const model *m, uint32_t index) {
  return index < m->info.intent_count ? model__string(m, m->intent_names[index]) : STR("");
}

str model_entity_name(const model *m, uint32_t index) {
  return index < m->info.entity_count ? model__string(m, m->entity_names[index]) : STR("");
}

model_target model_intent_target(const model *m, uint32_t index) {
  if (!m->links || index >= m->info.intent_count) return (model_target){.kind = TARGET_NONE};
  const model_link *l = &m->links[index];
  return (model_target){.kind = (target_kind)l->kind,
                        .project = model__string(m, l->project),
                        .deployment = model__string(m, l->deployment),
                        .app_id = model__string(m, l->app_id),
                        .app_version = model__string(m, l->app_version),
                        .slot = model__string(m, l->slot)};
}

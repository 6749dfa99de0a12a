#include "project/clu_fields.h"
#include "project/clu_json.h"

static const clu_enum KINDS[] = {{"Conversation", PROJECT_CONVERSATION}, {"Orchestration", PROJECT_ORCHESTRATION}};

const char *project_kind_name(project_kind k) {
  return KINDS[k].name;
}

bool project_kind_parse(str s, project_kind *k) {
  for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
    if (str_eq_nocase(s, str_of(KINDS[i].name))) {
      *k = (project_kind)KINDS[i].value;
      return true;
    }
  return false;
}

static err_code read_settings(const jnode *metadata, project_settings *s, err *e) {
  jnode n = jn_get(metadata, "settings");
  if (jn_typeof(&n) == JN_ABSENT) return ERR_OK;
  if (jn_typeof(&n) == JN_NULL) {
    *s = (project_settings){0};
    return ERR_OK;
  }
  TRY(jn_want_obj(&n, e));
  s->present = true;
  TRY(clu__num(&n, "confidenceThreshold", 0, 1, &s->has_threshold, &s->confidence_threshold, e));
  TRY(clu__bool(&n, "normalizeCasing", &s->normalize_casing, e));
  return clu__bool(&n, "augmentDiacritics", &s->augment_diacritics, e);
}

/* What may change after creation. */
static err_code read_changeable(const jnode *n, arena *a, project_metadata *m, err *e) {
  TRY(clu__language(n, "language", a, &m->language, e));
  if (!m->language.p) {
    jnode language = jn_get(n, "language");
    return jn_fail(&language, e, "this field is required (a language code)");
  }
  TRY(clu__bool(n, "multilingual", &m->multilingual, e));
  TRY(clu__str(n, "description", a, &m->description, e));
  TRY(clu__str(n, "storageInputContainerName", a, &m->storage_container, e));
  TRY(read_settings(n, &m->settings, e));
  if (!m->settings.has_threshold) m->settings.confidence_threshold = m->kind == PROJECT_ORCHESTRATION ? 0.5 : 0.0;
  return ERR_OK;
}

static err_code read_kind(const jnode *n, project_kind *kind, err *e) {
  jnode node = jn_get(n, "projectKind");
  int value;
  TRY(clu__enum(&node, KINDS, ARRAY_LEN(KINDS), &value, e));
  *kind = (project_kind)value;
  return ERR_OK;
}

static err_code read_name(const jnode *n, arena *a, str *name, err *e) {
  TRY(clu__str(n, "projectName", a, name, e));
  if (!name->p) return ERR_OK;
  jnode node = jn_get(n, "projectName");
  err why;
  if (project_name_check(*name, "project name", "", &why) != ERR_OK) return jn_fail(&node, e, "%s", why.message);
  return ERR_OK;
}

err_code clu_metadata_read(const jnode *n, arena *a, project_metadata *out, err *e) {
  TRY(jn_want_obj(n, e));
  project_metadata m = {0};
  TRY(read_kind(n, &m.kind, e));
  TRY(read_name(n, a, &m.name, e));
  TRY(read_changeable(n, a, &m, e));
  *out = m;
  return ERR_OK;
}

err_code clu_metadata_patch(const jnode *patch, arena *a, project_metadata *inout, err *e) {
  TRY(jn_want_obj(patch, e));
  project_metadata m = *inout;
  jnode kind = jn_get(patch, "projectKind"), name = jn_get(patch, "projectName");
  if (jn_typeof(&kind) != JN_ABSENT) {
    TRY(read_kind(patch, &m.kind, e));
    if (m.kind != inout->kind) return jn_fail(&kind, e, "the kind of a project cannot change");
  }
  if (!jn_is_none(&name)) {
    TRY(read_name(patch, a, &m.name, e));
    if (inout->name.p && !str_eq(m.name, inout->name)) return jn_fail(&name, e, "the name of a project cannot change");
  }
  TRY(read_changeable(patch, a, &m, e));
  *inout = m;
  return ERR_OK;
}

static void write_flag(jw *w, const char *key, opt_bool v) {
  if (v != OPT_ABSENT) jw_kbool(w, key, v == OPT_TRUE);
}

void clu_settings_write(jw *w, const project_settings *s) {
  jw_obj(w);
  if (s->has_threshold) jw_knum(w, "confidenceThreshold", s->confidence_threshold);
  write_flag(w, "normalizeCasing", s->normalize_casing);
  write_flag(w, "augmentDiacritics", s->augment_diacritics);
  jw_end(w);
}

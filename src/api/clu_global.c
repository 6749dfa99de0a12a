/* clu_global.c -- G1 to G3: what the service knows, the same for every project. Source: reference
 * clu-authoring §9. The tables are constant, so these run on the event thread. */
#include "api/clu_common.h"
#include "model/train.h"
#include "recognize/prebuilt.h"
#include "text/languages.h"

/* One page over the items i of [0, n) for which keep(i) holds: writes those of the page. */
typedef struct constant_page {
  clu_page pg;
  size_t seen, written;
  jw w;
} constant_page;

static bool on_page(constant_page *c) {
  bool take = c->seen >= c->pg.at.skip && c->written < c->pg.at.top;
  c->seen++;
  c->written += take;
  return take;
}

static err_code list_languages(const http_request *rq, http_response *rs, err *e) {
  constant_page c = {0};
  bool orchestration;
  err_code rc = clu_project_kind_query(rq, &orchestration, e);
  if (!rc) rc = clu_page_parse(rq, &c.pg, e);
  if (rc) return rc;
  size_t n;
  const language *all = languages_all(&n);
  clu_page_begin(&c.w, rs);
  for (size_t i = 0; i < n; i++) {
    if ((orchestration && !all[i].orchestration) || !on_page(&c)) continue;
    jw_obj(&c.w);
    jw_kcstr(&c.w, "languageName", all[i].name);
    jw_kcstr(&c.w, "languageCode", all[i].code);
    jw_end(&c.w);
  }
  clu_page_end(&c.w, rq, &c.pg, c.written, c.seen);
  return ERR_OK;
}

static err_code read_multilingual(const http_request *rq, bool *multilingual, err *e) {
  str v = http_query(rq, "multilingual"), code = http_query(rq, "language");
  *multilingual = str_eq_nocase(v, STR("true"));
  if (v.n && !*multilingual && !str_eq_nocase(v, STR("false")))
    return err_at(e, ERR_INVALID_ARGUMENT, "multilingual", "Parameter \"multilingual\" must be true or false.");
  if (!code.n && !*multilingual)
    return err_at(e, ERR_INVALID_ARGUMENT, "language",
                  "Parameter \"language\" is required unless \"multilingual\" is true.");
  if (code.n && !language_find(code))
    return err_at(e, ERR_INVALID_ARGUMENT, "language", "The language is not supported.");
  return ERR_OK;
}

static err_code list_prebuilt_entities(const http_request *rq, http_response *rs, err *e) {
  constant_page c = {0};
  bool multilingual;
  err_code rc = read_multilingual(rq, &multilingual, e);
  if (!rc) rc = clu_page_parse(rq, &c.pg, e);
  if (rc) return rc;
  size_t n;
  const prebuilt_category *all = prebuilt_all(&n);
  clu_page_begin(&c.w, rs);
  for (size_t i = 0; i < n; i++) {
    if ((all[i].multilingual_only && !multilingual) || !on_page(&c)) continue;
    jw_obj(&c.w);
    jw_kcstr(&c.w, "category", all[i].category);
    jw_kcstr(&c.w, "description", all[i].description);
    jw_kcstr(&c.w, "examples", all[i].examples);
    jw_end(&c.w);
  }
  clu_page_end(&c.w, rq, &c.pg, c.written, c.seen);
  return ERR_OK;
}

static err_code list_config_versions(const http_request *rq, http_response *rs, err *e) {
  constant_page c = {0};
  bool orchestration; /* both kinds train with the same versions */
  err_code rc = clu_project_kind_query(rq, &orchestration, e);
  if (!rc) rc = clu_page_parse(rq, &c.pg, e);
  if (rc) return rc;
  size_t n;
  const config_version *all = config_versions_all(&n);
  clu_page_begin(&c.w, rs);
  for (size_t i = 0; i < n; i++) {
    if (!on_page(&c)) continue;
    jw_obj(&c.w);
    jw_kcstr(&c.w, "trainingConfigVersion", all[i].version);
    jw_kcstr(&c.w, "modelExpirationDate", all[i].model_expiration_date);
    jw_end(&c.w);
  }
  clu_page_end(&c.w, rq, &c.pg, c.written, c.seen);
  return ERR_OK;
}

#define G CLU_AUTHORING "/projects/global"
static const http_route routes[] = {
    {"G1", HTTP_GET, G "/languages", list_languages, HTTP_CLASS_READ, 0, 0},
    {"G2", HTTP_GET, G "/prebuilt-entities", list_prebuilt_entities, HTTP_CLASS_READ, 0, 0},
    {"G3", HTTP_GET, G "/training-config-versions", list_config_versions, HTTP_CLASS_READ, 0, 0},
};
#undef G

const http_family api_clu_global = CLU_AUTHORING_FAMILY("clu-global", routes);

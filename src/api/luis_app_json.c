#include "api/luis_app_json.h"

#include "api/luis_common.h"
#include "http/uri.h"
#include "service/luis_slots.h"

err_code luis_app_of(const http_request *rq, luis_app_view *out, err *e) {
  return luis_apps_get(api_service(rq), rq->resource.name, rq->params[0], rq->arena, out, e);
}

str luis_regions_text(luis_names regions, arena *a) {
  buf b = {0};
  for (size_t i = 0; i < regions.n; i++) {
    if (i) buf_add_str(&b, STR(", "));
    buf_add_str(&b, regions.v[i]);
  }
  str text = arena_str(a, buf_str(&b));
  buf_free(&b);
  return text;
}

str luis_app_url(const http_request *rq, str app_id) {
  return arena_printf(rq->arena, STR_FMT "/luis/v2.0/apps/" STR_FMT, STR_ARG(http_base_url(rq)), STR_ARG(app_id));
}

static bool is_staging(const luis_endpoint *p) {
  return str_eq(p->slot, STR(LUIS_STAGING));
}

/* As it can be asked directly. */
static str endpoint_url(const http_request *rq, str app_id, const luis_endpoint *p) {
  str url = luis_app_url(rq, app_id);
  if (is_staging(p)) return arena_printf(rq->arena, STR_FMT "?staging=true", STR_ARG(url));
  if (p->slot.n) return url;
  buf version = {0};
  uri_encode(&version, p->version_id);
  url = arena_printf(rq->arena, STR_FMT "/luis/prediction/v3.0/apps/" STR_FMT "/versions/" STR_FMT "/predict",
                     STR_ARG(http_base_url(rq)), STR_ARG(app_id), STR_ARG(buf_str(&version)));
  buf_free(&version);
  return url;
}

void luis_endpoint_write(jw *w, const http_request *rq, str app_id, const luis_endpoint *p, luis_names failed) {
  jw_obj(w);
  jw_kstr(w, "versionId", p->version_id);
  jw_kbool(w, "directVersionPublish", !p->slot.n);
  jw_kbool(w, "isStaging", is_staging(p));
  jw_kstr(w, "endpointUrl", endpoint_url(rq, app_id, p));
  jw_kstr(w, "region", p->regions.v[0]);
  jw_key(w, "assignedEndpointKey");
  jw_null(w);
  jw_kstr(w, "endpointRegion", luis_regions_text(p->regions, rq->arena));
  jw_kstr(w, "failedRegions", luis_regions_text(failed, rq->arena));
  luis_time(w, "publishedDateTime", p->published_us);
  jw_end(w);
}

/* A version that is published directly is known by its id. */
static str endpoint_key(const luis_endpoint *p) {
  if (!p->slot.n) return p->version_id;
  return is_staging(p) ? STR("STAGING") : STR("PRODUCTION");
}

static void write_endpoints(jw *w, const http_request *rq, const luis_app_view *v) {
  jw_key(w, "endpoints");
  jw_obj(w);
  for (size_t i = 0; i < v->endpoint_count; i++) {
    jw_key_str(w, endpoint_key(&v->endpoints[i]));
    luis_endpoint_write(w, rq, v->id, &v->endpoints[i], (luis_names){0});
  }
  jw_end(w);
}

void luis_app_write(jw *w, const http_request *rq, const luis_app_view *v) {
  const luis_app_settings *m = &v->settings;
  jw_obj(w);
  jw_kstr(w, "id", v->id);
  jw_kstr(w, "name", m->name);
  jw_kstr(w, "description", m->description);
  jw_kstr(w, "culture", m->culture);
  jw_kstr(w, "usageScenario", m->usage_scenario);
  jw_kstr(w, "domain", m->domain);
  jw_kint(w, "versionsCount", (int64_t)v->version_count);
  luis_time(w, "createdDateTime", v->created_us);
  write_endpoints(w, rq, v);
  jw_kint(w, "endpointHitsCount", (int64_t)v->logged_count);
  jw_kstr(w, "activeVersion", m->active_version);
  jw_kcstr(w, "ownerEmail", "");
  jw_kstr(w, "tokenizerVersion", m->tokenizer_version);
  jw_end(w);
}

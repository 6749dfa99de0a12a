/* luis_app_json.h -- how LUIS apps and what they have published look on the wire. Source: reference luis-authoring
 * §3, §10. */
#ifndef DRAGOMAN_API_LUIS_APP_JSON_H
#define DRAGOMAN_API_LUIS_APP_JSON_H

#include "api/api.h"
#include "base/json_out.h"
#include "service/luis_apps.h"

/* The app that the path names. ERR_NOT_FOUND. */
must_check err_code luis_app_of(const http_request *rq, luis_app_view *out, err *e);
/* ApplicationInfoResponse. */
void luis_app_write(jw *w, const http_request *rq, const luis_app_view *v);
/* ProductionOrStagingEndpointInfo. failed: regions that do not follow yet. */
void luis_endpoint_write(jw *w, const http_request *rq, str app_id, const luis_endpoint *p, luis_names failed);
/* "westus, eastus" */
str luis_regions_text(luis_names regions, arena *a);
/* Where the V2 prediction API has the app. */
str luis_app_url(const http_request *rq, str app_id);

#endif

/* clu_common.h -- the conventions that all operations of the Language service share: versions,
 * headers, the error envelope, pages, job URLs. Source: reference clu-authoring.md §1. */
#ifndef DRAGOMAN_API_CLU_COMMON_H
#define DRAGOMAN_API_CLU_COMMON_H

#include "api/api.h"
#include "base/json_in.h"
#include "base/json_out.h"
#include "service/jobs.h"
#include "text/offsets.h"

#define CLU_AUTHORING "/language/authoring/analyze-conversations"

enum {
  CLU_SMALL_BODY = 256 * 1024,       /* every body but an import */
  CLU_IMPORT_BODY = 64 * 1024 * 1024 /* 50,000 utterances with labels are about 20 MB */
};

extern const char *const clu_authoring_versions[];
extern const char *const clu_runtime_versions[];
extern const char *const clu_authoring_id_headers[];
enum { CLU_AUTHORING_HEADERS = 3 };
extern const http_pair clu_authoring_headers[CLU_AUTHORING_HEADERS];

/* The error envelope. 401 without a token in play has the gateway's code "401". With
 * http_response.inner_code it carries an inner error, with .with_details the details array. */
void clu_write_error(const http_request *rq, const err *e, http_response *rs);

/* ERR_PROJECT_NOT_FOUND for a path that names a LUIS app: it is no project of this contract. */
must_check err_code clu_admit(const http_request *rq, err *e);

/* Everything of an authoring family but its name and routes. */
#define CLU_AUTHORING_FAMILY(name_, routes_)                                                                           \
  {                                                                                                                    \
    .name = (name_), .admit = clu_admit, .prefix = CLU_AUTHORING, .routes = (routes_), .route_count = ARRAY_LEN(routes_),                  \
    .api_versions = clu_authoring_versions, .write_error = clu_write_error, .headers = clu_authoring_headers,          \
    .header_count = CLU_AUTHORING_HEADERS, .request_id_headers = clu_authoring_id_headers,                             \
    .region_header = "x-ms-region", .duration_header = "x-envoy-upstream-service-time"                                 \
  }

/* The request's body as a JSON object; *doc is the caller's to free when ERR_OK. A body that cannot
 * be read is ERR_INVALID_ARGUMENT with details, as the original answers. */
must_check err_code clu_body(const http_request *rq, jdoc **doc, jnode *root, http_response *rs, err *e);

/* Absolute URL of an operation below CLU_AUTHORING with this request's api-version. Each "{}" of
 * pattern takes the next of names, escaped. In the request's arena. */
str clu_url(const http_request *rq, const char *pattern, const str *names);

/* 202 with operation-location. */
void clu_accept(const http_request *rq, http_response *rs, const char *pattern, const str *names);

/* "Utf16CodeUnit" and the like from the required query parameter stringIndexType; text elements
 * are no unit of project data. */
must_check err_code clu_string_index_type(const http_request *rq, offset_unit *unit, err *e);
must_check err_code clu_project_kind_query(const http_request *rq, bool *orchestration, err *e);

/* This request's api-version is that one. */
bool clu_is_version(const http_request *rq, const char *version);

/* The member assignedResourceIds, which the newest preview names azureResourceIds: an array of texts, in
 * the document's memory. required: absent or empty is an error; else *n is 0 then. */
must_check err_code clu_resource_ids(const http_request *rq, const jnode *root, bool required, str **ids, size_t *n,
                                     err *e);

/* ---- pages ----------------------------------------------------------------------------------- */
typedef struct clu_page {
  page at;    /* what to fetch now */
  size_t top; /* what the client still wants, this page included */
} clu_page;

must_check err_code clu_page_parse(const http_request *rq, clu_page *out, err *e);
/* Opens {"value":[ in the response's body; items follow. */
void clu_page_begin(jw *w, http_response *rs);
/* ],"nextLink":…} n: items written, total: items there are. */
void clu_page_end(jw *w, const http_request *rq, const clu_page *p, size_t n, size_t total);
/* The same without nextLink on the last page. */
void clu_page_end_bare(jw *w, const http_request *rq, const clu_page *p, size_t n, size_t total);

/* ---- jobs ------------------------------------------------------------------------------------- */
/* The state of a job: begins the object, writes the common fields; the caller adds and ends. */
void clu_job_begin(jw *w, const job_view *j);
/* The whole answer of an operation that is nothing but a job's state. project or subject with
 * .p NULL: any. */
must_check err_code clu_job_answer(const http_request *rq, http_response *rs, job_kind kind, str project, str subject,
                                   str id, err *e);

/* "key":"2025-06-24T08:01:02Z" with that many digits of fraction; nothing when t_us is 0. */
void clu_time(jw *w, const char *key, int64_t t_us, int fraction_digits);

#endif

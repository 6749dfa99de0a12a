/* luis_query.h -- what a request of a LUIS prediction asks. Source: reference luis-runtime §1, §2. */
#ifndef DRAGOMAN_API_LUIS_QUERY_H
#define DRAGOMAN_API_LUIS_QUERY_H

#include "http/http.h"
#include "model/luis_model.h"

enum { LUIS_QUERY_CHARS = 500 };

typedef struct luis_predict_query {
  str app;  /* as in the URL */
  str slot; /* the deployment: "production", "staging", or of a version that is published directly */
  str text; /* as sent */
  bool log;
  luis_predict_options options; /* places of externals are in text */
} luis_predict_query;

/* ERR_INVALID_ARGUMENT: empty; ERR_QUERY_TOO_LONG. */
must_check err_code luis_query_check(str text, err *e);

/* Now, as clocks show it that many minutes east of UTC. */
int64_t luis_now_us(int64_t offset_minutes);

/* The slot of that name in any letter case. ERR_NOT_FOUND: LUIS has no such slot. */
must_check err_code luis_slot(str name, str *slot, err *e);

/* A flag of the query: "true" or "false" in any letter case; anything else counts as absent. */
bool luis_query_flag(const http_request *rq, const char *name, bool absent);

#endif

/* luis_review.h -- what the model of a version says of its examples, and which logged queries are worth a label.
 * Reference: luis-authoring §5 (suggest), §7. Errors as in luis_versions.h. */
#ifndef DRAGOMAN_SERVICE_LUIS_REVIEW_H
#define DRAGOMAN_SERVICE_LUIS_REVIEW_H

#include "model/luis_model.h"
#include "service/luis_versions.h"

/* The newest model of the version, to be closed by model_close; *out NULL: it was never trained. */
must_check err_code luis_review_model(service *s, str resource, str app_id, str version_id, arena *a, model **out,
                                      err *e);

typedef struct luis_suggestion {
  str text;
  luis_prediction prediction;
} luis_suggestion;

/* Logged queries of the app that are no examples of d yet and for which m puts the intent first or second, or finds
 * the entity (a child of one, too); those first that it is least sure of: by the distance of the two best intents.
 * Of equal texts the newest; at most LUIS_REVIEWED newest queries are looked at. Results may point into m. */
enum { LUIS_REVIEWED = 1000 };
must_check err_code luis_review_suggest(service *s, str resource, str app_id, const model *m, const luis_draft *d,
                                        bool is_intent, str name, size_t top, arena *a, luis_suggestion **out,
                                        size_t *n, err *e);

#endif

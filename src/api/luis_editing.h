/* luis_editing.h -- what the handlers of a version's models, features, examples and patterns share: from a request
 * to a change of the draft, from a draft to the objects that clients see. Their paths begin with
 * "/apps/{app}/versions/{version}/". Source: reference luis-authoring §5 to §8, §12. */
#ifndef DRAGOMAN_API_LUIS_EDITING_H
#define DRAGOMAN_API_LUIS_EDITING_H

#include "api/luis_common.h"
#include "project/luis_draft_form.h"
#include "project/luis_edit.h"
#include "service/luis_versions.h"

/* ---- changes ---- */

/* One change of a draft: what it is given and what it gives back. */
typedef struct luis_op luis_op;
typedef err_code luis_op_fn(luis_draft *d, luis_op *op, err *e);
struct luis_op {
  luis_op_fn *edit;
  const http_request *rq;
  http_response *rs; /* an edit that answers more than an id writes its body */
  jnode body;        /* of a route that takes one */
  str id;            /* given back with LUIS_ANSWER_ID */
  int64_t number;    /* with LUIS_ANSWER_NUMBER */
};

typedef enum luis_answer { LUIS_ANSWER_STATUS, LUIS_ANSWER_ID, LUIS_ANSWER_NUMBER, LUIS_ANSWER_BODY } luis_answer;

/* Reads the body, changes the version that the path names, answers. */
must_check err_code luis_op_run(const http_request *rq, http_response *rs, luis_op_fn *edit, luis_answer answer,
                                err *e);

/* The handler of an edit: a luis_op_fn called NAME_edit. */
#define LUIS_EDIT(name, answer)                                                                                        \
  static err_code name(const http_request *rq, http_response *rs, err *e) {                                            \
    return luis_op_run(rq, rs, name##_edit, answer, e);                                                                \
  }

/* The version that the path names, to be read. */
must_check err_code luis_draft_of(const http_request *rq, luis_draft **out, err *e);

/* Parameter index of the path as a number: the id of a phrase list, an example. ERR_NOT_FOUND: it is none. */
must_check err_code luis_number_param(const http_request *rq, size_t index, int64_t *out, err *e);
/* The kind of entities that the path is about: its segment after the version. */
luis_kind luis_kind_of_path(const http_request *rq);

/* ---- bodies ---- */

/* Optional array of names ("number") or of what has one ({"name": "number"}); absent: *out stays. */
must_check err_code luis_read_names(const jnode *obj, const char *key, arena *a, luis_names *out, err *e);
/* {"canonicalForm", "list"?} */
must_check err_code luis_read_sublist(const jnode *n, arena *a, luis_sublist *out, err *e);
/* Optional "subLists"; absent: *out stays. */
must_check err_code luis_read_sublists(const jnode *obj, arena *a, luis_sublists *out, err *e);
/* {"name"} */
must_check err_code luis_read_name_member(const jnode *body, str *out, err *e);

/* ---- pages ---- */

/* Of a list of n things those from *begin to *end are wanted. */
must_check err_code luis_slice(const http_request *rq, size_t n, size_t *begin, size_t *end, err *e);

/* ---- objects ---- */

void luis_intent_object(jw *w, const draft_intent *in, bool v2);
/* v2: without children of machine-learned entities and features. */
void luis_entity_object(jw *w, const luis_draft *d, luis_kind kind, const draft_entity *en, bool v2);
void luis_child_object(jw *w, const draft_child *c);
void luis_part_object(jw *w, const luis_draft *d, luis_kind kind, const draft_entity *en, size_t i);
void luis_role_object(jw *w, const draft_name *role);
void luis_roles_array(jw *w, const draft_names *roles);
void luis_explicit_object(jw *w, const draft_item *v);
void luis_explicit_array(jw *w, const draft_items *v);
void luis_features_array(jw *w, luis_features f);

#endif

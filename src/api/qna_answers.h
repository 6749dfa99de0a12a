/* qna_answers.h -- a question to a knowledge base and its answers, as the runtime has them and as orchestrations nest
 * them. Source: reference question-answering §2.1, clu-runtime §2.1, §5.2. */
#ifndef DRAGOMAN_API_QNA_ANSWERS_H
#define DRAGOMAN_API_QNA_ANSWERS_H

#include "base/json_in.h"
#include "base/json_out.h"
#include "model/qna_index.h"

typedef struct qna_request {
  qna_query query;
  int32_t id; /* this pair and no other; 0: by question */
  bool spans; /* short answers too */
  double span_threshold;
  size_t span_count; /* of how many answers */
} qna_request;

/* One answer, no filters. */
qna_request qna_request_default(str question);
/* Members of obj replace those of *inout; names in any letter case. Strings are those of the document. */
must_check err_code qna_request_read(const jnode *obj, arena *a, qna_request *inout, err *e);
/* {"answers":[…]}: the default answer where there is none. */
void qna_answers_write(jw *w, const qna_index *x, const qna_request *r, arena *a);

#endif

/* qna.h -- the in-memory form of a question answering project (a knowledge base): pairs of questions and an answer.
 *
 * All memory lives in the arena given to the reader; the form is immutable once read. Keys and
 * values of metadata are lower case, as they are compared.
 * Source: reference question-answering §1, §4. */
#ifndef DRAGOMAN_PROJECT_QNA_H
#define DRAGOMAN_PROJECT_QNA_H

#include "project/project.h"

#define QNA_EDITORIAL      "Editorial" /* the source of pairs made by hand */
#define QNA_DEFAULT_ANSWER "No good match found in KB"

typedef struct qna_tag {
  str key, value;
} qna_tag;

/* A follow-up: what a client offers after the answer. */
typedef struct qna_prompt {
  int32_t display_order;
  int32_t qna_id; /* of the pair it leads to */
  str display_text;
} qna_prompt;

typedef struct qna_suggestion {
  str question;
  int32_t by_users, by_service; /* how often each proposed it */
} qna_suggestion;

/* Questions that people asked and that may belong to the pair. */
typedef struct qna_cluster {
  str head;
  const qna_suggestion *v;
  size_t n;
} qna_cluster;

typedef struct qna_pair {
  int32_t id;              /* > 0, unique */
  str answer;              /* Markdown */
  str source;              /* QNA_EDITORIAL or the identifier of a source */
  str source_display_name; /* .p NULL when absent */
  const str *questions;    /* at least one */
  size_t question_count;
  const qna_tag *tags; /* unique keys */
  size_t tag_count;
  bool context_only; /* answers only as a follow-up */
  const qna_prompt *prompts;
  size_t prompt_count;
  const qna_cluster *clusters;
  size_t cluster_count;
  int64_t updated_us; /* 0: unknown */
} qna_pair;

typedef struct qna_source {
  str source; /* unique: file name or URL */
  str display_name, uri;
  str kind;      /* "file", "url" */
  str structure; /* "unstructured"; .p NULL when absent */
  int64_t updated_us;
} qna_source;

/* Words and phrases that mean the same. */
typedef struct qna_synonyms {
  const str *v;
  size_t n;
} qna_synonyms;

typedef struct knowledge_base {
  str language;       /* lower case tag */
  str description;    /* .p NULL when absent */
  str default_answer; /* .p NULL: QNA_DEFAULT_ANSWER */
  opt_bool multilingual_resource;
  const qna_pair *pairs; /* by id */
  size_t pair_count;
  const qna_source *sources; /* by source */
  size_t source_count;
  const qna_synonyms *synonyms;
  size_t synonyms_count;
} knowledge_base;

/* NULL when there is none of that id. */
const qna_pair *qna_find_pair(const knowledge_base *kb, int32_t id);
const qna_source *qna_find_source(const knowledge_base *kb, str source);
str qna_default_answer(const knowledge_base *kb);

/* Letters, digits and inner hyphens, 1 to 100; not "deletion-jobs". ERR_INVALID_ARGUMENT at target. */
must_check err_code qna_project_name_check(str name, const char *target, err *e);

#endif

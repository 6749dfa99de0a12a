/* Changes of a knowledge base: a new list of pairs or sources that shares the texts of the old one. */
#include "project/clu_fields.h"
#include "project/limits.h"
#include "project/qna_int.h"
#include "project/qna_json.h"

/* ---- operations ------------------------------------------------------------------------------------------ */

enum { OP_ADD, OP_REPLACE, OP_DELETE };

static err_code read_op(const jnode *n, int *op, jnode *value, err *e) {
  static const clu_enum ops[] = {{"add", OP_ADD}, {"replace", OP_REPLACE}, {"delete", OP_DELETE}};
  TRY(jn_want_obj(n, e));
  jnode word = qna_member(n, "op");
  TRY(clu__enum(&word, ops, ARRAY_LEN(ops), op, e));
  *value = qna_member(n, "value");
  return jn_want_obj(value, e);
}

typedef VEC(qna_pair) pair_vec;

static size_t index_of(const pair_vec *v, int32_t id) {
  for (size_t i = 0; i < v->n; i++)
    if (v->p[i].id == id) return i;
  return SIZE_MAX;
}

static int32_t free_id(const pair_vec *v) {
  int32_t next = 1;
  for (size_t i = 0; i < v->n; i++)
    if (v->p[i].id >= next && v->p[i].id < INT32_MAX) next = v->p[i].id + 1;
  return next;
}

/* Adds the pairs that prompts carry in themselves, and points the prompts at them. */
static err_code add_inline(const jnode *pair, qna_pair *p, pair_vec *v, int64_t now_us, arena *a, err *e) {
  jnode dialog = qna_member(pair, "dialog"), arr = qna_member(&dialog, "prompts");
  if (!p->prompt_count) return ERR_OK;
  qna_prompt *prompts = arena_copy(a, p->prompts, p->prompt_count * sizeof *prompts);
  for (size_t i = 0; i < p->prompt_count; i++) {
    jnode item = jn_at(&arr, i), inner = qna_member(&item, "qna");
    if (jn_is_none(&inner)) {
      if (!prompts[i].qna_id) return jn_fail(&item, e, "needs qnaId or qna");
      continue;
    }
    qna_pair child;
    TRY(qna_pair_read(&inner, a, &child, e));
    child.id = free_id(v);
    child.updated_us = now_us;
    prompts[i].qna_id = child.id;
    VEC_PUSH(v, child);
  }
  p->prompts = prompts;
  return ERR_OK;
}

static err_code check_source(const knowledge_base *kb, const jnode *value, const qna_pair *p, err *e) {
  jnode at = qna_member(value, "source");
  if (str_eq(p->source, STR(QNA_EDITORIAL)) || qna_find_source(kb, p->source)) return ERR_OK;
  return jn_fail(&at, e, "there is no source \"" STR_FMT "\"", STR_ARG(clu__clip(p->source)));
}

static err_code patch_pair(const knowledge_base *kb, const jnode *n, pair_vec *v, int64_t now_us, arena *a, err *e) {
  int op;
  jnode value, id_node;
  qna_pair p = {0};
  TRY(read_op(n, &op, &value, e));
  id_node = qna_member(&value, "id");
  if (op == OP_DELETE) {
    int64_t id;
    TRY(jn_req_int(&value, id_node.key ? id_node.key : "id", 1, INT32_MAX, &id, e));
    size_t at = index_of(v, (int32_t)id);
    if (at == SIZE_MAX) return ERR_OK; /* gone already */
    memmove(&v->p[at], &v->p[at + 1], (--v->n - at) * sizeof *v->p);
    return ERR_OK;
  }
  TRY(qna_pair_read(&value, a, &p, e));
  TRY(check_source(kb, &value, &p, e));
  size_t at = p.id ? index_of(v, p.id) : SIZE_MAX;
  if (op == OP_REPLACE && at == SIZE_MAX) return jn_fail(&id_node, e, "there is no pair with this id");
  if (op == OP_ADD && at != SIZE_MAX) return jn_fail(&id_node, e, "there is a pair with this id already");
  if (!p.id) p.id = free_id(v);
  p.updated_us = now_us;
  if (at == SIZE_MAX) {
    at = v->n;
    VEC_PUSH(v, p);
  }
  TRY(add_inline(&value, &p, v, now_us, a, e));
  v->p[at] = p;
  return ERR_OK;
}

err_code qna_pairs_patch(const knowledge_base *kb, const jnode *ops, int64_t now_us, arena *a, knowledge_base *out,
                         err *e) {
  TRY(jn_want_arr(ops, e));
  TRY(clu__limit(ops, jn_len(ops), LIMIT_QNA_UPDATES, "operations in one request", e));
  pair_vec v = {0};
  VEC_RESERVE(&v, kb->pair_count + jn_len(ops) + 1);
  if (kb->pair_count) memcpy(v.p, kb->pairs, kb->pair_count * sizeof *v.p);
  v.n = kb->pair_count;
  err_code rc = ERR_OK;
  for (size_t i = 0; rc == ERR_OK && i < jn_len(ops); i++) {
    jnode item = jn_at(ops, i);
    rc = patch_pair(kb, &item, &v, now_us, a, e);
  }
  knowledge_base next = *kb;
  if (rc == ERR_OK) {
    qna_pair *pairs = v.n ? arena_copy(a, v.p, v.n * sizeof *v.p) : NULL;
    rc = qna__assemble(&next, pairs, v.n, a, e);
  }
  VEC_FREE(&v);
  if (rc == ERR_OK) *out = next;
  return rc;
}

/* ---- sources ------------------------------------------------------------------------------------------------ */

typedef struct source_list {
  qna_source *v;
  size_t n;
} source_list;

static void drop_pairs_of(knowledge_base *kb, str source, arena *a) {
  qna_pair *v = ARENA_ARRAY(a, qna_pair, kb->pair_count);
  size_t n = 0;
  for (size_t i = 0; i < kb->pair_count; i++)
    if (!str_eq(kb->pairs[i].source, source)) v[n++] = kb->pairs[i];
  kb->pairs = v;
  kb->pair_count = n;
}

static err_code patch_source(knowledge_base *kb, const jnode *n, source_list *list, int64_t now_us, arena *a, err *e) {
  int op;
  jnode value;
  qna_source s;
  TRY(read_op(n, &op, &value, e));
  TRY(qna__source_read(&value, a, &s, e));
  s.updated_us = now_us;
  size_t at = 0;
  while (at < list->n && !str_eq(list->v[at].source, s.source)) at++;
  if (op == OP_DELETE) {
    if (at < list->n) memmove(&list->v[at], &list->v[at + 1], (--list->n - at) * sizeof *list->v);
    drop_pairs_of(kb, s.source, a);
    return ERR_OK;
  }
  if (op == OP_ADD && at < list->n) return jn_fail(&value, e, "there is a source of this name already");
  if (op == OP_REPLACE && at == list->n) return jn_fail(&value, e, "there is no source of this name");
  list->v[at] = s;
  list->n = MAX_OF(list->n, at + 1);
  return ERR_OK;
}

err_code qna_sources_patch(const knowledge_base *kb, const jnode *ops, int64_t now_us, arena *a, knowledge_base *out,
                           err *e) {
  TRY(jn_want_arr(ops, e));
  TRY(clu__limit(ops, jn_len(ops), LIMIT_QNA_UPDATES, "operations in one request", e));
  knowledge_base next = *kb;
  source_list list = {ARENA_ARRAY(a, qna_source, kb->source_count + jn_len(ops)), kb->source_count};
  if (list.n) memcpy(list.v, kb->sources, list.n * sizeof *list.v);
  for (size_t i = 0; i < jn_len(ops); i++) {
    jnode item = jn_at(ops, i);
    TRY(patch_source(&next, &item, &list, now_us, a, e));
  }
  next.sources = list.v;
  next.source_count = list.n;
  qna__complete_sources(&next, a);
  *out = next;
  return ERR_OK;
}

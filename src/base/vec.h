/* vec.h -- growing arrays of one type on the heap, and growing byte buffers.
 *
 *   VEC(uint32_t) ids = {0};
 *   VEC_PUSH(&ids, 7u);      ids.p[0] == 7, ids.n == 1
 *   VEC_FREE(&ids);
 *
 * Name the type (typedef VEC(uint32_t) u32_vec;) to pass one between functions. */
#ifndef DRAGOMAN_BASE_VEC_H
#define DRAGOMAN_BASE_VEC_H

#include "base/base.h"
#include "base/str.h"
#include <stdlib.h>

#define VEC(T)                                                                                     \
  struct {                                                                                         \
    T *p;                                                                                          \
    size_t n, cap; /* elements used, elements allocated */                                         \
  }
#define VEC_RESERVE(v, need)                                                                       \
  do {                                                                                             \
    void *vec_tmp_ = (v)->p;                                                                       \
    mem_grow(&vec_tmp_, &(v)->cap, (need), sizeof *(v)->p);                                        \
    (v)->p = vec_tmp_;                                                                             \
  } while (0)
#define VEC_PUSH(v, x)                                                                             \
  do {                                                                                             \
    if ((v)->n == (v)->cap) VEC_RESERVE(v, (v)->n + 1);                                            \
    (v)->p[(v)->n++] = (x);                                                                        \
  } while (0)
#define VEC_FREE(v)                                                                                \
  do {                                                                                             \
    free((v)->p);                                                                                  \
    (v)->p = NULL;                                                                                 \
    (v)->n = (v)->cap = 0;                                                                         \
  } while (0)

typedef VEC(uint32_t) u32_vec;
typedef VEC(float) f32_vec;

/* Growing bytes. buf_take hands the heap memory (NUL-terminated, NUL not counted) to the caller,
 * who frees it; the buf is empty afterwards. */
typedef VEC(char) buf;

static inline void buf_add(buf *b, const void *p, size_t n) {
  if (!n) return;
  VEC_RESERVE(b, b->n + n);
  memcpy(b->p + b->n, p, n);
  b->n += n;
}
static inline void buf_add_str(buf *b, str s) { buf_add(b, s.p, s.n); }
static inline void buf_add_byte(buf *b, char c) { VEC_PUSH(b, c); }
void buf_printf(buf *b, const char *fmt, ...) printf_like(2, 3);
char *buf_take(buf *b, size_t *n);
static inline str buf_str(const buf *b) { return (str){b->p, b->n}; }
static inline void buf_free(buf *b) { VEC_FREE(b); }

#endif

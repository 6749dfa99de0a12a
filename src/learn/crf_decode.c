/* DESIGN. BIO order splits the labels into columns that any label may precede (O and every B-x)
 * and columns with two predecessors (I-x: B-x and I-x). The first kind is a dense step over
 * [L][1 + E], the second one pass over E: half the work of a dense L x L step, and illegal paths
 * never exist. The forward-backward pass is scaled as in crf.c. */
#include "learn/crf_decode.h"

#include "learn/crf.h"
#include "learn/matvec.h"

static const float IMPOSSIBLE = -1e30f;

/* A[B-x][I-x] and A[I-x][I-x], gathered once a sentence: into two arrays of [E]. */
static void inside_transitions(const crf_chain *c, float *from_begin, float *from_inside) {
  for (uint32_t x = 0; x < c->types; x++) {
    uint32_t begin = crf_label_begin(x), inside = crf_label_inside(x, c->types);
    from_begin[x] = c->transitions[begin * c->stride + inside];
    from_inside[x] = c->transitions[inside * c->stride + inside];
  }
}

/* Blocks of 16 that cover the columns O and B-x. */
static inline size_t open_blocks(uint32_t types) {
  return (1 + (size_t)types + LANES - 1) / LANES;
}

/* best[j] = max_i v[i] + A[i][j] and its i, for g blocks of columns kept in registers. */
learn_inline void max_group(const float *v, size_t rows, const float *a, size_t stride, size_t g, float *best,
                            int32_t *arg) {
  v16 top[4];
  v16i from[4];
  for (size_t b = 0; b < g; b++) {
    top[b] = v16_set(2 * IMPOSSIBLE);
    from[b] = (v16i){0};
  }
  for (size_t i = 0; i < rows; i++) {
    const v16 *row = (const v16 *)(a + i * stride);
    for (size_t b = 0; b < g; b++) {
      v16 candidate = row[b] + v[i];
      v16i better = candidate > top[b];
      top[b] = v16_select(better, candidate, top[b]);
      from[b] = (better & (int32_t)i) | (~better & from[b]);
    }
  }
  for (size_t b = 0; b < g; b++) {
    ((v16 *)best)[b] = top[b];
    ((v16i *)arg)[b] = from[b];
  }
}

learn_inline void max_columns(const float *v, size_t rows, const float *a, size_t stride, size_t blocks, float *best,
                              int32_t *arg) {
  for (; blocks >= 4; blocks -= 4, a += 4 * LANES, best += 4 * LANES, arg += 4 * LANES)
    max_group(v, rows, a, stride, 4, best, arg);
  if (blocks == 3) max_group(v, rows, a, stride, 3, best, arg);
  if (blocks == 2) max_group(v, rows, a, stride, 2, best, arg);
  if (blocks == 1) max_group(v, rows, a, stride, 1, best, arg);
}

/* One position: v [stride] scores before it, u its unary scores; out [stride], back [stride]. */
learn_kernel static void viterbi_step(const crf_chain *c, const float *inside, const float *v, const float *u,
                                      float *out, int32_t *back) {
  size_t types = c->types, labels = 1 + 2 * types;
  max_columns(v, labels, c->transitions, c->stride, open_blocks(c->types), out, back);
  for (size_t x = 0; x < types; x++) {
    float begin = v[1 + x] + inside[x], more = v[1 + types + x] + inside[types + x];
    bool from_inside = more > begin;
    out[1 + types + x] = from_inside ? more : begin;
    back[1 + types + x] = (int32_t)(from_inside ? 1 + types + x : 1 + x);
  }
  for (size_t j = 0; j < labels; j++) out[j] += u[j];
}

void crf_viterbi(const crf_chain *c, const float *u, size_t length, float o_offset, arena *scratch, uint32_t *labels) {
  if (!length) return;
  size_t stride = c->stride, count = crf_label_count(c->types);
  float *v = arena_alloc_aligned(scratch, 2 * stride * sizeof *v, 64), *next = v + stride;
  float *inside = arena_alloc(scratch, (2 * (size_t)c->types + 1) * sizeof *inside);
  int32_t *back = arena_alloc_aligned(scratch, length * stride * sizeof *back, 64);
  inside_transitions(c, inside, inside + c->types);
  for (size_t j = 0; j < count; j++) v[j] = j <= c->types ? u[j] : IMPOSSIBLE;
  v[0] -= o_offset;
  for (size_t t = 1; t < length; t++) {
    viterbi_step(c, inside, v, u + t * stride, next, back + t * stride);
    next[0] -= o_offset;
    float *swap = v;
    v = next;
    next = swap;
  }
  size_t best = 0;
  for (size_t j = 1; j < count; j++) best = v[j] > v[best] ? j : best;
  for (size_t t = length; t-- > 0;) {
    labels[t] = (uint32_t)best;
    if (t) best = (size_t)back[t * stride + best];
  }
}

size_t crf_spans(const uint32_t *labels, size_t length, uint32_t types, crf_span *out) {
  size_t n = 0;
  for (uint32_t t = 0; t < length; t++) {
    if (labels[t] == 0) continue;
    if (labels[t] <= types) {
      out[n++] = (crf_span){.begin = t, .end = t + 1, .type = labels[t] - 1};
    } else if (n) {
      out[n - 1].end = t + 1;
    }
  }
  return n;
}

/* Forward-backward over the BIO lattice. */
typedef struct lattice {
  size_t stride, types, labels, blocks; /* blocks: of the open columns */
  float *m;                             /* [L][blocks * 16] exp of A on the open columns */
  float *inside;                        /* [2][E] exp of A into I-x from B-x, from I-x */
  float *e;                             /* [T][stride] exp(u - max) */
  float *alpha, *beta;                  /* [T][stride], alpha sums to 1, alpha beta is the posterior */
  float *eb;                            /* [T][stride] e beta / c */
  float *scale;                         /* [T] 1 / c */
} lattice;

static void lattice_alloc(lattice *l, const crf_chain *c, size_t length, arena *a) {
  *l = (lattice){.stride = c->stride, .types = c->types, .labels = crf_label_count(c->types)};
  l->blocks = open_blocks(c->types);
  l->m = arena_alloc_aligned(a, l->labels * l->blocks * LANES * sizeof(float), 64);
  l->inside = arena_alloc(a, (2 * l->types + 1) * sizeof(float));
  float **rows[] = {&l->e, &l->alpha, &l->beta, &l->eb};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    *rows[i] = arena_alloc_aligned(a, length * c->stride * sizeof(float), 64);
  l->scale = arena_alloc(a, length * sizeof(float));
}

learn_kernel static void lattice_transitions(lattice *l, const crf_chain *c) {
  for (size_t i = 0; i < l->labels; i++) {
    const v16 *a = (const v16 *)(c->transitions + i * l->stride);
    v16 *m = (v16 *)(l->m + i * l->blocks * LANES);
    for (size_t b = 0; b < l->blocks; b++) m[b] = v16_exp(a[b]);
    for (size_t j = 1 + l->types; j < l->blocks * LANES; j++) ((float *)m)[j] = 0;
  }
  inside_transitions(c, l->inside, l->inside + l->types);
  for (size_t i = 0; i < 2 * l->types; i++) l->inside[i] = v16_exp(v16_set(l->inside[i]))[0];
}

learn_kernel static void lattice_forward(lattice *l, const float *u, size_t length, float o_offset) {
  size_t stride = l->stride, types = l->types, blocks = stride / LANES;
  for (size_t t = 0; t < length; t++) {
    float *e = l->e + t * stride, *alpha = l->alpha + t * stride;
    memcpy(e, u + t * stride, stride * sizeof *e);
    e[0] -= o_offset;
    exp_blocks(e, l->labels, blocks, e);
    if (t == 0) {
      for (size_t j = 0; j < stride; j++) alpha[j] = j <= types ? 1.0f : 0.0f;
    } else {
      const float *before = alpha - stride;
      matvec(before, l->labels, l->m, l->blocks * LANES, l->blocks, alpha);
      for (size_t x = 0; x < types; x++)
        alpha[1 + types + x] = before[1 + x] * l->inside[x] + before[1 + types + x] * l->inside[types + x];
      for (size_t j = l->labels; j < stride; j++) alpha[j] = 0;
    }
    v16 *av = (v16 *)alpha, sum = {0};
    for (size_t b = 0; b < blocks; b++) sum += (av[b] *= ((const v16 *)e)[b]);
    float total = v16_sum(sum);
    l->scale[t] = total > 1e-30f ? 1.0f / total : 1e30f;
    for (size_t b = 0; b < blocks; b++) av[b] *= l->scale[t];
  }
}

learn_kernel static void lattice_backward(lattice *l, size_t length) {
  size_t stride = l->stride, types = l->types;
  for (size_t t = length; t-- > 0;) {
    float *beta = l->beta + t * stride, *eb = l->eb + t * stride;
    const float *e = l->e + t * stride, *after = eb + stride; /* row t + 1, not read at the last t */
    for (size_t i = 0; i < l->labels; i++)
      beta[i] = t + 1 == length
                    ? 1.0f
                    : dot_blocks((const v16 *)(l->m + i * l->blocks * LANES), (const v16 *)after, l->blocks);
    for (size_t x = 0; t + 1 < length && x < types; x++) {
      beta[1 + x] += l->inside[x] * after[1 + types + x];
      beta[1 + types + x] += l->inside[types + x] * after[1 + types + x];
    }
    for (size_t i = l->labels; i < stride; i++) beta[i] = 0;
    for (size_t i = 0; i < stride; i++) eb[i] = e[i] * beta[i] * l->scale[t];
  }
}

static void lattice_run(lattice *l, const crf_chain *c, const float *u, size_t length, float o_offset, arena *a) {
  lattice_alloc(l, c, length, a);
  lattice_transitions(l, c);
  lattice_forward(l, u, length, o_offset);
  lattice_backward(l, length);
}

/* alpha[B-x] at begin, times the steps of I-x inside, times everything that is not I-x after. */
static float span_probability(const lattice *l, const crf_span *s, size_t length) {
  size_t stride = l->stride, types = l->types, begin = 1 + s->type, inside = 1 + types + s->type;
  float p = l->alpha[s->begin * stride + begin];
  for (size_t t = s->begin + 1; t < s->end; t++) {
    float step = l->inside[t == s->begin + 1 ? s->type : types + s->type];
    p *= step * l->e[t * stride + inside] * l->scale[t];
  }
  if (s->end < length) {
    size_t last = s->end == s->begin + 1 ? begin : inside, width = l->blocks * LANES;
    const float *m = l->m + last * width, *eb = l->eb + s->end * stride;
    float after = 0;
    for (size_t j = 0; j <= types; j++) after += m[j] * eb[j];
    p *= after;
  }
  return p < 0 ? 0 : p > 1 ? 1 : p;
}

void crf_span_confidence(const crf_chain *c, const float *u, size_t length, float o_offset, arena *scratch,
                         crf_span *spans, size_t n) {
  if (!n) return;
  lattice l;
  lattice_run(&l, c, u, length, o_offset, scratch);
  for (size_t i = 0; i < n; i++) spans[i].confidence = span_probability(&l, &spans[i], length);
}

void crf_marginals(const crf_chain *c, const float *u, size_t length, float o_offset, arena *scratch, float *p) {
  if (!length) return;
  lattice l;
  lattice_run(&l, c, u, length, o_offset, scratch);
  for (size_t i = 0; i < length * l.stride; i++) p[i] = l.alpha[i] * l.beta[i];
}

/* DESIGN.
 *
 *   text -> counts n(w, c) of words against (position, word) contexts
 *        -> A[w][c] = max(0, log n(w,c) N / (n(w) n(c)))                      sparse, R x C
 *        -> subspace iteration: Y = A X, Y = orth(Y), X = A^T Y, a few times  WIDTH columns
 *        -> A ~ Y X^T; the eigenvectors V of X^T X rotate Y onto the singular vectors
 *        -> word vector = (Y V)_j sqrt(sigma_j), j < RANK, to unit length
 *        -> spherical k-means for every k asked for */
#include "learn/cluster.h"

#include "base/rng.h"
#include "learn/fmath.h"
#include "learn/matvec.h"
#include "learn/quant.h"

#include <math.h>
#include <stdlib.h>

enum { RANK = 50, WIDTH = 64, SUBSPACE_STEPS = 4, KMEANS_STEPS = 15, JACOBI_SWEEPS = 12 };
enum { POSITIONS = 4 };
static const int POSITION[POSITIONS] = {-2, -1, 1, 2};

typedef struct ppmi_matrix {
  uint32_t rows, cols;
  size_t *end;   /* [rows] into col and value */
  uint32_t *col; /* [entries] */
  float *value;  /* [entries] */
} ppmi_matrix;

/* row_of[word]: dense row of words seen min_count times or more, else CLUSTER_NONE. */
static uint32_t dense_rows(const cluster_text *t, size_t tokens, uint32_t min_count, uint32_t *row_of) {
  uint32_t rows = 0;
  memset(row_of, 0, t->words * sizeof *row_of);
  for (size_t i = 0; i < tokens; i++) row_of[t->ids[i]]++;
  for (uint32_t w = 0; w < t->words; w++) row_of[w] = row_of[w] && row_of[w] >= min_count ? rows++ : CLUSTER_NONE;
  return rows;
}

/* Context column of the word at position p from token i of the sentence [begin, end); rare words
 * have none (CLUSTER_NONE). Column p * (rows + 1) + row, the last of each position: the boundary. */
static uint32_t context_of(const cluster_text *t, const uint32_t *row_of, uint32_t rows, size_t begin, size_t end,
                           size_t i, int p) {
  ptrdiff_t at = (ptrdiff_t)i + POSITION[p];
  uint32_t row = rows;
  if (at >= (ptrdiff_t)begin && at < (ptrdiff_t)end) row = row_of[t->ids[at]];
  return row == CLUSTER_NONE ? CLUSTER_NONE : (uint32_t)p * (rows + 1) + row;
}

/* All (row, context) pairs grouped by row: end [rows], the contexts in *contexts (heap). */
static void collect_pairs(const cluster_text *t, const uint32_t *row_of, uint32_t rows, size_t *end,
                          uint32_t **contexts) {
  size_t tokens = t->sentences ? t->end[t->sentences - 1] : 0;
  for (size_t i = 0; i < tokens; i++) {
    if (row_of[t->ids[i]] != CLUSTER_NONE) end[row_of[t->ids[i]]] += POSITIONS;
  }
  size_t total = 0;
  for (uint32_t r = 0; r < rows; r++) {
    size_t n = end[r];
    end[r] = total; /* filled up to its end below */
    total += n;
  }
  *contexts = mem_zalloc(total + 1, sizeof **contexts);
  for (size_t s = 0, begin = 0; s < t->sentences; begin = t->end[s++]) {
    for (size_t i = begin; i < t->end[s]; i++) {
      uint32_t row = row_of[t->ids[i]];
      for (int p = 0; p < POSITIONS && row != CLUSTER_NONE; p++)
        (*contexts)[end[row]++] = context_of(t, row_of, rows, begin, t->end[s], i, p);
    }
  }
}

/* Counts the contexts of every row (in order of first sight) and turns counts into PPMI. */
static void ppmi_build(ppmi_matrix *m, const size_t *pair_end, uint32_t *contexts) {
  uint32_t *count = mem_zalloc(m->cols, sizeof *count), *col_sum = mem_zalloc(m->cols, sizeof *col_sum);
  size_t *row_sum = mem_zalloc(m->rows, sizeof *row_sum), entries = 0, total = 0;
  for (size_t r = 0, i = 0; r < m->rows; r++) {
    size_t begin = entries;
    for (; i < pair_end[r]; i++) {
      uint32_t c = contexts[i];
      if (c == CLUSTER_NONE) continue;
      if (count[c]++ == 0) m->col[entries++] = c;
      col_sum[c]++;
      row_sum[r]++;
    }
    for (size_t j = begin; j < entries; j++) {
      m->value[j] = (float)count[m->col[j]];
      count[m->col[j]] = 0;
    }
    m->end[r] = entries;
    total += row_sum[r];
  }
  for (size_t r = 0, i = 0; r < m->rows; r++) {
    for (; i < m->end[r]; i++) {
      double chance = (double)row_sum[r] * (double)col_sum[m->col[i]] / (double)total;
      double pmi = fm_log((double)m->value[i] / chance);
      m->value[i] = pmi > 0 ? (float)pmi : 0;
    }
  }
  free(count);
  free(col_sum);
  free(row_sum);
}

static void ppmi_init(ppmi_matrix *m, const cluster_text *t, const uint32_t *row_of, uint32_t rows) {
  size_t *pair_end = mem_zalloc(rows, sizeof *pair_end);
  uint32_t *contexts;
  collect_pairs(t, row_of, rows, pair_end, &contexts);
  size_t pairs = pair_end[rows - 1];
  *m = (ppmi_matrix){.rows = rows, .cols = POSITIONS * (rows + 1)};
  m->end = mem_zalloc(rows, sizeof *m->end);
  m->col = mem_zalloc(pairs, sizeof *m->col);
  m->value = mem_zalloc(pairs, sizeof *m->value);
  ppmi_build(m, pair_end, contexts);
  free(pair_end);
  free(contexts);
}

static void ppmi_fini(ppmi_matrix *m) {
  free(m->end);
  free(m->col);
  free(m->value);
}

/* y [rows][WIDTH] = A x, x [cols][WIDTH]. */
learn_kernel static void times(const ppmi_matrix *m, const float *x, float *y) {
  memset(y, 0, (size_t)m->rows * WIDTH * sizeof *y);
  for (size_t r = 0, i = 0; r < m->rows; r++) {
    for (; i < m->end[r]; i++)
      axpy_blocks((v16 *)(y + r * WIDTH), (const v16 *)(x + (size_t)m->col[i] * WIDTH), m->value[i], WIDTH / LANES);
  }
}

/* x [cols][WIDTH] = A^T y. */
learn_kernel static void times_transposed(const ppmi_matrix *m, const float *y, float *x) {
  memset(x, 0, (size_t)m->cols * WIDTH * sizeof *x);
  for (size_t r = 0, i = 0; r < m->rows; r++) {
    for (; i < m->end[r]; i++)
      axpy_blocks((v16 *)(x + (size_t)m->col[i] * WIDTH), (const v16 *)(y + r * WIDTH), m->value[i], WIDTH / LANES);
  }
}

/* g [WIDTH][WIDTH] = x^T x; floats are summed over 256 rows at a time, those sums in double. */
learn_kernel static void gram(const float *x, size_t rows, double *g) {
  float part[WIDTH * WIDTH] __attribute__((aligned(64)));
  memset(g, 0, WIDTH * WIDTH * sizeof *g);
  for (size_t first = 0; first < rows; first += 256) {
    memset(part, 0, sizeof part);
    for (size_t r = first; r < MIN_OF(first + 256, rows); r++) {
      for (size_t i = 0; i < WIDTH; i++)
        axpy_blocks((v16 *)(part + i * WIDTH), (const v16 *)(x + r * WIDTH), x[r * WIDTH + i], WIDTH / LANES);
    }
    for (size_t i = 0; i < WIDTH * WIDTH; i++) g[i] += (double)part[i];
  }
}

/* x [rows][WIDTH] = x m, m [WIDTH][WIDTH]. */
learn_kernel static void rotate_rows(float *x, size_t rows, const double *m) {
  float f[WIDTH * WIDTH] __attribute__((aligned(64))), row[WIDTH] __attribute__((aligned(64)));
  for (size_t i = 0; i < WIDTH * WIDTH; i++) f[i] = (float)m[i];
  for (size_t r = 0; r < rows; r++) {
    matvec(x + r * WIDTH, WIDTH, f, WIDTH, WIDTH / LANES, row);
    memcpy(x + r * WIDTH, row, sizeof row);
  }
}

/* Orthonormal columns by Cholesky: x^T x = U^T U, x = x U^-1. Columns that depend on earlier ones
 * (fewer words than WIDTH) become 0. */
static void orthonormalize(float *x, size_t rows) {
  double u[WIDTH * WIDTH], inverse[WIDTH * WIDTH] = {0};
  gram(x, rows, u);
  for (size_t j = 0; j < WIDTH; j++) {
    double whole = u[j * WIDTH + j], pivot = whole;
    for (size_t k = 0; k < j; k++) pivot -= u[k * WIDTH + j] * u[k * WIDTH + j];
    double d = pivot > 1e-6 * whole && pivot > 0 ? sqrt(pivot) : 0;
    u[j * WIDTH + j] = d;
    for (size_t c = j + 1; c < WIDTH; c++) {
      double sum = u[j * WIDTH + c];
      for (size_t k = 0; k < j; k++) sum -= u[k * WIDTH + j] * u[k * WIDTH + c];
      u[j * WIDTH + c] = d > 0 ? sum / d : 0;
    }
  }
  for (size_t j = 0; j < WIDTH; j++) { /* column j of U^-1 by back substitution */
    if (u[j * WIDTH + j] <= 0) continue;
    inverse[j * WIDTH + j] = 1 / u[j * WIDTH + j];
    for (size_t i = j; i-- > 0;) {
      double sum = 0;
      for (size_t k = i + 1; k <= j; k++) sum += u[i * WIDTH + k] * inverse[k * WIDTH + j];
      inverse[i * WIDTH + j] = u[i * WIDTH + i] > 0 ? -sum / u[i * WIDTH + i] : 0;
    }
  }
  rotate_rows(x, rows, inverse);
}

/* One Jacobi rotation that zeroes a[p][q]; the columns of v follow. */
static void jacobi_rotate(double *a, double *v, size_t p, size_t q) {
  double apq = a[p * WIDTH + q];
  if (fabs(apq) < 1e-300) return;
  double theta = (a[q * WIDTH + q] - a[p * WIDTH + p]) / (2 * apq);
  double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
  double c = 1 / sqrt(t * t + 1), s = t * c;
  for (size_t k = 0; k < WIDTH; k++) {
    double kp = a[k * WIDTH + p], kq = a[k * WIDTH + q], vp = v[k * WIDTH + p], vq = v[k * WIDTH + q];
    a[k * WIDTH + p] = c * kp - s * kq;
    a[k * WIDTH + q] = s * kp + c * kq;
    v[k * WIDTH + p] = c * vp - s * vq;
    v[k * WIDTH + q] = s * vp + c * vq;
  }
  for (size_t k = 0; k < WIDTH; k++) {
    double pk = a[p * WIDTH + k], qk = a[q * WIDTH + k];
    a[p * WIDTH + k] = c * pk - s * qk;
    a[q * WIDTH + k] = s * pk + c * qk;
  }
}

/* Eigenvectors of the symmetric a (destroyed: its diagonal ends as the eigenvalues) as the columns
 * of out, by falling eigenvalue, the first RANK scaled by its fourth root, the others 0. */
static void principal_directions(double *a, double *out) {
  double v[WIDTH * WIDTH] = {0};
  bool used[WIDTH] = {false};
  for (size_t i = 0; i < WIDTH; i++) v[i * WIDTH + i] = 1;
  for (int sweep = 0; sweep < JACOBI_SWEEPS; sweep++) {
    for (size_t p = 0; p < WIDTH; p++) {
      for (size_t q = p + 1; q < WIDTH; q++) jacobi_rotate(a, v, p, q);
    }
  }
  memset(out, 0, WIDTH * WIDTH * sizeof *out);
  for (size_t j = 0; j < RANK; j++) {
    size_t best = WIDTH;
    for (size_t i = 0; i < WIDTH; i++) {
      if (!used[i] && (best == WIDTH || a[i * WIDTH + i] > a[best * WIDTH + best])) best = i;
    }
    used[best] = true;
    double square = a[best * WIDTH + best], scale = square > 0 ? sqrt(sqrt(square)) : 0;
    for (size_t k = 0; k < WIDTH; k++) out[k * WIDTH + j] = v[k * WIDTH + best] * scale;
  }
}

static void unit_rows(float *x, size_t rows) {
  for (size_t r = 0; r < rows; r++) {
    double sum = 0;
    for (size_t i = 0; i < WIDTH; i++) sum += (double)x[r * WIDTH + i] * (double)x[r * WIDTH + i];
    for (size_t i = 0; sum > 0 && i < WIDTH; i++) x[r * WIDTH + i] = (float)((double)x[r * WIDTH + i] / sqrt(sum));
  }
}

/* y [rows][WIDTH] unit word vectors. */
static err_code word_vectors(const ppmi_matrix *m, rng *r, const learn_watch *watch, float *y) {
  float *x = learn_floats((size_t)m->cols * WIDTH);
  for (size_t i = 0; i < (size_t)m->cols * WIDTH; i++) x[i] = (float)(rng_unit(r) - 0.5);
  err_code code = ERR_OK;
  for (int step = 0; step < SUBSPACE_STEPS && !code; step++) {
    times(m, x, y);
    orthonormalize(y, m->rows);
    times_transposed(m, y, x);
    code = learn_watch_step(watch, 0.5 * (step + 1) / SUBSPACE_STEPS);
  }
  double g[WIDTH * WIDTH], directions[WIDTH * WIDTH];
  gram(x, m->cols, g);
  principal_directions(g, directions);
  rotate_rows(y, m->rows, directions);
  unit_rows(y, m->rows);
  free(x);
  return code;
}

typedef struct kmeans {
  const float *x; /* [rows][WIDTH] unit vectors */
  size_t rows;
  uint32_t k, stride; /* stride: k rounded up to 16 */
  float *centre;      /* [WIDTH][stride], dimension-major */
  float *score;       /* [stride] */
  uint32_t *of;       /* [rows] cluster of each row */
} kmeans;

static void centre_set(kmeans *s, uint32_t c, const float *v) {
  for (size_t d = 0; d < WIDTH; d++) s->centre[d * s->stride + c] = v[d];
}

/* k-means++ (Arthur and Vassilvitskii 2007): a row becomes a centre with chance proportional to its
 * squared distance from the nearest centre so far. far: [rows] working memory. */
static void kmeans_seed(kmeans *s, rng *r, double *far) {
  for (size_t i = 0; i < s->rows; i++) far[i] = 2;
  size_t pick = rng_below(r, (uint32_t)s->rows);
  for (uint32_t c = 0; c < s->k; c++) {
    const float *v = s->x + pick * WIDTH;
    centre_set(s, c, v);
    double total = 0;
    for (size_t i = 0; i < s->rows; i++) {
      double d = 2 - 2 * (double)dot_blocks((const v16 *)(s->x + i * WIDTH), (const v16 *)v, WIDTH / LANES);
      far[i] = i == pick || d < 0 ? 0 : MIN_OF(far[i], d);
      total += far[i];
    }
    double at = rng_unit(r) * total;
    for (pick = 0; pick + 1 < s->rows && (at -= far[pick]) >= 0; pick++) {
    }
  }
}

/* Nearest centre of every row; returns whether any changed. */
learn_kernel static bool kmeans_assign(kmeans *s) {
  bool changed = false;
  for (size_t i = 0; i < s->rows; i++) {
    matvec(s->x + i * WIDTH, WIDTH, s->centre, s->stride, s->stride / LANES, s->score);
    uint32_t best = 0;
    for (uint32_t c = 1; c < s->k; c++) best = s->score[c] > s->score[best] ? c : best;
    changed |= s->of[i] != best;
    s->of[i] = best;
  }
  return changed;
}

/* Centres become the directions of their rows' sums; a centre without rows stays. */
static void kmeans_move(kmeans *s, float *sums) {
  memset(sums, 0, (size_t)s->k * WIDTH * sizeof *sums);
  for (size_t i = 0; i < s->rows; i++) {
    for (size_t d = 0; d < WIDTH; d++) sums[s->of[i] * WIDTH + d] += s->x[i * WIDTH + d];
  }
  unit_rows(sums, s->k);
  for (uint32_t c = 0; c < s->k; c++) {
    if (dot_blocks((const v16 *)(sums + c * WIDTH), (const v16 *)(sums + c * WIDTH), WIDTH / LANES) > 0)
      centre_set(s, c, sums + c * WIDTH);
  }
}

/* done: progress reported all along, so that cancelling is noticed between steps. */
static err_code kmeans_run(const float *x, size_t rows, uint32_t k, rng *r, const learn_watch *watch, double done,
                           uint32_t *of) {
  kmeans s = {.x = x, .rows = rows, .k = (uint32_t)MIN_OF((size_t)k, rows), .of = of};
  s.stride = learn_pad16(s.k);
  s.centre = learn_floats((size_t)WIDTH * s.stride);
  s.score = learn_floats(s.stride);
  float *sums = learn_floats((size_t)s.k * WIDTH);
  double *far = mem_zalloc(rows, sizeof *far);
  for (size_t i = 0; i < rows; i++) of[i] = 0;
  kmeans_seed(&s, r, far);
  err_code code = learn_watch_step(watch, done);
  for (int step = 0; step < KMEANS_STEPS && !code && kmeans_assign(&s); step++) {
    kmeans_move(&s, sums);
    code = learn_watch_step(watch, done);
  }
  free(s.centre);
  free(s.score);
  free(sums);
  free(far);
  return code;
}

static err_code cluster_rows(const ppmi_matrix *m, const uint32_t *ks, size_t n_ks, uint64_t seed,
                             const learn_watch *watch, uint32_t *const *of) {
  rng r;
  rng_seed(&r, seed);
  float *y = learn_floats((size_t)m->rows * WIDTH);
  err_code code = word_vectors(m, &r, watch, y);
  for (size_t j = 0; j < n_ks && !code; j++)
    code = kmeans_run(y, m->rows, ks[j], &r, watch, 0.5 + 0.5 * (double)j / (double)n_ks, of[j]);
  free(y);
  return code;
}

err_code cluster_words(const cluster_text *text, uint32_t min_count, const uint32_t *ks, size_t n_ks, uint64_t seed,
                       const learn_watch *watch, uint32_t *const *out) {
  size_t tokens = text->sentences ? text->end[text->sentences - 1] : 0;
  uint32_t *row_of = mem_zalloc(text->words, sizeof *row_of);
  uint32_t rows = dense_rows(text, tokens, min_count, row_of);
  err_code code = ERR_OK;
  if (rows) {
    uint32_t *of_rows = mem_zalloc((size_t)rows * n_ks, sizeof *of_rows);
    uint32_t **of = mem_zalloc(n_ks, sizeof *of);
    for (size_t j = 0; j < n_ks; j++) of[j] = of_rows + j * rows;
    ppmi_matrix m;
    ppmi_init(&m, text, row_of, rows);
    code = cluster_rows(&m, ks, n_ks, seed, watch, of);
    ppmi_fini(&m);
    for (size_t j = 0; j < n_ks; j++) {
      for (uint32_t w = 0; w < text->words; w++)
        out[j][w] = row_of[w] == CLUSTER_NONE ? CLUSTER_NONE : of[j][row_of[w]];
    }
    free(of_rows);
    free(of);
  } else {
    for (size_t i = 0; i < n_ks * text->words; i++) out[i / text->words][i % text->words] = CLUSTER_NONE;
  }
  free(row_of);
  return code;
}

#include "model/none.h"

#include "learn/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Share of correct held-out utterances that None may take from their intent when it was fitted
 * without None utterances: accuracy within scope against recall out of scope. In a small set a few
 * of them, lest one odd utterance decide. */
static const double given_up = 0.002, given_up_hits = 3, most_given_up = 0.01;
/* One unit of unknown text counts like so many nats of doubt (reference learning §5). */
static const double unknown_ratio = 6;
/* Before anything is known: None needs an utterance with this share unknown that also fits every
 * intent alike. Held-out utterances outweigh that by as much unknown text as they got right,
 * in whole utterances: copies of one template say nothing about what people will say. */
static const double usual_unknown = 0.6, usual_evidence = 1;
/* Where None begins, in nats of doubt, among utterances that people made: of 480 projects drawn from
 * such sets the lowest begins at 1.3 (doc/evaluation.md). One that begins lower was made from
 * templates; the lower, the less its held-out utterances count. */
static const double least_border = 1.5;
static const double usual_slope = 4, usual_bias = -6, least_slope = 1, most_slope = 8;
/* None utterances stand for everything else that people say: they weigh at least so much of the
 * others. */
static const double least_none_share = 0.05;
enum { NEWTON_STEPS = 30, TERMS = 4 };

none_signs none_signs_of(const float *p, uint32_t classes, uint32_t none_class, uint32_t without, float coverage) {
  double sum = 0, entropy = 0, best = 0;
  for (uint32_t k = 0; k < classes; k++) {
    if (k == none_class || k == without) continue;
    sum += (double)p[k];
    best = fmax(best, (double)p[k]);
    if (p[k] > 0) entropy -= (double)p[k] * log((double)p[k]);
  }
  none_signs s = {.unknown = 1.0f - coverage};
  if (sum > 0) s.doubt = (float)fmax(entropy / sum + log(sum), 0);
  if (none_class != NO_CLASS) s.rival = (float)log(fmax((double)p[none_class], 1e-12) / fmax(best, 1e-12));
  return s;
}

float none_score(const none_model *m, const none_signs *s) {
  float z = m->bias + m->doubt * s->doubt + m->unknown * s->unknown + m->rival * s->rival;
  return 1.0f / (1.0f + expf(-z));
}

/* ---- Logistic regression with a Gaussian prior, by Newton's method ---- */

typedef struct logistic_row {
  double x[TERMS];
  double weight;
  bool y;
} logistic_row;

typedef struct logistic {
  const logistic_row *rows;
  size_t n, terms;                      /* terms <= TERMS */
  double mean[TERMS], precision[TERMS]; /* prior of theta */
} logistic;

/* Negative log posterior up to a constant. */
static double logistic_loss(const logistic *l, const double *theta) {
  double loss = 0;
  for (size_t k = 0; k < l->terms; k++) loss += 0.5 * l->precision[k] * pow(theta[k] - l->mean[k], 2);
  for (size_t i = 0; i < l->n; i++) {
    double z = 0;
    for (size_t k = 0; k < l->terms; k++) z += theta[k] * l->rows[i].x[k];
    if (l->rows[i].y) z = -z;
    loss += l->rows[i].weight * (z > 30 ? z : log1p(exp(z)));
  }
  return loss;
}

/* Newton direction: H d = g, by elimination; the prior makes H positive definite. */
static void logistic_direction(const logistic *l, const double *theta, double *d) {
  size_t n = l->terms;
  double g[TERMS], h[TERMS][TERMS] = {{0}};
  for (size_t k = 0; k < n; k++) {
    g[k] = -l->precision[k] * (theta[k] - l->mean[k]);
    h[k][k] = l->precision[k];
  }
  for (size_t i = 0; i < l->n; i++) {
    const logistic_row *r = &l->rows[i];
    double z = 0;
    for (size_t k = 0; k < n; k++) z += theta[k] * r->x[k];
    double p = 1 / (1 + exp(-z));
    for (size_t k = 0; k < n; k++) {
      g[k] += r->weight * ((double)r->y - p) * r->x[k];
      for (size_t c = 0; c < n; c++) h[k][c] += r->weight * p * (1 - p) * r->x[k] * r->x[c];
    }
  }
  for (size_t k = 0; k < n; k++)
    for (size_t r = k + 1; r < n; r++) {
      double f = h[r][k] / h[k][k];
      for (size_t c = k; c < n; c++) h[r][c] -= f * h[k][c];
      g[r] -= f * g[k];
    }
  for (size_t k = n; k-- > 0;) {
    d[k] = g[k];
    for (size_t c = k + 1; c < n; c++) d[k] -= h[k][c] * d[c];
    d[k] /= h[k][k];
  }
}

/* theta: in, where to start; out, the minimum. Steps are halved until they help. */
static void logistic_fit(const logistic *l, double *theta) {
  double loss = logistic_loss(l, theta), d[TERMS], next[TERMS];
  for (int step = 0; step < NEWTON_STEPS; step++) {
    logistic_direction(l, theta, d);
    double length = 1, next_loss = loss;
    for (; length > 1e-6; length /= 2) {
      for (size_t k = 0; k < l->terms; k++) next[k] = theta[k] + length * d[k];
      if ((next_loss = logistic_loss(l, next)) < loss) break;
    }
    if (length <= 1e-6) return;
    memcpy(theta, next, l->terms * sizeof *theta);
    if (loss - next_loss < 1e-9 * loss) return;
    loss = next_loss;
  }
}

/* ---- Fitting ---- */

static double doubt_of(const none_signs *s) {
  return (double)s->doubt + unknown_ratio * (double)s->unknown + (double)s->rival;
}

/* How steeply the score rises with doubt: in-scope utterances against the same ones bereft of
 * their intent, as many of the one as of the other. Bereft, one class fewer is left to be in doubt
 * about, which matters where there are few; of two classes nothing is left and the usual stands. */
static double fit_slope(const none_example *v, size_t n, uint32_t classes) {
  logistic_row *rows = mem_zalloc(2 * n + 1, sizeof *rows);
  logistic l = {.rows = rows, .terms = 2, .mean = {usual_bias, usual_slope}, .precision = {0.01, 1}};
  double theta[TERMS] = {usual_bias, usual_slope};
  for (size_t i = 0; i < n && classes > 2; i++) {
    if (v[i].is_none) continue;
    none_signs bereft = v[i].bereft;
    bereft.doubt *= (float)(log(classes) / log(classes - 1));
    rows[l.n++] = (logistic_row){.x = {1, doubt_of(&v[i].signs)}, .weight = 1, .y = false};
    rows[l.n++] = (logistic_row){.x = {1, doubt_of(&bereft)}, .weight = 1, .y = true};
  }
  logistic_fit(&l, theta);
  free(rows);
  return fmin(fmax(theta[1], least_slope), most_slope);
}

/* The bias with which None takes just a given share of the hits: it takes an utterance when
 * n > (1 - n) q_best, that is when bias > log q_best - slope * doubt. A mean with the usual bias,
 * weighed by how much unknown text the hits had, and by how natural the border found is. */
static double fit_bias(const none_example *v, size_t n, double slope, uint32_t classes) {
  double usual = -log(classes) - slope * (log(classes) + unknown_ratio * usual_unknown), evidence = 0;
  double *margin = mem_zalloc(n + 1, sizeof *margin);
  size_t hits = 0;
  for (size_t i = 0; i < n; i++) {
    if (!v[i].is_hit) continue;
    margin[hits++] = log(fmax((double)v[i].best, 1e-12)) - slope * doubt_of(&v[i].signs);
    evidence += (double)v[i].signs.unknown;
  }
  double few = fmin(given_up_hits / (double)(hits + 1), most_given_up);
  double found = hits ? quantile_of(margin, hits, fmax(given_up, few)) : usual;
  free(margin);
  double natural = fmin(fmax(found / (-slope * least_border), 0), 1);
  evidence *= natural * natural;
  found = fmin(found, -slope * least_border);
  return (evidence * found + usual_evidence * usual) / (evidence + usual_evidence);
}

/* With None utterances of the author's own: all four weights, starting from and held near those
 * found without. */
static void fit_all(const none_example *v, size_t n, none_model *m) {
  double weight[2] = {0};
  logistic_row *rows = mem_zalloc(n + 1, sizeof *rows);
  for (size_t i = 0; i < n; i++) weight[v[i].is_none]++;
  double boost = fmax(1, least_none_share * weight[0] / weight[1]);
  for (size_t i = 0; i < n; i++)
    rows[i] = (logistic_row){.x = {1, (double)v[i].signs.doubt, (double)v[i].signs.unknown, (double)v[i].signs.rival},
                             .weight = v[i].is_none ? boost : 1,
                             .y = v[i].is_none};
  double theta[TERMS] = {(double)m->bias, (double)m->doubt, (double)m->unknown, (double)m->rival};
  logistic l = {.rows = rows, .n = n, .terms = TERMS};
  for (size_t k = 0; k < TERMS; k++) {
    double sd = k ? 0.5 * theta[k] : 1;
    l.mean[k] = theta[k];
    l.precision[k] = 1 / (sd * sd);
  }
  logistic_fit(&l, theta);
  *m = (none_model){(float)theta[0], (float)theta[1], (float)theta[2], (float)theta[3]};
  free(rows);
}

none_model none_fit(const none_example *v, size_t n, uint32_t real_classes) {
  uint32_t classes = MAX_OF(real_classes, 1u);
  double slope = fit_slope(v, n, classes);
  none_model m = {.bias = (float)fit_bias(v, n, slope, classes),
                  .doubt = (float)slope,
                  .unknown = (float)(slope * unknown_ratio),
                  .rival = (float)slope};
  for (size_t i = 0; i < n; i++)
    if (v[i].is_none) {
      fit_all(v, n, &m);
      break;
    }
  return m;
}

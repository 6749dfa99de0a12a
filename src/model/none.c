#include "model/none.h"

#include "learn/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Share of correct held-out utterances that None may take from their intent when it was fitted
 * without None utterances: accuracy within scope against recall out of scope. */
static const double given_up = 0.002;
/* One unit of unknown text counts like so many nats of doubt (reference learning §5). */
static const double unknown_ratio = 8;
/* Steepness where the examples cannot tell: too few classes or no held-out utterances. */
static const double usual_slope = 3, least_slope = 1, most_slope = 8, usual_bias = -6;
enum { LEAST_CLASSES = 4, LEAST_EXAMPLES = 20, NEWTON_STEPS = 30, TERMS = 4 };

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

typedef struct logistic {
  size_t terms;                         /* <= TERMS */
  double mean[TERMS], precision[TERMS]; /* prior */
  double theta[TERMS];
  double gradient[TERMS], hessian[TERMS][TERMS];
} logistic;

static void logistic_begin(logistic *l) {
  memset(l->hessian, 0, sizeof l->hessian);
  for (size_t i = 0; i < l->terms; i++) {
    l->gradient[i] = -l->precision[i] * (l->theta[i] - l->mean[i]);
    l->hessian[i][i] = l->precision[i];
  }
}

static void logistic_add(logistic *l, const double *x, bool y, double weight) {
  double z = 0;
  for (size_t i = 0; i < l->terms; i++) z += l->theta[i] * x[i];
  double p = 1 / (1 + exp(-z));
  for (size_t i = 0; i < l->terms; i++) {
    l->gradient[i] += weight * ((double)y - p) * x[i];
    for (size_t j = 0; j < l->terms; j++) l->hessian[i][j] += weight * p * (1 - p) * x[i] * x[j];
  }
}

/* theta += H^-1 g, by elimination (H is positive definite thanks to the prior), every coordinate
 * limited to one unit of its prior a step. Returns the length of the step. */
static double logistic_step(logistic *l) {
  size_t n = l->terms;
  for (size_t i = 0; i < n; i++)
    for (size_t r = i + 1; r < n; r++) {
      double f = l->hessian[r][i] / l->hessian[i][i];
      for (size_t c = i; c < n; c++) l->hessian[r][c] -= f * l->hessian[i][c];
      l->gradient[r] -= f * l->gradient[i];
    }
  double length = 0, d[TERMS];
  for (size_t i = n; i-- > 0;) {
    d[i] = l->gradient[i];
    for (size_t c = i + 1; c < n; c++) d[i] -= l->hessian[i][c] * d[c];
    d[i] /= l->hessian[i][i];
  }
  for (size_t i = 0; i < n; i++) {
    double limit = 1 / sqrt(l->precision[i]);
    d[i] = fmin(fmax(d[i], -limit), limit);
    l->theta[i] += d[i];
    length += d[i] * d[i] * l->precision[i];
  }
  return sqrt(length);
}

/* ---- Fitting ---- */

static double doubt_of(const none_signs *s) {
  return (double)s->doubt + unknown_ratio * (double)s->unknown + (double)s->rival;
}

/* How steeply the score rises with doubt: in-scope utterances against the same ones bereft of
 * their intent, as many of the one as of the other. */
static double fit_slope(const none_example *v, size_t n) {
  logistic l = {.terms = 2, .mean = {usual_bias, usual_slope}, .precision = {1e-2, 1e-2}};
  l.theta[0] = usual_bias;
  l.theta[1] = usual_slope;
  for (int step = 0; step < NEWTON_STEPS; step++) {
    logistic_begin(&l);
    for (size_t i = 0; i < n; i++) {
      if (v[i].is_none) continue;
      logistic_add(&l, (double[]){1, doubt_of(&v[i].signs)}, false, 1);
      logistic_add(&l, (double[]){1, doubt_of(&v[i].bereft)}, true, 1);
    }
    if (logistic_step(&l) < 1e-9) break;
  }
  return fmin(fmax(l.theta[1], least_slope), most_slope);
}

/* The bias with which None takes just the share given_up of the hits: it takes an utterance when
 * n > (1 - n) q_best, that is when bias > log q_best - slope * doubt. */
static double fit_bias(const none_example *v, size_t n, double slope) {
  double *margin = mem_zalloc(n + 1, sizeof *margin);
  size_t hits = 0;
  for (size_t i = 0; i < n; i++)
    if (v[i].is_hit) margin[hits++] = log(fmax((double)v[i].best, 1e-12)) - slope * doubt_of(&v[i].signs);
  double bias = hits ? quantile_of(margin, hits, given_up) : usual_bias;
  free(margin);
  return bias;
}

/* With None utterances of the author's own: all four weights, starting from and held near those
 * found without. */
static void fit_all(const none_example *v, size_t n, none_model *m) {
  logistic l = {.terms = TERMS, .mean = {(double)m->bias, (double)m->doubt, (double)m->unknown, (double)m->rival}};
  for (size_t i = 0; i < TERMS; i++) {
    double sd = i ? l.mean[i] : 3;
    l.precision[i] = 1 / (sd * sd);
    l.theta[i] = l.mean[i];
  }
  for (int step = 0; step < NEWTON_STEPS; step++) {
    logistic_begin(&l);
    for (size_t i = 0; i < n; i++) {
      const none_signs *s = &v[i].signs;
      logistic_add(&l, (double[]){1, (double)s->doubt, (double)s->unknown, (double)s->rival}, v[i].is_none,
                   (double)v[i].weight);
    }
    if (logistic_step(&l) < 1e-9) break;
  }
  *m = (none_model){(float)l.theta[0], (float)l.theta[1], (float)l.theta[2], (float)l.theta[3]};
}

none_model none_fit(const none_example *v, size_t n, uint32_t real_classes) {
  bool enough = n >= LEAST_EXAMPLES && real_classes >= LEAST_CLASSES;
  double slope = enough ? fit_slope(v, n) : usual_slope;
  none_model m = {.bias = (float)fit_bias(v, n, slope),
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

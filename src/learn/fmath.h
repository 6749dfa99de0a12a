/* fmath.h -- exp and log of the trainers and of calibration, the same bits on every machine.
 *
 * The C library picks an implementation by the processor it runs on, and those differ in the last
 * bit; whatever ends in a model file uses these instead. Relative error below 1e-15. */
#ifndef DRAGOMAN_LEARN_FMATH_H
#define DRAGOMAN_LEARN_FMATH_H

/* e^x; 0 below -708, e^709 above 709. */
double fm_exp(double x);
/* Natural logarithm of x > 0 (normal numbers); -INFINITY at 0. */
double fm_log(double x);

#endif

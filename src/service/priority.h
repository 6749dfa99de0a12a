/* priority.h -- threads that must not stand in the way of answers. */
#ifndef DRAGOMAN_SERVICE_PRIORITY_H
#define DRAGOMAN_SERVICE_PRIORITY_H

/* How far behind event threads, on the scale of nice(2). */
enum { PRIORITY_JOB = 5, PRIORITY_TRIAL = 10 };

/* Lowers the calling thread, on Linux: others of the process stay. Without it all works, at their pace. */
void priority__lower(int nice_by);

#endif

/* lu_utterances.h -- the lines below the intents of a .lu file. Shared inside project/. */
#ifndef DRAGOMAN_PROJECT_LU_UTTERANCES_H
#define DRAGOMAN_PROJECT_LU_UTTERANCES_H

#include "project/lu_reader.h"

/* Utterances and patterns of r->bodies, once all declarations are finished. */
must_check err_code lu__finish_bodies(lu_reader *r, err *e);

#endif

/* schema.h -- the tables of the store, as steps that every driver runs in order. Private to store/. */
#ifndef DRAGOMAN_STORE_SCHEMA_H
#define DRAGOMAN_STORE_SCHEMA_H

#include "base/base.h"

/* The version of this program's schema: the number of steps. */
int schema__version(void);
/* SQL that brings a database from version to version + 1. */
const char *schema__step(int version);

#endif

/* fixture.h -- a store in a fresh directory, and rows to put into it. */
#ifndef DRAGOMAN_TESTS_STORE_FIXTURE_H
#define DRAGOMAN_TESTS_STORE_FIXTURE_H

#include "backend.h"
#include "test.h"

#include "base/arena.h"
#include "base/vec.h"
#include "store/store.h"

/* A new empty directory under $TMPDIR or /tmp, with an empty database; freed by dir_remove. */
char *dir_make(void);
void dir_remove(char *dir);

store *open_store(const char *dir); /* asserts */

/* The state of most tests: one store. */
typedef struct fixture {
  char *dir;
  store *s;
  arena a;
} fixture;
int fixture_setup(void **state);
int fixture_teardown(void **state);
store_tx *writing(fixture *f); /* a transaction; asserts */
store_tx *reading(fixture *f);

store_resource sample_resource(void);
store_project sample_project(str name, str document);
store_model sample_model(str project, str label, str file);
store_deployment sample_deployment(str project, str name, str file);
store_job sample_job(str id, str project, str kind);

/* Commits resource "local" with an empty project of that name. */
void add_project(store *s, str name);

#define assert_str(s, text) assert_true(str_eq((s), str_of(text)))

#endif

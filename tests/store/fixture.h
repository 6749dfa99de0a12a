/* fixture.h -- a store in a fresh directory, and rows to put into it. */
#ifndef DRAGOMAN_TESTS_STORE_FIXTURE_H
#define DRAGOMAN_TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backend.h"
#include "base/vec.h"
#include "store/store.h"

/* A new empty directory under $TMPDIR or /tmp, with an empty database; freed by dir_remove. */
char *dir_make(void);
void dir_remove(char *dir);

store *open_store(const char *dir); /* asserts */

store_resource sample_resource(void);
store_project sample_project(str name, str document);
store_model sample_model(str project, str label, str file);
store_deployment sample_deployment(str project, str name, str file);
store_job sample_job(str id, str project, str kind);

/* Commits resource "local" with an empty project of that name. */
void add_project(store *s, str name);

#define assert_ok(call)                                                                                                \
  do {                                                                                                                 \
    err e_ = {0};                                                                                                      \
    err *e = &e_;                                                                                                      \
    err_code rc_ = (call);                                                                                             \
    if (rc_ != ERR_OK) fail_msg("%s: %s: %s", #call, err_name(rc_), e_.message);                                       \
  } while (0)
#define assert_err(want, call)                                                                                         \
  do {                                                                                                                 \
    err e_ = {0};                                                                                                      \
    err *e = &e_;                                                                                                      \
    err_code rc_ = (call);                                                                                             \
    if (rc_ != (want)) fail_msg("%s: %s, not %s: %s", #call, err_name(rc_), err_name(want), e_.message);               \
    assert_true((want) == ERR_OK || e_.message[0]);                                                                    \
  } while (0)
#define assert_str(s, text) assert_true(str_eq((s), str_of(text)))

#endif

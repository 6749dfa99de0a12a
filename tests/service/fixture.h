/* fixture.h -- a service on a fresh data directory, and the calls that tests make again and again.
 * A test program that trains hands its main over to fixture_main, which also plays the child. */
#ifndef DRAGOMAN_TESTS_SERVICE_FIXTURE_H
#define DRAGOMAN_TESTS_SERVICE_FIXTURE_H

#include "backend.h"
#include "test.h"

#include "base/vec.h"
#include "service/authoring.h"
#include "service/deployments.h"
#include "service/jobs.h"
#include "service/service.h"
#include "service/counters.h"
#include "service/training.h"
#include "store/store.h"

#define LOCAL STR("local")

typedef struct fixture {
  char *dir;
  service *s;
  arena a;
  int64_t training_time_s;
} fixture;

int fixture_setup(void **state);
int fixture_teardown(void **state);
void fixture_open(fixture *f);
void fixture_close(fixture *f);
/* Another node on the same database, which must be PostgreSQL; closed by the caller. */
service *fixture_second(fixture *f, service_role role, const char *region);
/* While the service is closed: the store alone. */
store *fixture_store(fixture *f);

/* Runs the tests; as "train-job DIR" plays the training child. DRAGOMAN_TEST_CHILD: "hang" (reports
 * half, then sleeps, deaf to SIGTERM), "wait" (sleeps until SIGTERM), "crash" (SIGSEGV),
 * "crash-once" (only the first time), "no-room" (files end at 4 KiB), "mute" (status 1 without a word). */
int fixture_main(int argc, char **argv, int (*tests_main)(void));
void child_plays(const char *part); /* NULL: the real one */

/* A CLU document: two intents and None, n utterances each ("book …", "play …", "hello …"), an
 * entity with labels; every 4th utterance is Test when with_test. */
str small_document(arena *a, const char *name, int n, bool with_test);

/* Each asserts success, and waits for its job. */
void import_small(fixture *f, const char *name);
void train(fixture *f, const char *project_name, const char *model_label);
void deploy(fixture *f, const char *project_name, const char *deployment, const char *model_label);
/* Waits until the job is in a final status; asserts that it is the wanted one. */
job_view wait_job(fixture *f, job_kind kind, const char *id, const char *status);
/* Until the job is running (and, with percent >= 0, has reported that much training). */
void wait_running(fixture *f, job_kind kind, const char *id);
training_request request_of(const char *model_label);

#define assert_has(text, part) assert_non_null(memmem((text).p, (text).n, (part), strlen(part)))

#endif

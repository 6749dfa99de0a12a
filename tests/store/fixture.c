#include "fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

char *dir_make(void) {
  const char *base = getenv("TMPDIR");
  char path[512];
  snprintf(path, sizeof path, "%s/dragoman-test-XXXXXX", base ? base : "/tmp");
  assert_non_null(mkdtemp(path));
  backend_make(path);
  return mem_strdup(path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  (void)st;
  (void)ftw;
  return type == FTW_DP ? rmdir(path) : unlink(path);
}

void dir_remove(char *dir) {
  backend_drop(dir);
  nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(dir);
}

store *open_store(const char *dir) {
  store *s = NULL;
  assert_ok(backend_open(dir, &s, e));
  return s;
}

int fixture_setup(void **state) {
  fixture *f = mem_zalloc(1, sizeof *f);
  f->dir = dir_make();
  f->s = open_store(f->dir);
  arena_init(&f->a, 0);
  *state = f;
  return 0;
}

int fixture_teardown(void **state) {
  fixture *f = *state;
  store_close(f->s);
  arena_fini(&f->a);
  dir_remove(f->dir);
  free(f);
  return 0;
}

store_tx *writing(fixture *f) {
  store_tx *tx = NULL;
  assert_ok(store_begin_write(f->s, &tx, e));
  return tx;
}

store_tx *reading(fixture *f) {
  store_tx *tx = NULL;
  assert_ok(store_begin_read(f->s, &tx, e));
  return tx;
}

store_resource sample_resource(void) {
  return (store_resource){
      .name = STR("local"), .region = STR("eastus2"), .key1_generation = 1, .key2_generation = 1, .created_us = 1000};
}

store_project sample_project(str name, str document) {
  return (store_project){.resource = STR("local"),
                         .name = name,
                         .kind = STR("Conversation"),
                         .document = document,
                         .metadata = STR("{\"language\":\"en-us\"}"),
                         .created_us = 1,
                         .modified_us = 2,
                         .trained_us = 3,
                         .deployed_us = 4,
                         .utterance_count = 5};
}

store_model sample_model(str project, str label, str file) {
  return (store_model){.resource = STR("local"),
                       .project = project,
                       .label = label,
                       .model_id = STR("m-1"),
                       .file = file,
                       .config_version = STR("2022-09-01"),
                       .training_mode = STR("standard"),
                       .options = STR("{}"),
                       .trained_us = 7,
                       .duration_s = 8};
}

store_deployment sample_deployment(str project, str name, str file) {
  return (store_deployment){.resource = STR("local"),
                            .project = project,
                            .name = name,
                            .model_id = STR("m-1"),
                            .model_label = STR("m"),
                            .file = file,
                            .config_version = STR("2022-09-01"),
                            .trained_us = 7,
                            .deployed_us = 9,
                            .assigned = STR("[]")};
}

store_job sample_job(str id, str project, str kind) {
  return (store_job){.id = id,
                     .resource = STR("local"),
                     .project = project,
                     .kind = kind,
                     .params = STR("{}"),
                     .status = STR("notStarted"),
                     .created_us = 10,
                     .updated_us = 10,
                     .expires_us = 1000};
}

void add_project(store *s, str name) {
  store_tx *tx = NULL;
  store_resource r = sample_resource();
  store_project p = sample_project(name, STR(""));
  assert_ok(store_begin_write(s, &tx, e));
  assert_ok(store_resource_put(tx, &r, e));
  assert_ok(store_project_put(tx, &p, e));
  assert_ok(store_commit(tx, e));
}

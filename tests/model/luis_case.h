/* luis_case.h -- LUIS apps given as JSON or .lu: trained, asked, and the answers as text for comparison.
 *
 *   Name(role)<feature>[text]=form|form:type{children}
 *
 * where each part is there when the entity has it; "!" behind it: from outside, "+": from both. */
#ifndef DRAGOMAN_TESTS_MODEL_LUIS_CASE_H
#define DRAGOMAN_TESTS_MODEL_LUIS_CASE_H

#include "base/file.h"
#include "model/luis_model.h"
#include "project/lu.h"
#include "project/luis_json.h"
#include "tests/test.h"

#include <stdio.h>
#include <unistd.h>

static inline void luis_case_name(char path[64], const char *what) {
  snprintf(path, 64, "/tmp/dragoman-luis-%s-%d", what, (int)getpid());
}

static const train_options luis_case_options = {
    .seed = 7, .threads = 2, .split = SPLIT_PERCENTAGE, .training_percent = 100};

/* The app of a JSON or .lu text as an open model; its file is gone again. */
static inline model *luis_case_train(str text, arena *a) {
  luis_app app;
  err e = {0};
  model *m = NULL;
  char path[64];
  luis_case_name(path, "case");
  bool json = text.n && text.p[0] == '{';
  if (json ? luis_read(text, a, &app, &e) : lu_read(text, a, &app, NULL, &e)) fail_msg("%s", e.message);
  if (luis_train(&app, STR("case"), &luis_case_options, NULL, path, &e)) fail_msg("%s", e.message);
  if (model_open(path, true, &m, &e)) fail_msg("%s", e.message);
  unlink(path);
  return m;
}

static inline void luis_case_entity(const luis_found *f, str text, buf *out) {
  buf_add_str(out, f->name);
  if (f->role.p) buf_printf(out, "(" STR_FMT ")", STR_ARG(f->role));
  if (f->feature.p) buf_printf(out, "<" STR_FMT ">", STR_ARG(f->feature));
  buf_printf(out, "[%.*s]", (int)(f->end_bytes - f->begin_bytes), text.p + f->begin_bytes);
  for (size_t i = 0; i < f->canonical_count; i++)
    buf_printf(out, "%s" STR_FMT, i ? "|" : "=", STR_ARG(f->canonical_forms[i]));
  if (f->prebuilt) buf_printf(out, ":%s", f->prebuilt->type);
  if (f->subtype.p) buf_printf(out, ":" STR_FMT, STR_ARG(f->subtype));
  if (f->sources & LUIS_FROM_EXTERNAL) buf_printf(out, f->sources & LUIS_FROM_MODEL ? "+" : "!");
  if (f->child_count) buf_printf(out, "{");
  for (size_t i = 0; i < f->child_count; i++) {
    if (i) buf_printf(out, ", ");
    luis_case_entity(&f->children[i], text, out);
  }
  if (f->child_count) buf_printf(out, "}");
}

/* What every answer promises. */
static inline void luis_case_check(const model *m, str text, const luis_prediction *p) {
  double sum = 0;
  assert_int_equal(p->intent_count, model_describe(m)->intent_count);
  for (size_t i = 0; i < p->intent_count; i++) {
    sum += (double)p->intents[i].score;
    assert_true(p->intents[i].score >= 0 && p->intents[i].score <= 1);
    if (i) assert_true(p->intents[i].score <= p->intents[i - 1].score);
  }
  assert_float_equal(sum, 1, 1e-3);
  for (size_t i = 0; i < p->entity_count; i++) {
    const luis_found *f = &p->entities[i];
    assert_true(f->begin_bytes < f->end_bytes && f->end_bytes <= text.n);
    assert_true(!f->has_score || f->sources & LUIS_FROM_EXTERNAL || (f->score >= 0 && f->score <= 1));
    if (i) assert_true(p->entities[i - 1].begin_bytes <= f->begin_bytes);
    for (size_t k = 0; k < f->child_count; k++)
      assert_true(f->children[k].begin_bytes >= f->begin_bytes && f->children[k].end_bytes <= f->end_bytes);
  }
}

#endif

#include "project/luis_edit_int.h"

#include "project/luis_read_labels.h"
#include "text/tokens.h"
#include "text/utf8.h"

/* ---- By text ---- */

void luis_examples_open(luis_examples *x, luis_draft *d) {
  *x = (luis_examples){.d = d};
  arena_init(&x->scratch, 0);
  strmap_init(&x->by_text);
  luis__draft_view(d, d->a, &x->app);
  luis_index_init(&x->index, &x->app);
  for (size_t i = 0; i < d->utterances.n; i++)
    strmap_put(&x->by_text, text_lower(d->utterances.v[i].v.text, d->a), (uint32_t)i, NULL);
}

void luis_examples_close(luis_examples *x) {
  luis_index_fini(&x->index);
  strmap_fini(&x->by_text);
  arena_fini(&x->scratch);
}

/* ---- One example ---- */

static err_code read_text(luis_draft *d, const jnode *n, str *out, err *e) {
  str text;
  TRY(jn_want_obj(n, e));
  TRY(jn_req_str(n, "text", &text, e));
  *out = text_lower(text, d->a);
  size_t chars = utf8_codepoints(text);
  jnode at = jn_get(n, "text");
  if (!str_trim(text).n) return jn_fail(&at, e, "must not be empty");
  if (chars <= LUIS_LIMIT_UTTERANCE_CHARS) return ERR_OK;
  return jn_fail(&at, e, "must have at most %d characters, not %zu", LUIS_LIMIT_UTTERANCE_CHARS, chars);
}

static err_code read_intent(const luis_draft *d, const jnode *n, uint32_t *out, err *e) {
  str name;
  size_t index;
  TRY(jn_req_str(n, "intentName", &name, e));
  if (!luis__intent_by_name(d, name, &index))
    return err_set(e, ERR_INVALID_ARGUMENT, "The intent classifier \"" STR_FMT "\" does not exist.",
                   STR_ARG(clu__clip(name)));
  *out = (uint32_t)index;
  return ERR_OK;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static err_code check_edges(str text, luis_labels labels, err *e) {
  for (size_t i = 0; i < labels.n; i++) {
    const luis_label *l = &labels.v[i];
    if (is_blank(text.p[l->offset_bytes]) || is_blank(text.p[l->offset_bytes + l->length_bytes - 1]))
      return err_set(e, ERR_INVALID_ARGUMENT, "The label of \"" STR_FMT "\" begins or ends with a space.",
                     STR_ARG(clu__clip(l->entity)));
    TRY(check_edges(text, l->children, e));
  }
  return ERR_OK;
}

static err_code read_example(luis_examples *x, const jnode *n, luis_utterance *u, err *e) {
  TRY(read_text(x->d, n, &u->text, e));
  TRY(read_intent(x->d, n, &u->intent, e));
  TRY(luis__labels_read(&x->app, &x->index, &luis__example_words, n, x->d->a, &x->scratch, u, e));
  return check_edges(u->text, u->labels, e);
}

err_code luis_example_put(luis_examples *x, const jnode *n, int64_t *id, str *text, err *e) {
  luis_draft *d = x->d;
  luis_utterance u = {0};
  err_code rc = read_example(x, n, &u, e);
  *text = u.text;
  if (rc != ERR_OK) return rc;
  const uint32_t *at = strmap_get(&x->by_text, u.text);
  if (!at && d->utterances.n >= LUIS_LIMIT_UTTERANCES)
    return err_set(e, ERR_QUOTA_EXCEEDED, "The version has %d utterances already.", LUIS_LIMIT_UTTERANCES);
  draft_utterance *kept = at ? &d->utterances.v[*at] : DRAFT_ADD(d, &d->utterances);
  if (!at) {
    kept->id = luis__number(d);
    strmap_put(&x->by_text, u.text, (uint32_t)d->utterances.n - 1, NULL);
  }
  kept->v = u;
  *id = kept->id;
  return ERR_OK;
}

err_code luis_example_delete(luis_draft *d, int64_t id, err *e) {
  for (size_t i = 0; i < d->utterances.n; i++)
    if (d->utterances.v[i].id == id) {
      DRAFT_REMOVE(&d->utterances, i);
      return ERR_OK;
    }
  return err_set(e, ERR_NOT_FOUND, "Cannot find an example with the specified ID %lld.", (long long)id);
}

#include "model/luis_find.h"

str luis_string(const luis_strings *s, uint32_t index) {
  if (index >= s->n) return STR("");
  uint32_t begin = index ? s->ends[index - 1] : 0, end = s->ends[index];
  if (begin > end || end > s->byte_count) return STR("");
  return str_make(s->bytes + begin, end - begin);
}

/* ---- Lists ---- */

typedef struct list_finder {
  const luis_lexicon *x;
  const tokens *t;
  luis_spans *spans;
  uint32_t *last; /* [entities] index + 1 of the last span of the list */
} list_finder;

/* Forms are compared with all before them as long as those are few: a text that stands in thousands of sublists is
 * not worth the square of that. */
enum { FEW_FORMS = 64 };

static void add_form(luis_spans *s, luis_span *span, str form) {
  size_t n = span->canonical_count;
  for (size_t i = n > FEW_FORMS ? n - 1 : 0; i < n; i++)
    if (str_eq(span->canonical_forms[i], form)) return;
  str *forms = (str *)span->canonical_forms;
  if (!(n & (n - 1))) { /* the room is a power of two, and full */
    forms = arena_alloc(s->a, (n ? 2 * n : 1) * sizeof *forms);
    if (n) memcpy(forms, span->canonical_forms, n * sizeof *forms);
  }
  forms[n] = form;
  span->canonical_forms = forms;
  span->canonical_count = n + 1;
}

/* Spans come by place, longer first. One inside a longer one of its list says nothing new; forms of one place join. */
static void keep_list(list_finder *f, luis_span s) {
  luis_span *last = f->last[s.node] ? &f->spans->v[f->last[s.node] - 1] : NULL;
  if (last && last->end_bytes >= s.end_bytes) {
    for (size_t i = 0; last->begin_bytes == s.begin_bytes && last->end_bytes == s.end_bytes && i < s.canonical_count;
         i++)
      add_form(f->spans, last, s.canonical_forms[i]);
    return;
  }
  luis_spans_add(f->spans, s);
  f->last[s.node] = (uint32_t)f->spans->n;
}

static luis_span list_span(const list_finder *f, uint32_t node, const list_match *m, str form) {
  luis_span s = {.node = node,
                 .role = LUIS_NONE,
                 .begin_bytes = f->t->v[m->first_token].begin_bytes,
                 .end_bytes = f->t->v[m->first_token + m->token_count - 1].end_bytes,
                 .first_token = m->first_token,
                 .token_count = m->token_count,
                 .sources = LUIS_FROM_MODEL};
  add_form(f->spans, &s, form);
  return s;
}

/* Of several sublists that have the phrase one mark is enough. */
static void add_phrase_mark(luis_marks *m, luis_mark x) {
  const luis_mark *last = m->n ? &m->v[m->n - 1] : NULL;
  if (last && x.kind == PHRASE_LIST && last->kind == x.kind && last->signal == x.signal &&
      last->first_token == x.first_token && last->token_count == x.token_count)
    return;
  luis_marks_add(m, x);
}

static void find_phrases(list_finder *f, arena *a, luis_marks *marks) {
  const luis_lexicon *x = f->x;
  list_match *found;
  size_t n;
  list_find(&x->phrases, f->t, a, &found, &n);
  for (size_t i = 0; i < n; i++) {
    if (found[i].value >= x->value_count || !found[i].token_count) continue;
    const model_phrase *v = &x->values[found[i].value];
    bool of_list = v->kind == PHRASE_FEATURE;
    if (v->entity >= (of_list ? x->phraselists : x->node_count)) continue;
    add_phrase_mark(marks, (luis_mark){.signal = of_list ? x->node_count + v->entity : v->entity,
                                       .first_token = found[i].first_token,
                                       .token_count = found[i].token_count,
                                       .kind = v->kind,
                                       .value = found[i].value});
    if (v->kind == PHRASE_LIST && v->entity < x->entities)
      keep_list(f, list_span(f, v->entity, &found[i], luis_string(&x->strings, v->key)));
  }
}

/* ---- Dynamic lists ---- */

static uint32_t list_node(const luis_lexicon *x, str name) {
  for (uint32_t i = 0; i < x->entities; i++)
    if (x->nodes[i].kind == LUIS_CLOSED_LIST && str_eq(luis_string(&x->strings, x->nodes[i].name), name)) return i;
  return LUIS_NONE;
}

typedef struct dynamic_value {
  uint32_t node;
  str form;
} dynamic_value;

typedef struct dynamic_lists {
  VEC(list_entry) entries;
  VEC(dynamic_value) values;
} dynamic_lists;

static void collect_dynamic(const luis_lexicon *x, const luis_request *q, arena *a, dynamic_lists *out) {
  for (size_t i = 0; i < q->list_count; i++) {
    uint32_t node = list_node(x, q->lists[i].entity);
    for (size_t k = 0; node != LUIS_NONE && k < q->lists[i].lists.n; k++) {
      const luis_sublist *s = &q->lists[i].lists.v[k];
      uint32_t value = (uint32_t)out->values.n;
      VEC_PUSH(&out->values, ((dynamic_value){node, s->canonical_form}));
      for (size_t j = 0; j <= s->list.n; j++) {
        str word = luis_words_text(j ? s->list.v[j - 1] : s->canonical_form, x->settings, a);
        VEC_PUSH(&out->entries, ((list_entry){.synonym = word, .value = value}));
      }
    }
  }
}

/* A list that is too large to build finds nothing: the request was too large before. */
static void find_dynamic(list_finder *f, const luis_request *q, arena *a, luis_marks *marks) {
  dynamic_lists d = {0};
  buf block = {0};
  list_matcher m;
  collect_dynamic(f->x, q, a, &d);
  if (d.entries.n && list_build(d.entries.p, d.entries.n, &block, NULL) == ERR_OK && block.n &&
      list_open((const uint8_t *)block.p, block.n, &m, NULL) == ERR_OK) {
    list_match *found;
    size_t n;
    list_find(&m, f->t, a, &found, &n);
    for (size_t i = 0; i < n; i++) {
      const dynamic_value *v = &d.values.p[found[i].value];
      add_phrase_mark(marks, (luis_mark){.signal = v->node,
                                         .first_token = found[i].first_token,
                                         .token_count = found[i].token_count,
                                         .kind = PHRASE_LIST,
                                         .value = LUIS_NONE});
      luis_spans_add(f->spans, list_span(f, v->node, &found[i], v->form));
    }
  }
  buf_free(&block);
  VEC_FREE(&d.entries);
  VEC_FREE(&d.values);
}

static void find_lists(const luis_lexicon *x, const luis_request *q, luis_spans *spans, luis_marks *marks) {
  arena *a = spans->a;
  list_finder f = {.x = x, .t = &q->words->exact, .spans = spans};
  f.last = ARENA_ARRAY(a, uint32_t, x->entities + 1);
  if (x->phrases.n) find_phrases(&f, a, marks);
  if (!q->list_count) return;
  /* Those of the request and of the app as one. */
  find_dynamic(&f, q, a, marks);
  luis_spans_sort(spans);
  luis_spans all = *spans;
  *spans = (luis_spans){.a = a};
  memset(f.last, 0, (x->entities + 1) * sizeof *f.last);
  for (size_t i = 0; i < all.n; i++) keep_list(&f, all.v[i]);
}

/* ---- Expressions and prebuilts ---- */

static void find_regexes(const luis_lexicon *x, const luis_request *q, luis_spans *spans) {
  regex_match *found;
  size_t n;
  regex_find(x->regexes, NULL, q->text, spans->a, &found, &n, NULL);
  for (size_t i = 0; i < n; i++) {
    luis_span s = {.node = x->regex_records[found[i].pattern].entity,
                   .role = LUIS_NONE,
                   .begin_bytes = found[i].begin_bytes,
                   .end_bytes = found[i].end_bytes,
                   .sources = LUIS_FROM_MODEL};
    luis_span_tokens(&s, &q->words->exact);
    luis_spans_add(spans, s);
  }
}

static void find_prebuilts(const luis_lexicon *x, const luis_request *q, luis_spans *spans) {
  luis_prebuilt_request r = {.culture = x->culture, .reference = q->reference};
  for (uint32_t i = 0; i < x->entities; i++)
    if (x->nodes[i].kind == LUIS_PREBUILT && x->nodes[i].prebuilt < LUIS_PREBUILT_COUNT)
      r.wanted |= LUIS_PREBUILT_BIT(x->nodes[i].prebuilt);
  if (!r.wanted) return;
  tokens written = q->words->exact;
  if (x->settings & (LUIS_DIACRITICS | LUIS_PUNCTUATION)) tokenize(q->text, spans->a, &written);
  luis_prebuilt_find *found;
  size_t n;
  luis_prebuilts_find(q->text, &written, &r, spans->a, &found, &n);
  for (uint32_t i = 0; i < x->entities && n; i++) {
    if (x->nodes[i].kind != LUIS_PREBUILT) continue;
    for (size_t k = 0; k < n; k++) {
      if (x->nodes[i].prebuilt != (uint32_t)found[k].id) continue;
      luis_span s = {.node = i,
                     .role = LUIS_NONE,
                     .begin_bytes = found[k].begin_bytes,
                     .end_bytes = found[k].end_bytes,
                     .sources = LUIS_FROM_MODEL,
                     .prebuilt = found[k].value,
                     .subtype = found[k].subtype};
      luis_span_tokens(&s, &q->words->exact);
      luis_spans_add(spans, s);
    }
  }
}

void luis_find(const luis_lexicon *x, const luis_request *q, luis_spans *spans, luis_marks *marks) {
  if (q->words->exact.n) find_lists(x, q, spans, marks);
  size_t others = spans->n;
  if (x->regexes && q->text.n) find_regexes(x, q, spans);
  if (q->text.n) find_prebuilts(x, q, spans);
  luis_marks_of_spans(spans, others, marks);
  luis_marks_sort(marks);
  luis_spans_sort(spans);
}

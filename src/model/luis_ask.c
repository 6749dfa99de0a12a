/* text --words--> lists, expressions, prebuilts, what the request brings along --> marks
 *                 marks --> intents
 *                 marks --layer by layer--> entities, each layer's among the marks of the next
 *                 entities --patterns--> the intent, values of pattern.any, roles */
#include "model/luis_internal.h"
#include "model/luis_match.h"
#include "recognize/request.h"

/* What a matched pattern leaves of the distance to 1. */
static const float pattern_doubt = 0.001f;

/* ---- What the request brings along ---- */

/* An external entity names an entity, or a role. */
static bool external_span(const luis_answer *p, const luis_external *x, luis_span *out) {
  const luis_part *l = p->m->luis;
  *out = (luis_span){.node = LUIS_NONE,
                     .role = LUIS_NONE,
                     .begin_bytes = x->begin_bytes,
                     .end_bytes = x->end_bytes,
                     .has_score = x->has_score,
                     .score = (float)x->score,
                     .sources = LUIS_FROM_EXTERNAL,
                     .resolution = x->resolution};
  for (uint32_t i = 0; i < p->lexicon.entities && out->node == LUIS_NONE; i++)
    if (str_eq(luis_string(&p->lexicon.strings, p->lexicon.nodes[i].name), x->entity)) out->node = i;
  for (uint32_t i = 0; i < l->role_count && out->node == LUIS_NONE; i++)
    if (str_eq(luis_string(&p->lexicon.strings, l->roles[i].name), x->entity)) {
      out->node = l->roles[i].node;
      out->role = i;
    }
  if (out->node == LUIS_NONE || x->begin_bytes >= x->end_bytes || x->end_bytes > p->text.n) return false;
  luis_span_tokens(out, &p->words.exact);
  return true;
}

static void read_externals(luis_answer *p, const luis_predict_options *o) {
  luis_span x;
  for (size_t i = 0; i < o->external_count; i++)
    if (external_span(p, &o->externals[i], &x)) luis_spans_add(&p->externals, x);
  luis_spans_sort(&p->externals);
  luis_marks_of_spans(&p->externals, 0, &p->marks);
  luis_marks_sort(&p->marks);
}

static bool overlap(const luis_span *a, const luis_span *b) {
  return a->begin_bytes < b->end_bytes && b->begin_bytes < a->end_bytes;
}

/* Of the same entity at overlapping places one stays, which says so when both are at one place. */
static void merge_externals(luis_answer *p, bool prefer) {
  bool *dropped = ARENA_ARRAY(p->a, bool, p->spans.n + 1);
  size_t found = p->spans.n;
  for (size_t i = 0; i < p->externals.n; i++) {
    luis_span x = p->externals.v[i];
    bool keep = true;
    for (size_t k = 0; k < found; k++) {
      luis_span *s = &p->spans.v[k];
      if (s->node != x.node || !overlap(s, &x)) continue;
      bool same = s->begin_bytes == x.begin_bytes && s->end_bytes == x.end_bytes;
      if (prefer) {
        dropped[k] = true;
        if (same) x.sources |= LUIS_FROM_MODEL;
      } else {
        keep = false;
        if (same) s->sources |= LUIS_FROM_EXTERNAL;
      }
    }
    if (keep) luis_spans_add(&p->spans, x);
  }
  size_t n = 0;
  for (size_t k = 0; k < p->spans.n; k++)
    if (k >= found || !dropped[k]) p->spans.v[n++] = p->spans.v[k];
  p->spans.n = n;
  luis_spans_sort(&p->spans);
}

/* ---- Layers ---- */

bool luis__has_signals(const luis_answer *p, luis_range signals, uint32_t first, uint32_t count) {
  size_t from = signals.count ? luis_marks_from(&p->marks, first) : 0;
  for (uint32_t i = 0; i < signals.count; i++) {
    uint32_t wanted = p->m->luis->signals[signals.first + i];
    bool there = false;
    for (size_t k = from; k < p->marks.n && p->marks.v[k].first_token < first + count && !there; k++) {
      const luis_mark *x = &p->marks.v[k];
      there = x->signal == wanted && x->kind != PHRASE_VALUE && x->kind != PHRASE_EXPLICIT &&
              x->first_token + x->token_count > first;
    }
    if (!there) return false;
  }
  return true;
}

size_t luis__tag(const luis_answer *p, uint32_t layer, uint32_t first, uint32_t count, crf_span **out) {
  const luis_part *l = p->m->luis;
  luis_view view = {.x = &p->lexicon, .signals = l->signals, .range = l->layers[layer].signals, .layer = layer};
  gazetteer_hit *hits;
  size_t n;
  luis_hits(&view, &p->marks, first, count, p->a, &hits, &n);
  tokens sentence = {.v = p->words.learned.v + first, .n = count};
  tagger_sentence s = {.t = &sentence, .clusters = &p->m->clusters, .hits = hits, .hit_count = n, .intent = p->intent};
  return tagger_find(&l->taggers[layer], &s, p->m->meta->o_offset, p->a, out);
}

static luis_span tagged_span(const luis_answer *p, const luis_class *c, const crf_span *found) {
  return (luis_span){.node = c->node,
                     .role = c->role,
                     .begin_bytes = p->words.learned.v[found->begin].begin_bytes,
                     .end_bytes = p->words.learned.v[found->end - 1].end_bytes,
                     .first_token = found->begin,
                     .token_count = found->end - found->begin,
                     .has_score = true,
                     .score = found->confidence,
                     .sources = LUIS_FROM_MODEL};
}

/* The entity was found already; the layer says in which role. */
static void give_role(luis_spans *spans, const luis_span *tagged) {
  size_t from = luis_spans_from(spans, tagged->begin_bytes);
  for (size_t i = from; i < spans->n && spans->v[i].begin_bytes < tagged->end_bytes; i++) {
    luis_span *s = &spans->v[i];
    if (s->node == tagged->node && s->role == LUIS_NONE && overlap(s, tagged)) s->role = tagged->role;
  }
}

static void run_layer(luis_answer *p, uint32_t layer) {
  const luis_layer *l = &p->m->luis->layers[layer];
  crf_span *found;
  size_t n = luis__tag(p, layer, 0, (uint32_t)p->words.learned.n, &found), from = p->spans.n;
  for (size_t i = 0; i < n; i++) {
    const luis_class *c = &p->m->luis->classes[l->classes.first + found[i].type];
    luis_span s = tagged_span(p, c, &found[i]);
    if (l->kind == LUIS_LAYER_ROLES) {
      give_role(&p->spans, &s);
      give_role(&p->externals, &s);
    } else if (luis__has_signals(p, p->lexicon.nodes[c->node].required, s.first_token, s.token_count)) {
      luis_spans_add(&p->spans, s);
    }
  }
  luis_marks_of_spans(&p->spans, from, &p->marks);
  luis_marks_sort(&p->marks);
  luis_spans_sort(&p->spans);
}

/* ---- Intents and patterns ---- */

static void score_intents(luis_answer *p) {
  const luis_part *l = p->m->luis;
  luis_view view = {.x = &p->lexicon, .signals = l->signals, .range = l->intent_signals};
  intent_extras extras;
  luis_extras(&view, &p->marks, p->a, &extras);
  p->intent = model__predict_intents(p->m, &p->words.learned, &extras, p->a, &p->scores);
}

static float score_of(const luis_answer *p, uint32_t which) {
  for (size_t i = 0; i < p->m->info.intent_count; i++)
    if (p->scores[i].intent == which) return p->scores[i].score;
  return 0;
}

/* The pattern's intent goes to the front, near 1; the others share what is left as before. */
static void raise_intent(luis_answer *p, uint32_t which) {
  intent_score *v = p->scores;
  size_t at = 0;
  while (v[at].intent != which) at++;
  float was = v[at].score, score = 1.0f - pattern_doubt * (1.0f - was);
  float share = was < 1.0f ? (1.0f - score) / (1.0f - was) : 0.0f;
  memmove(v + 1, v, at * sizeof *v);
  v[0] = (intent_score){.intent = which, .score = score};
  for (size_t i = 1; i < p->m->info.intent_count; i++) v[i].score *= share;
}

static void fill_slot(luis_answer *p, const luis_filled *f) {
  if (f->span != LUIS_NONE) {
    luis_span *s = &p->spans.v[f->span];
    if (f->role != LUIS_NONE) s->role = f->role;
    s->by_pattern = true;
    return;
  }
  const token *t = p->words.exact.v + f->first_token;
  luis_spans_add(&p->spans, (luis_span){.node = f->node,
                                        .role = f->role,
                                        .begin_bytes = t[0].begin_bytes,
                                        .end_bytes = t[f->token_count - 1].end_bytes,
                                        .first_token = f->first_token,
                                        .token_count = f->token_count,
                                        .by_pattern = true,
                                        .sources = LUIS_FROM_MODEL});
}

/* The best match of all; of equal ones that of the likelier intent, then of the first pattern. */
static void match_patterns(luis_answer *p) {
  const luis_part *l = p->m->luis;
  luis_subject u;
  luis_match best = {0};
  uint32_t top = 0;
  uint64_t *table = NULL;
  luis_subject_init(&u, &p->words.exact, &p->spans, &p->marks, p->a);
  for (size_t i = 0; i < l->pattern_count; i++) {
    const luis_pattern_record *r = &l->patterns[i];
    const luis_step *steps = l->steps + r->steps.first;
    luis_match found;
    if (!luis_pattern_possible(steps, r->steps.count, &u)) continue;
    if (!table) table = arena_alloc(p->a, (size_t)l->most_steps * (u.n + 1) * sizeof *table);
    luis_pattern_match(steps, r->steps.count, r->anchors, &u, table, p->a, &found);
    bool better = found.score > best.score ||
                  (found.score && found.score == best.score && score_of(p, r->intent) > score_of(p, top));
    if (!better) continue;
    best = found;
    top = r->intent;
  }
  if (!best.score) return;
  raise_intent(p, top);
  for (size_t i = 0; i < best.slot_count; i++) fill_slot(p, &best.slots[i]);
  luis_spans_sort(&p->spans);
}

void luis__ask(const model *m, str text, const luis_predict_options *o, arena *a, luis_answer *out) {
  static const luis_predict_options nothing;
  const luis_part *l = m->luis;
  if (!o) o = &nothing;
  *out = (luis_answer){.m = m, .lexicon = l->lexicon, .text = text, .a = a};
  out->spans.a = out->externals.a = out->marks.a = a;
  if (out->lexicon.regex_count) out->lexicon.regexes = model__regexes(m);
  luis_words_of(text, l->lexicon.settings, l->lexicon.culture, a, &out->words);
  luis_request q = {.text = text,
                    .words = &out->words,
                    .reference = o->reference_us ? request_time(o->reference_us) : request_now(),
                    .lists = o->dynamic_lists,
                    .list_count = o->dynamic_list_count};
  luis_find(&out->lexicon, &q, &out->spans, &out->marks);
  if (o->external_count) read_externals(out, o);
  score_intents(out);
  for (uint32_t i = 0; i < l->layer_count && out->words.learned.n; i++)
    if (l->layers[i].kind != LUIS_LAYER_CHILDREN) run_layer(out, i);
  if (out->externals.n) merge_externals(out, o->prefer_externals);
  if (l->pattern_count) match_patterns(out);
}

/* luis_write_v2.c -- entities as V2 answers them: rows, the end inclusive; texts in lower case, of what is learned
 * with blanks around signs ("5 : 30am"), which clients compare with the texts of composites. */
#include "api/luis_write.h"
#include "recognize/text_fold.h"
#include "text/tokens.h"

static str lower(str s, arena *a) {
  folded_text f;
  text_fold(s, a, &f);
  return f.text;
}

/* Tokens with one blank between, but none between the characters of a script without blanks. */
static str tokenized(str s, arena *a) {
  tokens t;
  buf b = {0};
  tokenize(s, a, &t);
  for (size_t i = 0; i < t.n; i++) {
    const token *x = &t.v[i];
    bool apart = x->space_before || x->kind == TOKEN_PUNCT || (i && t.v[i - 1].kind == TOKEN_PUNCT);
    if (i && apart) buf_add_byte(&b, ' ');
    buf_add(&b, s.p + x->begin_bytes, x->end_bytes - x->begin_bytes);
  }
  str out = lower(arena_str(a, buf_str(&b)), a);
  buf_free(&b);
  return out;
}

static str entity_text(const luis_text *t, const luis_found *f, arena *a) {
  str text = luis_found_text(t, f);
  switch (f->kind) {
  case LUIS_ENTITY:
  case LUIS_HIERARCHICAL:
  case LUIS_COMPOSITE: return tokenized(text, a);
  case LUIS_PREBUILT: return f->prebuilt ? lower(text, a) : text; /* names keep their capitals */
  default: return lower(text, a);
  }
}

static void write_resolution(jw *w, const luis_found *f) {
  if (f->kind == LUIS_PREBUILT && f->prebuilt) {
    jw_key(w, "resolution");
    luis_v2_write_resolution(w, f->prebuilt, luis_found_ordinal(f));
  } else if (f->kind == LUIS_CLOSED_LIST && f->canonical_count) {
    jw_key(w, "resolution");
    jw_obj(w);
    jw_key(w, "values");
    jw_strs(w, f->canonical_forms, f->canonical_count);
    jw_end(w);
  }
}

static str row_type(const luis_found *f, char room[LUIS_TYPE_MAX]) {
  return f->kind == LUIS_PREBUILT ? luis_found_type(f, room) : f->name;
}

static void write_row(jw *w, const luis_text *t, const luis_found *f, arena *a) {
  char room[LUIS_TYPE_MAX];
  luis_place at = luis_found_place(t, f);
  jw_obj(w);
  jw_kstr(w, "entity", entity_text(t, f, a));
  jw_kstr(w, "type", row_type(f, room));
  jw_kint(w, "startIndex", (int64_t)at.begin);
  jw_kint(w, "endIndex", (int64_t)at.end - 1);
  if (f->has_score) {
    jw_key(w, "score");
    jw_score(w, (double)f->score);
  }
  write_resolution(w, f);
  if (f->role.n || f->has_role_slot) jw_kstr(w, "role", f->role.n ? f->role : STR(""));
  jw_end(w);
}

void luis_v2_write_entities(jw *w, const luis_text *t, const luis_found *v, size_t n, arena *a) {
  jw_arr(w);
  for (size_t i = 0; i < n; i++) {
    write_row(w, t, &v[i], a);
    for (size_t c = 0; v[i].kind == LUIS_COMPOSITE && c < v[i].child_count; c++) write_row(w, t, &v[i].children[c], a);
  }
  jw_end(w);
}

static void write_composite(jw *w, const luis_text *t, const luis_found *f, arena *a) {
  char room[LUIS_TYPE_MAX];
  jw_obj(w);
  jw_kstr(w, "parentType", f->name);
  jw_kstr(w, "value", entity_text(t, f, a));
  jw_key(w, "children");
  jw_arr(w);
  for (size_t c = 0; c < f->child_count; c++) {
    jw_obj(w);
    jw_kstr(w, "type", row_type(&f->children[c], room));
    jw_kstr(w, "value", entity_text(t, &f->children[c], a));
    jw_end(w);
  }
  jw_end(w);
  jw_end(w);
}

void luis_v2_write_composites(jw *w, const luis_text *t, const luis_found *v, size_t n, arena *a) {
  bool any = false;
  for (size_t i = 0; i < n; i++) {
    if (v[i].kind != LUIS_COMPOSITE) continue;
    if (!any) {
      jw_key(w, "compositeEntities");
      jw_arr(w);
    }
    any = true;
    write_composite(w, t, &v[i], a);
  }
  if (any) jw_end(w);
}

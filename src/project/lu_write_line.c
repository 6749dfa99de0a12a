#include "project/lu_write_line.h"

#include "project/lu_line.h"

#include <stdlib.h>

/* labels -> spans in the order of their '{' (outer before inner) -> markup -> read back and compared. */

typedef struct span {
  const luis_label *l;
  const luis_label *parent; /* of a child label */
  luis_children children;   /* what labels within may name */
  size_t root;              /* index of the label of the utterance that it is, or is inside of */
  size_t order;             /* in the labels, outer before inner */
  bool composite;
  int around; /* index of the span around it, -1: none */
} span;

typedef struct spans {
  span *v;
  size_t n;
} spans;

static uint32_t end_of(const luis_label *l) {
  return l->offset_bytes + l->length_bytes;
}

static size_t count_labels(luis_labels labels) {
  size_t n = labels.n;
  for (size_t i = 0; i < labels.n; i++) n += count_labels(labels.v[i].children);
  return n;
}

/* Why a label cannot stand in a .lu file, NULL when it can. */
static const char *unwritable(const lu_line_writer *w, const luis_label *l, luis_ref *ref) {
  if (!luis_index_entity(w->index, l->entity, ref)) return "labels of hierarchical entities cannot be written";
  bool by_value = ref->kind == LUIS_CLOSED_LIST || ref->kind == LUIS_PREBUILT || ref->kind == LUIS_REGEX;
  if (by_value && !l->role.p) return "list, regex and prebuilt entities can only be labelled with a role";
  return ref->kind == LUIS_HIERARCHICAL ? "labels of hierarchical entities cannot be written" : NULL;
}

/* parent: the span whose children the labels are, NULL for those of the utterance. */
static void collect(lu_line_writer *w, luis_labels labels, const span *parent, const char *place, spans *out) {
  for (size_t i = 0; i < labels.n; i++) {
    const luis_label *l = &labels.v[i];
    span *s = &out->v[out->n];
    *s = (span){.l = l, .root = parent ? parent->root : i, .order = out->n};
    const luis_child *child = parent && !l->role.p ? luis_child_find(parent->children, l->entity) : NULL;
    luis_ref ref;
    const char *why = child ? NULL : unwritable(w, l, &ref);
    if (why) {
      note_add(w->l, place, "the label of \"" STR_FMT "\" is left out: %s", STR_ARG(l->entity), why);
      continue;
    }
    if (child) s->parent = parent->l;
    if (parent && !child)
      note_add(w->l, place, "the label of \"" STR_FMT "\" is no longer inside of another", STR_ARG(l->entity));
    s->children = child ? child->children : luis_entity_at(w->app, ref)->children;
    s->composite = !child && ref.kind == LUIS_COMPOSITE;
    out->n++;
    collect(w, l->children, s, place, out);
  }
}

/* Of labels over the same text the last of the utterance is the outer one, as the reader puts them. */
static int by_place(const void *a, const void *b) {
  const span *x = a, *y = b;
  if (x->l->offset_bytes != y->l->offset_bytes) return x->l->offset_bytes < y->l->offset_bytes ? -1 : 1;
  if (end_of(x->l) != end_of(y->l)) return end_of(x->l) > end_of(y->l) ? -1 : 1;
  if (x->composite != y->composite) return x->composite ? -1 : 1;
  if (x->root != y->root) return x->root > y->root ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

/* Finds the span around each; false when two cross, or when a name would mean another label when read. */
static bool nest(spans *s) {
  for (size_t i = 0; i < s->n; i++) {
    span *x = &s->v[i];
    int around = (int)i - 1;
    while (around >= 0 && end_of(s->v[around].l) <= x->l->offset_bytes) around = s->v[around].around;
    x->around = around;
    if (around < 0) {
      if (x->parent) return false;
      continue;
    }
    const span *outer = &s->v[around];
    if (end_of(outer->l) < end_of(x->l)) return false;
    if (x->parent ? x->parent != outer->l : !x->l->role.p && luis_child_find(outer->children, x->l->entity) != NULL)
      return false;
  }
  return true;
}

/* "{@role=" where that is enough, else "{@Entity:role=". */
static void open_span(const lu_line_writer *w, const spans *s, const span *x, lu_span *want, buf *out) {
  want->name = x->l->entity;
  want->role = x->l->role;
  if (x->l->role.p) {
    const uint32_t *owners = strmap_get(w->role_owners, x->l->role);
    luis_ref ref;
    bool child = x->around >= 0 && luis_child_find(s->v[x->around].children, x->l->role);
    if (owners && *owners == 1 && !child && !luis_index_entity(w->index, x->l->role, &ref)) {
      want->name = x->l->role;
      want->role = STR_NONE;
    }
  }
  buf_add_str(out, STR("{@"));
  buf_add_str(out, want->name);
  if (want->role.p) {
    buf_add_byte(out, ':');
    buf_add_str(out, want->role);
  }
  buf_add_byte(out, '=');
}

static void add_text(str text, buf *out) {
  for (size_t i = 0; i < text.n; i++) {
    if (strchr("{}[]()", text.p[i])) buf_add_byte(out, '\\');
    buf_add_byte(out, text.p[i]);
  }
}

static void add_markup(const lu_line_writer *w, str text, const spans *s, lu_span *want, buf *out) {
  size_t next = 0, at = 0;
  int open = -1; /* the innermost */
  for (;;) {
    size_t stop = text.n;
    if (next < s->n) stop = s->v[next].l->offset_bytes;
    if (open >= 0) stop = MIN_OF(stop, end_of(s->v[open].l));
    add_text(str_make(text.p + at, stop - at), out);
    at = stop;
    if (open >= 0 && end_of(s->v[open].l) == at) {
      buf_add_byte(out, '}');
      open = s->v[open].around;
    } else if (next < s->n) {
      const span *x = &s->v[next];
      want[next] = (lu_span){.begin_bytes = x->l->offset_bytes, .end_bytes = end_of(x->l), .parent = x->around};
      open_span(w, s, x, &want[next], out);
      open = (int)next++;
    } else {
      return;
    }
  }
}

/* The line means what it was made of. */
static bool reads_back(str line, str text, const lu_span *want, size_t n, arena *scratch) {
  lu_line got;
  size_t at;
  if (str_find_byte(line, '\n') < line.n || str_find_byte(line, '\r') < line.n || !str_eq(line, str_trim(line)))
    return false;
  if (lu__line_read(line, scratch, &got, &at, NULL) != ERR_OK || got.kind != LU_UTTERANCE) return false;
  if (!line.n || !str_eq(got.text, text) || got.span_count != n) return false;
  for (size_t i = 0; i < n; i++) {
    const lu_span *g = &got.spans[i], *x = &want[i];
    if (!str_eq(g->name, x->name) || !str_eq(g->role, x->role) || g->begin_bytes != x->begin_bytes ||
        g->end_bytes != x->end_bytes || g->parent != x->parent)
      return false;
  }
  return true;
}

void lu__line_write(lu_line_writer *w, const luis_utterance *u, const char *place, buf *out) {
  arena_reset(&w->scratch);
  size_t most = count_labels(u->labels);
  spans s = {.v = ARENA_ARRAY(&w->scratch, span, most + 1)};
  lu_span *want = ARENA_ARRAY(&w->scratch, lu_span, most + 1);
  buf line = {0};
  collect(w, u->labels, NULL, place, &s);
  qsort(s.v, s.n, sizeof *s.v, by_place);
  bool ok = nest(&s);
  if (ok) add_markup(w, u->text, &s, want, &line);
  if (ok && reads_back(buf_str(&line), u->text, want, s.n, &w->scratch))
    buf_printf(out, "- " STR_FMT "\n", STR_ARG(buf_str(&line)));
  else
    note_add(w->l, place, "the utterance is left out: %s",
             ok ? "blanks or backslashes stand where the format cannot keep them" : "its labels cross");
  buf_free(&line);
}

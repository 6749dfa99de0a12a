#include "project/luis_read_labels.h"

#include "project/clu_fields.h"
#include "project/luis_check.h"
#include "text/offsets.h"

/* A label while its place in the tree is being found. */
typedef struct open_label open_label;
struct open_label {
  luis_label l;
  luis_children parts; /* what labels inside of it may name */
  bool resolved;       /* names an entity, or a child of parent */
  open_label *parent;
  size_t index;      /* in the file, among its siblings there */
  open_label *inner; /* [inner_count] its children in the file */
  size_t inner_count;
};

typedef struct reader {
  const luis_app *app;
  const luis_index *index;
  arena *a, *scratch;
  str text;
  offset_map map;
} reader;

/* Member key of n, an offset of the text in [lo, units), as a byte. */
static err_code read_position(const reader *r, const jnode *n, const char *key, int64_t add, uint32_t *out, err *e) {
  int64_t position;
  size_t byte;
  TRY(jn_req_int(n, key, 0, (int64_t)r->map.units - 1, &position, e));
  jnode at = jn_get(n, key);
  if (!offset_to_byte(&r->map, (size_t)(position + add), &byte))
    return jn_fail(&at, e, "the label begins or ends inside of a character");
  *out = (uint32_t)byte;
  return ERR_OK;
}

static err_code read_one(reader *r, const jnode *n, const open_label *parent, open_label *out, err *e);

static err_code read_list(reader *r, const jnode *obj, const char *key, open_label *parent, open_label **out, size_t *n,
                          err *e) {
  jnode arr = {0};
  TRY(jn_opt_arr(obj, key, &arr, NULL, e));
  size_t count = jn_len(&arr);
  if (count > r->map.units) return jn_fail(&arr, e, "has more labels than the text has characters");
  open_label *v = ARENA_ARRAY(r->scratch, open_label, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    v[i].index = i;
    v[i].parent = parent;
    TRY(read_one(r, &item, parent, &v[i], e));
  }
  *out = v;
  *n = count;
  return ERR_OK;
}

static err_code check_level(const jnode *n, const open_label *parent, err *e) {
  int level = 0;
  for (const open_label *up = parent; up; up = up->parent) level++;
  return level <= LUIS_LIMIT_LEVELS ? ERR_OK
                                    : jn_fail(n, e, "labels are nested more than %d levels", LUIS_LIMIT_LEVELS);
}

static err_code read_one(reader *r, const jnode *n, const open_label *parent, open_label *out, err *e) {
  uint32_t end = 0;
  TRY(check_level(n, parent, e));
  TRY(jn_want_obj(n, e));
  str name;
  TRY(jn_req_str(n, "entity", &name, e));
  out->l.entity = arena_str(r->a, name);
  TRY(clu__str(n, "role", r->a, &out->l.role, e));
  if (!out->l.role.n) out->l.role = STR_NONE;
  TRY(read_position(r, n, "startPos", 0, &out->l.offset_bytes, e));
  TRY(read_position(r, n, "endPos", 1, &end, e));
  jnode at = jn_get(n, "endPos");
  if (end <= out->l.offset_bytes) return jn_fail(&at, e, "is before startPos");
  out->l.length_bytes = end - out->l.offset_bytes;
  if (parent && (out->l.offset_bytes < parent->l.offset_bytes || end > parent->l.offset_bytes + parent->l.length_bytes))
    return jn_fail(n, e, "leaves the label that it is a child of");

  err why;
  err_code rc = luis__label_check(r->app, r->index, &out->l, parent ? &parent->parts : NULL, &out->parts, &why);
  out->resolved = rc == ERR_OK;
  if (rc != ERR_OK && parent) return jn_fail(n, e, "%s", why.message);
  return read_list(r, n, "children", out, &out->inner, &out->inner_count, e);
}

static bool contains(const luis_label *outer, const luis_label *inner) {
  return outer->offset_bytes <= inner->offset_bytes &&
         inner->offset_bytes + inner->length_bytes <= outer->offset_bytes + outer->length_bytes;
}

/* A label beside that of its parent; true when one was found. Children have no roles. */
static bool adopt(open_label *v, size_t n, open_label *l) {
  if (l->l.role.p) return false;
  for (size_t i = 0; i < n; i++) {
    if (&v[i] == l || !v[i].resolved || v[i].inner_count || !contains(&v[i].l, &l->l)) continue;
    const luis_child *child = luis_child_find(v[i].parts, l->l.entity);
    if (!child) continue;
    l->parent = &v[i];
    l->parts = child->children;
    l->resolved = true;
    return true;
  }
  return false;
}

/* Level by level: a child can only be adopted once its parent has been. */
static err_code adopt_all(const reader *r, const jnode *arr, open_label *v, size_t n, err *e) {
  size_t left = 0;
  for (size_t i = 0; i < n; i++) left += !v[i].resolved;
  for (int level = 0; left && level < LUIS_LIMIT_LEVELS; level++)
    for (size_t i = 0; i < n; i++)
      if (!v[i].resolved) left -= adopt(v, n, &v[i]);
  for (size_t i = 0; left && i < n; i++) {
    if (v[i].resolved) continue;
    jnode at = jn_at(arr, i);
    err why;
    luis_children parts;
    if (luis__label_check(r->app, r->index, &v[i].l, NULL, &parts, &why) != ERR_OK)
      return jn_fail(&at, e, "%s", why.message);
  }
  return ERR_OK;
}

/* The labels of v whose parent is parent, and below them what the file has inside of them. */
static luis_labels close_list(const reader *r, const open_label *v, size_t n, const open_label *parent) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += v[i].parent == parent;
  luis_label *out = ARENA_ARRAY(r->a, luis_label, count);
  count = 0;
  for (size_t i = 0; i < n; i++) {
    if (v[i].parent != parent) continue;
    out[count] = v[i].l;
    const open_label *inner = v[i].inner_count ? v[i].inner : v;
    out[count++].children = close_list(r, inner, v[i].inner_count ? v[i].inner_count : n, &v[i]);
  }
  return (luis_labels){out, count};
}

err_code luis__labels_read(const luis_app *app, const luis_index *x, const jnode *n, arena *a, arena *scratch,
                           luis_utterance *u, err *e) {
  arena_reset(scratch);
  reader r = {.app = app, .index = x, .a = a, .scratch = scratch, .text = u->text};
  offset_map_init(&r.map, u->text, OFFSET_UTF16, scratch);
  open_label *v;
  size_t count;
  TRY(read_list(&r, n, "entities", NULL, &v, &count, e));
  if (!count) return ERR_OK;
  jnode arr = jn_get(n, "entities");
  TRY(adopt_all(&r, &arr, v, count, e));
  u->labels = close_list(&r, v, count, NULL);
  return ERR_OK;
}

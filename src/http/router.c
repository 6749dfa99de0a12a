#include "http/router.h"

#include <assert.h>
#include <stdlib.h>

/* "{m}:load-snapshot" is a parameter with the suffix ":load-snapshot"; a literal has no parameter. */
typedef struct segment {
  bool is_param;
  str text; /* the literal, or what follows the parameter */
} segment;

typedef struct entry {
  const http_route *route;
  const http_family *family;
  segment segments[HTTP_MAX_SEGMENTS];
  size_t segment_count, param_count;
} entry;

struct router {
  const http_family *const *families;
  size_t family_count;
  size_t entry_count;
  entry entries[]; /* [entry_count] */
};

static void compile(const http_family *family, const http_route *route, entry *out) {
  *out = (entry){.route = route, .family = family};
  str rest = str_skip(str_of(route->pattern), 1);
  while (rest.n) {
    str text = str_make(rest.p, str_find_byte(rest, '/'));
    rest = str_skip(rest, text.n + 1);
    assert(out->segment_count < HTTP_MAX_SEGMENTS);
    segment *s = &out->segments[out->segment_count++];
    s->is_param = text.n && text.p[0] == '{';
    s->text = s->is_param ? str_skip(text, str_find_byte(text, '}') + 1) : text;
    out->param_count += s->is_param;
  }
  assert(out->param_count <= HTTP_MAX_PARAMS);
}

router *router_new(const http_family *const *families, size_t count) {
  size_t total = 0;
  for (size_t f = 0; f < count; f++) total += families[f]->route_count;
  router *r = mem_alloc(sizeof *r + total * sizeof(entry));
  *r = (router){.families = families, .family_count = count};
  for (size_t f = 0; f < count; f++)
    for (size_t i = 0; i < families[f]->route_count; i++)
      compile(families[f], &families[f]->routes[i], &r->entries[r->entry_count++]);
  return r;
}

void router_free(router *r) {
  free(r);
}

size_t router_route_count(const router *r) {
  return r->entry_count;
}
const http_route *router_route(const router *r, size_t index) {
  return r->entries[index].route;
}

static bool same_literal(const http_family *f, str a, str b) {
  return f->any_case ? str_eq_nocase(a, b) : str_eq(a, b);
}

static bool path_matches(const entry *t, const uri *u, str *params) {
  if (t->segment_count != u->segment_count) return false;
  size_t k = 0;
  for (size_t i = 0; i < t->segment_count; i++) {
    str have = u->segments[i], text = t->segments[i].text;
    if (!t->segments[i].is_param) {
      if (!same_literal(t->family, have, text)) return false;
    } else {
      if (have.n <= text.n || !str_ends(have, text)) return false;
      params[k++] = str_make(have.p, have.n - text.n);
    }
  }
  return true;
}

static bool has_prefix(const http_family *f, const uri *u) {
  str rest = str_skip(str_of(f->prefix), 1);
  size_t i = 0;
  while (rest.n) {
    str text = str_make(rest.p, str_find_byte(rest, '/'));
    rest = str_skip(rest, text.n + 1);
    if (i == u->segment_count || !same_literal(f, u->segments[i++], text)) return false;
  }
  return true;
}

/* The family with the longest prefix of the path answers for paths that it does not have. */
static const http_family *family_of(const router *r, const uri *u) {
  const http_family *best = r->families[0];
  size_t best_n = 0;
  for (size_t f = 0; f < r->family_count; f++) {
    size_t n = strlen(r->families[f]->prefix);
    if (n > best_n && has_prefix(r->families[f], u)) {
      best = r->families[f];
      best_n = n;
    }
  }
  return best;
}

void router_find(const router *r, http_method method, const uri *u, router_match *out) {
  *out = (router_match){.index = ROUTER_NONE};
  for (size_t i = 0; i < r->entry_count; i++) {
    const entry *t = &r->entries[i];
    if (!path_matches(t, u, out->params)) continue;
    if (t->route->method == method) {
      out->index = (int)i;
      out->family = t->family;
      return;
    }
    out->index = ROUTER_OTHER_METHOD;
    out->allow |= 1u << t->route->method;
  }
  out->family = family_of(r, u);
}

#include "recognize/recognize.h"

#include <stdlib.h>

const attr *attr_find(const attr_list *l, const char *key) {
  for (size_t i = 0; i < l->n; i++)
    if (strcmp(l->v[i].key, key) == 0) return &l->v[i];
  return NULL;
}

str attr_text(const attr_list *l, const char *key) {
  const attr *x = attr_find(l, key);
  return x && x->kind == ATTR_STR ? x->text : STR_NONE;
}

bool attr_number(str text, double *out) {
  char b[64], *end;
  if (!text.n) return false;
  str_copy_to(text, b, sizeof b);
  for (char *mark = strchr(b, ','); mark; mark = strchr(mark, ',')) *mark = '.';
  *out = strtod(b, &end);
  return end != b;
}

#include "recognize/grammar.h"
#include <strings.h>
#include <string.h>

#define CULTURE(name) extern const culture culture_##name;
#include "recognize/cultures/cultures.def"

static const culture *const all[] = {
#define CULTURE(name) &culture_##name,
#include "recognize/cultures/cultures.def"
};

const culture *const *culture_all(size_t *n) {
  *n = ARRAY_LEN(all);
  return all;
}

const culture *culture_find(const char *name, size_t n) {
  for (size_t i = 0; i < ARRAY_LEN(all); i++)
    if (strlen(all[i]->name) == n && strncasecmp(all[i]->name, name, n) == 0) return all[i];
  size_t language = 0; /* the first culture of the language */
  while (language < n && name[language] != '-' && name[language] != '_') language++;
  for (size_t i = 0; i < ARRAY_LEN(all); i++)
    if (strncasecmp(all[i]->name, name, language) == 0 && all[i]->name[language] == '-') return all[i];
  return NULL;
}

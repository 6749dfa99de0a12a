#include "service/account_rules.h"

static const char *const language_skus[] = {"F0", "S", "S0", "S1", "S2", "S3", "S4", NULL};
static const char *const luis_skus[] = {"F0", "S0", NULL};
static const char *const free_skus[] = {"F0", NULL};
static const char *const standard_skus[] = {"S0", NULL};

static const account_kind kinds[] = {
    {ACCOUNT_KIND_DEFAULT, "Language", language_skus},
    {"LUIS", "LUIS", luis_skus},
    {"LUIS.Authoring", "LUIS", free_skus},
    {"CognitiveServices", "Language", standard_skus},
    {"AIServices", "Language", standard_skus},
    {"OpenAI", "OpenAI Language Model Instance API", standard_skus},
};

const account_kind *account_kinds(size_t *n) {
  *n = ARRAY_LEN(kinds);
  return kinds;
}

const account_kind *account_kind_find(str name) {
  if (!name.n) return &kinds[0];
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
    if (str_eq_nocase(name, str_of(kinds[i].name))) return &kinds[i];
  return NULL;
}

const char *account_sku_find(const account_kind *k, str name) {
  for (const char *const *sku = k->skus; *sku; sku++)
    if (str_eq_nocase(name, str_of(*sku))) return *sku;
  return NULL;
}

const char *account_sku_tier(const char *sku) {
  return sku[0] == 'F' ? "Free" : "Standard";
}

static bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_made_of(str name, const char *others) {
  if (name.n < 2 || name.n > 64 || !is_alnum(name.p[0])) return false;
  for (size_t i = 0; i < name.n; i++)
    if (!is_alnum(name.p[i]) && (!name.p[i] || !strchr(others, name.p[i]))) return false;
  return true;
}

bool account_name_ok(str name) {
  return is_made_of(name, "_.-");
}

bool account_domain_ok(str name) {
  return is_made_of(name, "-") && name.p[name.n - 1] != '-';
}

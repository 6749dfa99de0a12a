#include "model/train.h"

/* Every version that clients may name (reference clu-concepts §2.2) means the one algorithm of this
 * program. A self-hosted model does not expire: the dates, which the contract requires, are far
 * away. Newest generally available one first, then the older ones, then the previews. */
#define MODEL_NEVER_EXPIRES      "2099-12-31"
#define DEPLOYMENT_NEVER_EXPIRES "2100-12-31"

static const config_version versions[] = {
    {"2023-04-15", MODEL_NEVER_EXPIRES, DEPLOYMENT_NEVER_EXPIRES},
    {"2022-09-01", MODEL_NEVER_EXPIRES, DEPLOYMENT_NEVER_EXPIRES},
    {"2022-05-01", MODEL_NEVER_EXPIRES, DEPLOYMENT_NEVER_EXPIRES},
    {"2024-08-01-preview", MODEL_NEVER_EXPIRES, DEPLOYMENT_NEVER_EXPIRES},
    {"2024-06-01-preview", MODEL_NEVER_EXPIRES, DEPLOYMENT_NEVER_EXPIRES},
};

const config_version *config_versions_all(size_t *n) {
  *n = ARRAY_LEN(versions);
  return versions;
}

const config_version *config_version_find(str version) {
  if (version.n == 0 || str_eq_nocase(version, STR("latest"))) return &versions[0];
  for (size_t i = 0; i < ARRAY_LEN(versions); i++)
    if (str_eq_nocase(version, str_of(versions[i].version))) return &versions[i];
  return NULL;
}

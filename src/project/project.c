#include "project/project.h"

#include "project/limits.h"
#include "text/utf8.h"

dataset utterance_dataset(const utterance *u) {
  if (!u->dataset.n || str_eq_nocase(u->dataset, STR("Train"))) return DATASET_TRAIN;
  return str_eq_nocase(u->dataset, STR("Test")) ? DATASET_TEST : DATASET_OTHER;
}

str utterance_language(const project *p, const utterance *u) {
  return u->language.p ? u->language : p->metadata.language;
}

size_t project_find_intent(const project *p, str category) {
  for (size_t i = 0; i < p->intent_count; i++)
    if (str_eq(p->intents[i].category, category)) return i;
  return SIZE_MAX;
}

size_t project_find_entity(const project *p, str category) {
  for (size_t i = 0; i < p->entity_count; i++)
    if (str_eq(p->entities[i].category, category)) return i;
  return SIZE_MAX;
}

size_t project_none_intent(const project *p) {
  return project_find_intent(p, STR("None"));
}

static bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

err_code project_name_check(str name, const char *what, const char *target, err *e) {
  if (name.n < 1 || name.n > LIMIT_NAME_CHARS)
    return err_at(e, ERR_INVALID_ARGUMENT, target, "the %s must have 1 to %d characters", what, LIMIT_NAME_CHARS);
  for (size_t i = 0; i < name.n; i++)
    if (!is_name_char(name.p[i]))
      return err_at(e, ERR_INVALID_ARGUMENT, target, "the %s may only contain letters, digits, '_', '.' and '-'", what);
  bool is_project = str_eq(str_of(what), STR("project name")); /* /projects/global/... are other operations */
  if (str_eq(name, STR(".")) || str_eq(name, STR("..")) || (is_project && str_eq_nocase(name, STR("global"))))
    return err_at(e, ERR_INVALID_ARGUMENT, target, "the %s \"" STR_FMT "\" is reserved", what, STR_ARG(name));
  return ERR_OK;
}

err_code project_category_check(str category, const char *what, const char *target, err *e) {
  size_t chars = utf8_codepoints(category);
  if (chars < 1 || chars > LIMIT_NAME_CHARS)
    return err_at(e, ERR_INVALID_ARGUMENT, target, "the %s must have 1 to %d characters", what, LIMIT_NAME_CHARS);
  for (size_t i = 0; i < category.n; i++) {
    unsigned char c = (unsigned char)category.p[i];
    if (c < 0x20 || c == 0x7f)
      return err_at(e, ERR_INVALID_ARGUMENT, target, "the %s contains a control character", what);
    if (strchr(":$&%*()+~#", c)) return err_at(e, ERR_INVALID_ARGUMENT, target, "the %s may not contain '%c'", what, c);
  }
  return ERR_OK;
}

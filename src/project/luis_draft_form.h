/* luis_draft_form.h -- the inside of a draft: for those who read it with its ids (api/), and for luis_draft.c and
 * luis_edit_*.c, which alone change it.
 *
 * Lists stand in the order of the app, so that an index into one is an index into the luis_app that is made of
 * it. References are by name, as in a luis_app: who renames or removes something changes what names it. */
#ifndef DRAGOMAN_PROJECT_LUIS_DRAFT_FORM_H
#define DRAGOMAN_PROJECT_LUIS_DRAFT_FORM_H

#include "base/ids.h"
#include "project/luis_draft.h"

/* A growing array in the draft's arena. */
#define DRAFT_LIST(T)                                                                                                  \
  struct {                                                                                                             \
    T *v;                                                                                                              \
    size_t n, cap;                                                                                                     \
  }
/* A new zeroed element at the end. */
#define DRAFT_ADD(d, list)                                                                                             \
  ((list)->v = luis__list_reserve((d)->a, (list)->v, (list)->n, &(list)->cap, sizeof *(list)->v),                      \
   &(list)->v[(list)->n++])
#define DRAFT_REMOVE(list, i)                                                                                          \
  (memmove(&(list)->v[i], &(list)->v[(i) + 1], ((list)->n - (i)-1) * sizeof *(list)->v), (list)->n--)

typedef struct draft_name {
  str id, name;
} draft_name;
typedef DRAFT_LIST(draft_name) draft_names;

typedef struct draft_child draft_child;
typedef DRAFT_LIST(draft_child) draft_children;
struct draft_child {
  str id, name;
  luis_features features;
  draft_children children;
};

typedef struct draft_sublist {
  int64_t id;
  luis_sublist v;
} draft_sublist;

typedef struct draft_item {
  int64_t id;
  str value;
} draft_item;

typedef DRAFT_LIST(draft_sublist) draft_sublists;
typedef DRAFT_LIST(draft_item) draft_items;

typedef struct draft_entity {
  str id, name;
  luis_features features;
  luis_inherits inherits;
  str regex_pattern;
  draft_names roles;
  draft_children children;
  draft_names parts; /* of a composite: without ids */
  draft_sublists sublists;
  draft_items explicit_list;
} draft_entity;

typedef struct draft_intent {
  str id;
  luis_intent v;
} draft_intent;

typedef struct draft_phraselist {
  int64_t id;
  luis_phraselist v;
} draft_phraselist;

typedef struct draft_regex_feature {
  int64_t id;
  luis_regex_feature v;
} draft_regex_feature;

typedef struct draft_pattern {
  str id;
  luis_pattern v;
} draft_pattern;

typedef struct draft_utterance {
  int64_t id;
  luis_utterance v;
} draft_utterance;

struct luis_draft {
  arena *a;
  luis_app head; /* its texts alone */
  DRAFT_LIST(draft_intent) intents;
  DRAFT_LIST(draft_entity) entities[LUIS_KIND_COUNT];
  DRAFT_LIST(draft_phraselist) phraselists;
  DRAFT_LIST(draft_regex_feature) regex_features;
  DRAFT_LIST(draft_pattern) patterns;
  DRAFT_LIST(draft_utterance) utterances;
  DRAFT_LIST(luis_setting) settings;
  int64_t last_number; /* the highest id that was ever given */
};

void *luis__list_reserve(arena *a, void *v, size_t n, size_t *cap, size_t size);

/* A fresh id. */
str luis__guid(luis_draft *d);
int64_t luis__number(luis_draft *d);

/* Adds an entity with all its parts under fresh ids; a copy of the structure, not of the texts. */
draft_entity *luis__draft_add_entity(luis_draft *d, luis_kind kind, const luis_entity *en);
void luis__draft_add_children(luis_draft *d, luis_children children, draft_children *out);

/* By id, in any letter case. ERR_NOT_FOUND; luis_draft_child: NULL. */
must_check err_code luis_draft_intent(const luis_draft *d, str id, size_t *index, err *e);
must_check err_code luis_draft_entity(const luis_draft *d, luis_kind kind, str id, const draft_entity **out, err *e);
const draft_child *luis_draft_child(const luis_draft *d, str id);
/* The features of an intent, of a machine-learned, hierarchical or composite entity, or of a child. */
must_check err_code luis_draft_features(const luis_draft *d, str model_id, const luis_features **out, err *e);

/* The id by which clients know part i of a hierarchical or composite entity: of a composite's, that of the entity
 * that it names. */
str luis_part_id(const luis_draft *d, const draft_entity *en, size_t i);

/* The draft as an app, without a check. */
void luis__draft_view(const luis_draft *d, arena *a, luis_app *out);

#endif

/* luis_edit.h -- the changes of a draft: models of every kind, features, patterns, examples.
 *
 * A change keeps the draft a valid app (luis_check.h) and carries itself through all that names what it changes:
 * labels, patterns, features, composites. ERR_NOT_FOUND: no such id. ERR_INVALID_ARGUMENT, ERR_QUOTA_EXCEEDED: the
 * app would not be valid. After an error the draft is to be thrown away, except where it is said.
 * Texts and lists that are given are borrowed and must outlive the draft; ids that come back live in its arena.
 * Source: reference luis-authoring §5 to §8. */
#ifndef DRAGOMAN_PROJECT_LUIS_EDIT_H
#define DRAGOMAN_PROJECT_LUIS_EDIT_H

#include "base/json_in.h"
#include "project/luis_draft.h"
#include "project/project.h"

/* ---- intents; None can be neither renamed nor deleted ---- */

must_check err_code luis_intent_add(luis_draft *d, str name, str *id, err *e);
must_check err_code luis_intent_rename(luis_draft *d, str id, str name, err *e);
/* Its utterances go to None or, with_utterances, away; its patterns go away. */
must_check err_code luis_intent_delete(luis_draft *d, str id, bool with_utterances, err *e);

/* ---- entities of every kind ---- */

must_check err_code luis_entity_add(luis_draft *d, luis_kind kind, const luis_entity *en, str *id, err *e);
/* Replaces the name, parts, sublists, explicit list and pattern by those of en; what is NULL there stays as it is.
 * Parts, sublists and values that were there before keep their ids. */
must_check err_code luis_entity_update(luis_draft *d, luis_kind kind, str id, const luis_entity *en, err *e);
/* With the labels and patterns that use it. */
must_check err_code luis_entity_delete(luis_draft *d, luis_kind kind, str id, err *e);
/* All entities and intents that come from a prebuilt domain. */
must_check err_code luis_domain_delete(luis_draft *d, str domain_name, err *e);

/* Prebuilts that an app of that culture may have; the names of languages without a table are those alike everywhere. */
typedef struct luis_prebuilt {
  const char *name, *description, *examples;
} luis_prebuilt;
/* At most LUIS_PREBUILTS of them. */
enum { LUIS_PREBUILTS = 16 };
size_t luis_prebuilts_of(str language, const luis_prebuilt *out[LUIS_PREBUILTS]);

/* ---- machine-learned entities and their children: id may be that of either ----
 * Required features of a child that is added, as an instance has them, are required where they may be. */

must_check err_code luis_child_add(luis_draft *d, str parent_id, const luis_child *child, str *id, err *e);
/* name, instance_of .p NULL: stays. instance_of: a model that becomes a feature, required where it may be. */
must_check err_code luis_learned_update(luis_draft *d, str id, str name, str instance_of, err *e);
must_check err_code luis_learned_delete(luis_draft *d, str id, err *e);

/* ---- parts of hierarchical and composite entities ---- */

/* A composite's part is an entity of the app, or "Hierarchical::Child". */
must_check err_code luis_part_add(luis_draft *d, luis_kind kind, str entity_id, str name, str *id, err *e);
must_check err_code luis_part_rename(luis_draft *d, str entity_id, str part_id, str name, err *e); /* hierarchical */
must_check err_code luis_part_delete(luis_draft *d, luis_kind kind, str entity_id, str part_id, err *e);

/* ---- sublists of closed lists, values of explicit lists ---- */

must_check err_code luis_sublist_add(luis_draft *d, str entity_id, const luis_sublist *v, int64_t *id, err *e);
must_check err_code luis_sublists_append(luis_draft *d, str entity_id, luis_sublists v, err *e);
must_check err_code luis_sublist_replace(luis_draft *d, str entity_id, int64_t id, const luis_sublist *v, err *e);
must_check err_code luis_sublist_delete(luis_draft *d, str entity_id, int64_t id, err *e);

must_check err_code luis_explicit_add(luis_draft *d, str entity_id, str value, int64_t *id, err *e);
must_check err_code luis_explicit_replace(luis_draft *d, str entity_id, int64_t id, str value, err *e);
must_check err_code luis_explicit_delete(luis_draft *d, str entity_id, int64_t id, err *e);

/* ---- roles: unique in the app ---- */

must_check err_code luis_role_add(luis_draft *d, luis_kind kind, str entity_id, str name, str *id, err *e);
must_check err_code luis_role_rename(luis_draft *d, luis_kind kind, str entity_id, str id, str name, err *e);
/* Labels and patterns keep the entity; labels of a list, a prebuilt or an expression, which need a role, go. */
must_check err_code luis_role_delete(luis_draft *d, luis_kind kind, str entity_id, str id, err *e);

/* ---- phrase lists ---- */

typedef struct luis_phraselist_patch {
  str name, words; /* .p NULL: stays */
  opt_bool interchangeable, activated, enabled_for_all_models;
} luis_phraselist_patch;

must_check err_code luis_phraselist_add(luis_draft *d, const luis_phraselist *v, int64_t *id, err *e);
must_check err_code luis_phraselist_update(luis_draft *d, int64_t id, const luis_phraselist_patch *p, err *e);
must_check err_code luis_phraselist_delete(luis_draft *d, int64_t id, err *e);

/* ---- features of an intent, a machine-learned entity or a child ---- */

/* A feature that names no phrase list but a model is taken for that. is_required: prebuilts, closed lists and
 * expressions only. Adding one that is there replaces it. */
must_check err_code luis_feature_add(luis_draft *d, str model_id, luis_feature f, err *e);
must_check err_code luis_features_replace(luis_draft *d, str model_id, luis_features f, err *e);
must_check err_code luis_feature_delete(luis_draft *d, str model_id, luis_feature f, err *e);

/* ---- patterns ---- */

must_check err_code luis_pattern_add(luis_draft *d, str pattern, str intent_name, str *id, err *e);
must_check err_code luis_pattern_replace(luis_draft *d, str id, str pattern, str intent_name, err *e);
must_check err_code luis_pattern_delete(luis_draft *d, str id, err *e);

/* ---- examples ---- */

/* To find utterances by their text; for one run of changes of one draft. */
typedef struct luis_examples {
  luis_draft *d;
  luis_app app;
  luis_index index;
  strmap by_text; /* lower case */
  arena scratch;
} luis_examples;

void luis_examples_open(luis_examples *x, luis_draft *d);
void luis_examples_close(luis_examples *x);
/* n: {"text","intentName","entityLabels"}. The text is kept in lower case; an utterance of that text is
 * replaced and keeps its id. *text: as kept, also after an error where the row has one (else .p NULL). After an
 * error the draft is as it was. */
must_check err_code luis_example_put(luis_examples *x, const jnode *n, int64_t *id, str *text, err *e);
must_check err_code luis_example_delete(luis_draft *d, int64_t id, err *e);

#endif

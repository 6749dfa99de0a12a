/* luis_edit_int.h -- what the files of luis_edit share: finding by id, carrying a change through the draft. */
#ifndef DRAGOMAN_PROJECT_LUIS_EDIT_INT_H
#define DRAGOMAN_PROJECT_LUIS_EDIT_INT_H

#include "project/clu_fields.h"
#include "project/luis_draft_form.h"
#include "project/luis_edit.h"

/* ---- finding ---- */

typedef struct entity_at {
  luis_kind kind;
  size_t index;
  draft_entity *v;
} entity_at;

must_check err_code luis__entity_by_id(const luis_draft *d, luis_kind kind, str id, entity_at *out, err *e);
must_check bool luis__entity_by_name(const luis_draft *d, str name, entity_at *out);
must_check bool luis__intent_by_name(const luis_draft *d, str name, size_t *index);

typedef struct child_at {
  draft_children *siblings;
  size_t index;
} child_at;
must_check bool luis__child_by_id(const luis_draft *d, str id, child_at *out);

/* The features of an intent, an entity or a child. */
must_check err_code luis__features_of(const luis_draft *d, str model_id, luis_features **out, err *e);
bool luis__is_phraselist(const luis_draft *d, str name);
/* The name is that of a prebuilt, a closed list or an expression. */
bool luis__may_be_required(const luis_draft *d, str model);

/* ---- carrying a change through ----
 * Called while the draft still has what is changed under its old name. to .p NULL: it goes away. */

void luis__carry_entity(luis_draft *d, const entity_at *at, str to);
void luis__carry_child(luis_draft *d, const child_at *at, str to);
void luis__carry_part(luis_draft *d, const draft_entity *en, str part, str to); /* of a hierarchical entity */
void luis__carry_role(luis_draft *d, const entity_at *at, str role, str to);
void luis__carry_intent(luis_draft *d, size_t index, str to);
void luis__carry_phraselist(luis_draft *d, str name, str to);

/* After a model has gone: features that name nothing any more, as those of its children, go too. */
void luis__drop_dangling_features(luis_draft *d);
/* An entity, an intent or a child has the name. */
bool luis__is_model(const luis_draft *d, str name);

/* ---- the end of every change ---- */

/* The app is valid. */
must_check err_code luis__sound(const luis_draft *d, err *e);

#endif

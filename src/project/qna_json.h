/* qna_json.h -- knowledge bases in JSON: the import and export file, and its parts as the API carries them.
 * Member names are read in any letter case and unknown ones are passed over, as clients rely on.
 * Source: reference question-answering §4. */
#ifndef DRAGOMAN_PROJECT_QNA_JSON_H
#define DRAGOMAN_PROJECT_QNA_JSON_H

#include "base/json_in.h"
#include "base/json_out.h"
#include "project/qna.h"

/* All readers copy their strings into a and leave *out as it was on an error: ERR_INVALID_ARGUMENT
 * with the place ("assets.qnas[3].questions[0]"), ERR_QUOTA_EXCEEDED for a limit. */

/* The whole file {metadata, assets}. Pairs without id get the next free ones; sources that pairs name are added. */
must_check err_code qna_read(const jnode *root, arena *a, knowledge_base *out, err *e);
/* The same in the form of a file, without project name and dates. */
void qna_write(const knowledge_base *kb, buf *out);

/* {"description","language","multilingualResource","settings":{"defaultAnswer"}}: what is absent stays as it is in
 * *inout, null removes it. */
must_check err_code qna_metadata_patch(const jnode *n, arena *a, knowledge_base *inout, err *e);
/* The members of that object, inside an open one. */
void qna_metadata_write(jw *w, const knowledge_base *kb);

/* One pair; its id is 0 when the object has none. */
must_check err_code qna_pair_read(const jnode *n, arena *a, qna_pair *out, err *e);
/* {"id","answer","source",…}. */
void qna_pair_write(jw *w, const qna_pair *p);
/* The values of these members of a pair, as answers of the runtime carry them too. */
void qna_questions_write(jw *w, const qna_pair *p);
void qna_tags_write(jw *w, const qna_pair *p);
void qna_dialog_write(jw *w, const qna_pair *p);

/* Array of {"op":"add"|"replace"|"delete","value":{…}} applied to kb; *out shares kb's memory. A pair that is added
 * without id gets the next one; a prompt may carry the pair it leads to (member qna), which is added. To replace
 * what is not there is an error, to delete it is not. */
must_check err_code qna_pairs_patch(const knowledge_base *kb, const jnode *ops, int64_t now_us, arena *a,
                                    knowledge_base *out, err *e);
/* The same for sources; deleting one deletes its pairs. */
must_check err_code qna_sources_patch(const knowledge_base *kb, const jnode *ops, int64_t now_us, arena *a,
                                      knowledge_base *out, err *e);
void qna_source_write(jw *w, const qna_source *s);

/* [{"alterations":[…]}, …] */
must_check err_code qna_synonyms_read(const jnode *arr, arena *a, qna_synonyms **out, size_t *n, err *e);
void qna_synonyms_write(jw *w, const knowledge_base *kb);

/* Members of objects, the letter case of names ignored. */
jnode qna_member(const jnode *obj, const char *key);

#endif

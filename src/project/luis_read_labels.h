/* luis_read_labels.h -- labels of one utterance of a LUIS JSON file. Shared inside project/. */
#ifndef DRAGOMAN_PROJECT_LUIS_READ_LABELS_H
#define DRAGOMAN_PROJECT_LUIS_READ_LABELS_H

#include "base/json_in.h"
#include "project/luis.h"

/* What the members of an utterance's labels are called. */
typedef struct luis_label_words {
  const char *list, *entity, *start, *end;
} luis_label_words;
extern const luis_label_words luis__file_words;    /* "entities": "entity", "startPos", "endPos" */
extern const luis_label_words luis__example_words; /* "entityLabels": "entityName", "startCharIndex", "endCharIndex" */

/* n: the JSON object of the utterance; u->text is set. Schema 6 and earlier have labels of children beside that of
 * their parent: they are put into it. Labels live in a; scratch is reset. */
must_check err_code luis__labels_read(const luis_app *app, const luis_index *x, const luis_label_words *words,
                                      const jnode *n, arena *a, arena *scratch, luis_utterance *u, err *e);

#endif

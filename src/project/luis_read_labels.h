/* luis_read_labels.h -- labels of one utterance of a LUIS JSON file. Shared inside project/. */
#ifndef DRAGOMAN_PROJECT_LUIS_READ_LABELS_H
#define DRAGOMAN_PROJECT_LUIS_READ_LABELS_H

#include "base/json_in.h"
#include "project/luis.h"

/* n: the JSON object of the utterance; u->text is set. Schema 6 and earlier have labels of children beside that of
 * their parent: they are put into it. Labels live in a; scratch is reset. */
must_check err_code luis__labels_read(const luis_app *app, const luis_index *x, const jnode *n, arena *a,
                                      arena *scratch, luis_utterance *u, err *e);

#endif

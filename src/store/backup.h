/* backup.h -- a whole store as one file, and a store from such a file, whichever database is behind it
 * (doc/formats.md, "Back-up"). */
#ifndef DRAGOMAN_STORE_BACKUP_H
#define DRAGOMAN_STORE_BACKUP_H

#include "store/store.h"

/* Writes everything that is committed now, the model files that it needs and the secret to path, which
 * appears when it is whole. Its server may be at work. Errors as store_open_reader. */
must_check err_code store_backup(const store_place *p, const char *path, err *e);
/* Makes an empty store into what the back-up is. ERR_CONFLICT: it is not empty, a server runs on it, it
 * has another secret, or a newer program made the back-up; ERR_CORRUPT: it is none, or damaged. */
must_check err_code store_restore(const char *path, const store_place *p, err *e);

#endif

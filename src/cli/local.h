/* local.h -- what the commands without a server share: they are users of dragoman.h and know
 * nothing below it. */
#ifndef DRAGOMAN_CLI_LOCAL_H
#define DRAGOMAN_CLI_LOCAL_H

#include "dragoman.h"

/* One line on stderr about what (a file); CLI_FAILED. */
int local_fail(const char *what, const dragoman_error *e);

/* "Test", "Train" or "All"; checked by the option table. */
dragoman_dataset local_dataset(const char *name);

#endif

/* listen.h -- a listening TCP socket from "HOST:PORT". */
#ifndef DRAGOMAN_HTTP_LISTEN_H
#define DRAGOMAN_HTTP_LISTEN_H

#include "base/err.h"

enum { LISTEN_NAME_MAX = 300 };

/* "127.0.0.1:8080", "[::1]:0", "localhost:http", ":8080" (every address). Port 0 picks a free one. *fd is the
 * caller's; name gets "HOST:PORT" as bound. ERR_INVALID_ARGUMENT, ERR_IO, ERR_CONFLICT when the
 * address is in use. */
must_check err_code listen_open(const char *address, int backlog, int *fd, char name[LISTEN_NAME_MAX], err *e);

#endif

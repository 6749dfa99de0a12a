/* gzip.h -- compresses bytes as a gzip file (RFC 1952); file_read_maybe_gz reads such files. */
#ifndef DRAGOMAN_BASE_GZIP_H
#define DRAGOMAN_BASE_GZIP_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

/* Appends in, compressed. The same bytes give the same bytes. ERR_NO_MEMORY. */
must_check err_code gzip_add(buf *out, str in, err *e);

#endif

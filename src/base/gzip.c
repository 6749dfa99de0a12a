#include "base/gzip.h"

#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16, CHUNK = 1 << 28 }; /* 16: with a gzip header; zlib counts input in 32 bits */

static int add_chunk(z_stream *z, str *in, buf *out) {
  str chunk = str_make(in->p, MIN_OF(in->n, (size_t)CHUNK));
  *in = str_skip(*in, chunk.n);
  /* zlib takes what it only reads by a pointer that is not const. */
  z->next_in = (Bytef *)(uintptr_t)chunk.p;
  z->avail_in = (uInt)chunk.n;
  int flush = in->n ? Z_NO_FLUSH : Z_FINISH, zrc;
  do {
    enum { STEP = 256 * 1024 };
    VEC_RESERVE(out, out->n + STEP);
    z->next_out = (Bytef *)out->p + out->n;
    z->avail_out = STEP;
    zrc = deflate(z, flush);
    out->n += STEP - z->avail_out;
  } while (zrc == Z_OK && (z->avail_in || flush == Z_FINISH));
  return zrc;
}

err_code gzip_add(buf *out, str in, err *e) {
  z_stream z = {0};
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return err_set(e, ERR_NO_MEMORY, "not enough memory to compress");
  int zrc;
  do zrc = add_chunk(&z, &in, out);
  while (zrc == Z_OK);
  deflateEnd(&z);
  return zrc == Z_STREAM_END ? ERR_OK : err_set(e, ERR_INTERNAL, "compressing failed: %d", zrc);
}

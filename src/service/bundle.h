/* bundle.h -- an exported model as one signed file, from which `dragoman serve --model` answers alone.
 * Layout: doc/formats.md, "Model bundle". The signature is Ed25519 over all that is before it, by a key
 * that is derived from the store's secret; the public half is in the file and names the signer. */
#ifndef DRAGOMAN_SERVICE_BUNDLE_H
#define DRAGOMAN_SERVICE_BUNDLE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"

enum { BUNDLE_KEY_BYTES = 32, BUNDLE_KEY_HEX = 64 };

typedef struct bundle_info {
  str project, name, model_id, model_label, config_version;
  int64_t trained_us, exported_us;
} bundle_info;

must_check err_code bundle__write(const bundle_info *info, str model_file, const uint8_t secret[SHA256_BYTES], buf *out,
                                  err *e);

typedef struct bundle {
  bundle_info info;
  str model_file;                  /* in the bytes given */
  char signer[BUNDLE_KEY_HEX + 1]; /* public key, lower-case hex */
} bundle;
/* Checks lengths and signature. signer.n: it must be that one (ERR_UNAUTHORIZED). ERR_CORRUPT. */
must_check err_code bundle__read(str bytes, str signer, arena *a, bundle *out, err *e);

#endif

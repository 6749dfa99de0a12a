#include "service/bundle.h"

#include <openssl/evp.h>

#include "base/json_in.h"
#include "base/json_out.h"

/* DESIGN. All numbers little-endian:
 *
 *   0   8  "DRGBUNDL"
 *   8   4  version (1)
 *   12  4  bytes of the manifest
 *   16  8  bytes of the model file
 *   24  32 public key of the signer
 *   56  8  0
 *   64     manifest (JSON), zeros to a multiple of 64, model file, signature (64 bytes) */

enum { VERSION = 1, HEADER_BYTES = 64, SIGNATURE_BYTES = 64, ALIGN = 64, MANIFEST_MAX = 1 << 20 };
static const char magic[8] = "DRGBUNDL";

static void put_le(uint8_t *p, uint64_t v, int n) {
  for (int i = 0; i < n; i++) p[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t get_le(const char *p, int n) {
  uint64_t v = 0;
  for (int i = 0; i < n; i++) v |= (uint64_t)(uint8_t)p[i] << (8 * i);
  return v;
}

/* ---- the key ------------------------------------------------------------------------------------ */

/* The seed is the HMAC-SHA256 of a NUL and "bundle" with the secret: no message of a resource's key
 * begins with a NUL. */
static EVP_PKEY *signing_key(const uint8_t secret[SHA256_BYTES]) {
  uint8_t seed[SHA256_BYTES];
  hmac_sha256(str_make((const char *)secret, SHA256_BYTES), STR("\0bundle"), seed);
  return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
}

static err_code sign(EVP_PKEY *key, buf *out, err *e) {
  uint8_t signature[SIGNATURE_BYTES];
  size_t n = sizeof signature;
  EVP_MD_CTX *md = EVP_MD_CTX_new();
  bool ok = md && EVP_DigestSignInit(md, NULL, NULL, NULL, key) == 1 &&
            EVP_DigestSign(md, signature, &n, (const uint8_t *)out->p, out->n) == 1;
  EVP_MD_CTX_free(md);
  if (!ok) return err_set(e, ERR_INTERNAL, "the bundle cannot be signed");
  buf_add(out, signature, n);
  return ERR_OK;
}

static bool is_signed(const uint8_t *public_key, str bytes, const uint8_t *signature) {
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, BUNDLE_KEY_BYTES);
  EVP_MD_CTX *md = EVP_MD_CTX_new();
  bool ok = key && md && EVP_DigestVerifyInit(md, NULL, NULL, NULL, key) == 1 &&
            EVP_DigestVerify(md, signature, SIGNATURE_BYTES, (const uint8_t *)bytes.p, bytes.n) == 1;
  EVP_MD_CTX_free(md);
  EVP_PKEY_free(key);
  return ok;
}

/* ---- writing ------------------------------------------------------------------------------------ */

static void write_manifest(const bundle_info *b, buf *out) {
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_kstr(&w, "projectName", b->project);
  jw_kstr(&w, "exportedModelName", b->name);
  jw_kstr(&w, "modelId", b->model_id);
  jw_kstr(&w, "trainedModelLabel", b->model_label);
  jw_kstr(&w, "modelTrainingConfigVersion", b->config_version);
  jw_kint(&w, "trainedUs", b->trained_us);
  jw_kint(&w, "exportedUs", b->exported_us);
  jw_end(&w);
}

static size_t padding_of(size_t n) {
  return (ALIGN - n % ALIGN) % ALIGN;
}

err_code bundle__write(const bundle_info *info, str model_file, const uint8_t secret[SHA256_BYTES], buf *out, err *e) {
  static const char zeros[ALIGN];
  uint8_t header[HEADER_BYTES] = {0};
  size_t n = BUNDLE_KEY_BYTES;
  buf manifest = {0};
  EVP_PKEY *key = signing_key(secret);
  if (!key || EVP_PKEY_get_raw_public_key(key, header + 24, &n) != 1) {
    EVP_PKEY_free(key);
    return err_set(e, ERR_INTERNAL, "the bundle's key cannot be made");
  }
  write_manifest(info, &manifest);
  memcpy(header, magic, sizeof magic);
  put_le(header + 8, VERSION, 4);
  put_le(header + 12, manifest.n, 4);
  put_le(header + 16, model_file.n, 8);
  buf_add(out, header, sizeof header);
  buf_add_str(out, buf_str(&manifest));
  buf_add(out, zeros, padding_of(manifest.n));
  buf_add_str(out, model_file);
  err_code rc = sign(key, out, e);
  buf_free(&manifest);
  EVP_PKEY_free(key);
  return rc;
}

/* ---- reading ------------------------------------------------------------------------------------ */

static err_code read_manifest(str json, arena *a, bundle_info *out, err *e) {
  jdoc *doc = NULL;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = jn_req_str(&root, "projectName", &out->project, e);
  if (rc == ERR_OK) rc = jn_req_str(&root, "exportedModelName", &out->name, e);
  if (rc == ERR_OK) rc = jn_req_str(&root, "modelId", &out->model_id, e);
  if (rc == ERR_OK) rc = jn_req_str(&root, "trainedModelLabel", &out->model_label, e);
  if (rc == ERR_OK) rc = jn_req_str(&root, "modelTrainingConfigVersion", &out->config_version, e);
  if (rc == ERR_OK) rc = jn_req_int(&root, "trainedUs", 0, INT64_MAX, &out->trained_us, e);
  if (rc == ERR_OK) rc = jn_req_int(&root, "exportedUs", 0, INT64_MAX, &out->exported_us, e);
  str *texts[] = {&out->project, &out->name, &out->model_id, &out->model_label, &out->config_version};
  for (size_t i = 0; rc == ERR_OK && i < ARRAY_LEN(texts); i++) *texts[i] = arena_str(a, *texts[i]);
  jn_free(doc);
  return rc;
}

static err_code damaged(err *e, const char *what) {
  return err_set(e, ERR_CORRUPT, "the model bundle %s", what);
}

err_code bundle__read(str bytes, str signer, arena *a, bundle *out, err *e) {
  *out = (bundle){0};
  if (bytes.n < HEADER_BYTES + SIGNATURE_BYTES || memcmp(bytes.p, magic, sizeof magic) != 0)
    return damaged(e, "is no model bundle");
  if (get_le(bytes.p + 8, 4) != VERSION) return damaged(e, "is of another version");
  size_t manifest_n = (size_t)get_le(bytes.p + 12, 4);
  uint64_t model_n = get_le(bytes.p + 16, 8);
  if (manifest_n > MANIFEST_MAX || model_n > bytes.n) return damaged(e, "has lengths that cannot be");
  size_t model_at = HEADER_BYTES + manifest_n + padding_of(manifest_n);
  if (model_at + model_n + SIGNATURE_BYTES != bytes.n) return damaged(e, "is cut off, or has more than it says");
  const uint8_t *key = (const uint8_t *)bytes.p + 24;
  hex_encode(key, BUNDLE_KEY_BYTES, out->signer);
  if (signer.n && !str_eq_nocase(signer, str_of(out->signer)))
    return err_set(e, ERR_UNAUTHORIZED, "the model bundle is signed by %s", out->signer);
  str body = str_make(bytes.p, bytes.n - SIGNATURE_BYTES);
  if (!is_signed(key, body, (const uint8_t *)bytes.p + body.n)) return damaged(e, "is not as it was signed");
  out->model_file = str_make(bytes.p + model_at, (size_t)model_n);
  err ignored;
  if (read_manifest(str_make(bytes.p + HEADER_BYTES, manifest_n), a, &out->info, &ignored) != ERR_OK)
    return damaged(e, "has a manifest that cannot be read");
  return ERR_OK;
}

#include "model/model_file.h"

#include "base/hash.h"

#include <assert.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "model files are mapped as they are: little-endian only");
_Static_assert(sizeof(model_section) == 24, "stored as it is");

static const char magic[8] = {'D', 'R', 'G', 'M', 'O', 'D', 'E', 'L'};

typedef struct file_header {
  char magic[8];
  uint32_t version;
  uint32_t section_count;
  uint64_t file_bytes; /* with trailer */
  uint64_t hash;       /* of header (this field 0) and table */
  uint8_t reserved[32];
} file_header;
_Static_assert(sizeof(file_header) == MODEL_FILE_HEADER_BYTES, "stored as it is");

static size_t align_up(size_t n) {
  return (n + MODEL_FILE_ALIGN - 1) & ~(size_t)(MODEL_FILE_ALIGN - 1);
}

static void pad_to(buf *b, size_t n) {
  static const char zeros[MODEL_FILE_ALIGN];
  while (b->n < n) buf_add(b, zeros, MIN_OF(n - b->n, sizeof zeros));
}

static uint64_t header_hash(file_header h, const model_section *table) {
  h.hash = 0;
  uint64_t seed = hash64(&h, sizeof h, MODEL_FILE_VERSION);
  return hash64(table, h.section_count * sizeof *table, seed);
}

void model_writer_add(model_writer *w, uint32_t id, size_t element_bytes, const void *elements, size_t count) {
  assert(w->count < MODEL_FILE_MAX_SECTIONS);
  assert(w->count == 0 || w->table[w->count - 1].id < id);
  pad_to(&w->sections, align_up(w->sections.n));
  w->table[w->count++] = (model_section){
      .id = id, .element_bytes = (uint32_t)element_bytes, .offset_bytes = w->sections.n, .count = count};
  buf_add(&w->sections, elements, element_bytes * count);
}

void model_writer_finish(const model_writer *w, buf *out) {
  size_t table_bytes = w->count * sizeof *w->table;
  size_t first = align_up(sizeof(file_header) + table_bytes);
  model_section table[MODEL_FILE_MAX_SECTIONS] = {0};
  for (size_t i = 0; i < w->count; i++) {
    table[i] = w->table[i];
    table[i].offset_bytes += first;
  }
  file_header h = {.version = MODEL_FILE_VERSION, .section_count = (uint32_t)w->count};
  memcpy(h.magic, magic, sizeof magic);
  h.file_bytes = first + w->sections.n + SHA256_BYTES;
  h.hash = header_hash(h, table);

  VEC_RESERVE(out, (size_t)h.file_bytes);
  out->n = 0;
  buf_add(out, &h, sizeof h);
  buf_add(out, table, table_bytes);
  pad_to(out, first);
  buf_add(out, w->sections.p, w->sections.n);
  uint8_t digest[SHA256_BYTES];
  sha256(out->p, out->n, digest);
  buf_add(out, digest, sizeof digest);
}

void model_writer_free(model_writer *w) {
  buf_free(&w->sections);
  w->count = 0;
}

static err_code check_table(const file_header *h, const model_section *table, err *e) {
  uint64_t end = sizeof *h + h->section_count * sizeof *table, limit = h->file_bytes - SHA256_BYTES;
  for (size_t i = 0; i < h->section_count; i++) {
    const model_section *s = &table[i];
    if (i && s->id <= table[i - 1].id) return err_set(e, ERR_CORRUPT, "the model's sections are out of order");
    if (s->element_bytes == 0 || s->offset_bytes % MODEL_FILE_ALIGN || s->offset_bytes < end ||
        s->offset_bytes > limit || s->count > (limit - s->offset_bytes) / s->element_bytes)
      return err_set(e, ERR_CORRUPT, "section %u of the model lies outside the file", (unsigned)s->id);
    end = s->offset_bytes + s->count * s->element_bytes;
  }
  return ERR_OK;
}

err_code model_file_open(const uint8_t *bytes, size_t size, bool verify, model_file *out, err *e) {
  if (size < sizeof(file_header) + SHA256_BYTES) return err_set(e, ERR_CORRUPT, "the model file is too short");
  file_header h;
  memcpy(&h, bytes, sizeof h);
  if (memcmp(h.magic, magic, sizeof magic)) return err_set(e, ERR_CORRUPT, "this is not a model file");
  if (h.version != MODEL_FILE_VERSION)
    return err_set(e, ERR_CORRUPT, "model file format %u is not supported (known: %d)", (unsigned)h.version,
                   MODEL_FILE_VERSION);
  if (h.file_bytes != size)
    return err_set(e, ERR_CORRUPT, "the model file has %zu bytes, its header says %llu", size,
                   (unsigned long long)h.file_bytes);
  if (h.section_count > MODEL_FILE_MAX_SECTIONS ||
      sizeof h + h.section_count * sizeof(model_section) > size - SHA256_BYTES)
    return err_set(e, ERR_CORRUPT, "the model's section table is too long");
  const model_section *table = (const model_section *)(bytes + sizeof h);
  if (header_hash(h, table) != h.hash) return err_set(e, ERR_CORRUPT, "the model's header is damaged");
  err_code rc = check_table(&h, table, e);
  if (rc) return rc;
  if (verify) {
    uint8_t digest[SHA256_BYTES];
    sha256(bytes, size - SHA256_BYTES, digest);
    if (memcmp(digest, bytes + size - SHA256_BYTES, SHA256_BYTES))
      return err_set(e, ERR_CORRUPT, "the model's checksum does not match its content");
  }
  *out = (model_file){.bytes = bytes, .size = size, .table = table, .count = h.section_count};
  return ERR_OK;
}

err_code model_file_find(const model_file *f, uint32_t id, size_t element_bytes, const void **elements, size_t *count,
                         err *e) {
  *elements = NULL;
  *count = 0;
  for (size_t i = 0; i < f->count; i++) {
    const model_section *s = &f->table[i];
    if (s->id != id) continue;
    if (s->element_bytes != element_bytes)
      return err_set(e, ERR_CORRUPT, "section %u of the model has elements of %u bytes, not %zu", (unsigned)id,
                     (unsigned)s->element_bytes, element_bytes);
    *elements = f->bytes + s->offset_bytes;
    *count = (size_t)s->count;
  }
  return ERR_OK;
}

err_code model_file_get(const model_file *f, uint32_t id, size_t element_bytes, size_t count, const void **elements,
                        err *e) {
  size_t n;
  err_code rc = model_file_find(f, id, element_bytes, elements, &n, e);
  if (rc) return rc;
  if (n != count)
    return err_set(e, ERR_CORRUPT, "section %u of the model has %zu elements, not %zu", (unsigned)id, n, count);
  return ERR_OK;
}

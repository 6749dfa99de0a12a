/* model_file.h -- the container of a model: header, section table, sections, SHA-256 trailer.
 *
 *   header 64 bytes | table, 24 bytes a section | sections, each at a multiple of 64 | SHA-256
 *
 * All numbers little-endian. The header carries a hash of itself and the table, so that opening a
 * file without reading all of it still notices damage there; what a section holds is checked by
 * its reader (model_open.c, luis_open.c) and bounded again where it is used. Layout in full: doc/formats.md. */
#ifndef DRAGOMAN_MODEL_MODEL_FILE_H
#define DRAGOMAN_MODEL_MODEL_FILE_H

#include "base/err.h"
#include "base/vec.h"

enum { MODEL_FILE_VERSION = 1, MODEL_FILE_HEADER_BYTES = 64, MODEL_FILE_ALIGN = 64, MODEL_FILE_MAX_SECTIONS = 96 };

/* One line of the section table, as stored. */
typedef struct model_section {
  uint32_t id;            /* ascending in the table */
  uint32_t element_bytes; /* size of one element, > 0 */
  uint64_t offset_bytes;  /* from the start of the file, multiple of MODEL_FILE_ALIGN */
  uint64_t count;         /* elements */
} model_section;

/* Collects sections and writes the file. Zero-initialise; model_writer_free. */
typedef struct model_writer {
  buf sections; /* bytes after the table, each section aligned */
  model_section table[MODEL_FILE_MAX_SECTIONS];
  size_t count;
} model_writer;

/* Appends a copy of count elements; ids must ascend from call to call. */
void model_writer_add(model_writer *w, uint32_t id, size_t element_bytes, const void *elements, size_t count);
/* The whole file, header to trailer, into out. */
void model_writer_finish(const model_writer *w, buf *out);
void model_writer_free(model_writer *w);

/* Checked view of a file's bytes, which are borrowed. */
typedef struct model_file {
  const uint8_t *bytes; /* aligned to 64 */
  size_t size;
  const model_section *table;
  size_t count;
} model_file;

/* Checks magic, version, lengths, table, and with verify the trailer. ERR_CORRUPT says what is
 * wrong. */
must_check err_code model_file_open(const uint8_t *bytes, size_t size, bool verify, model_file *out, err *e);

/* Elements of section id, NULL with *count = 0 when the file has none of that id. ERR_CORRUPT when
 * its elements have another size. */
must_check err_code model_file_find(const model_file *f, uint32_t id, size_t element_bytes, const void **elements,
                                    size_t *count, err *e);
/* The same for a section that must hold exactly count elements (0: may be absent). */
must_check err_code model_file_get(const model_file *f, uint32_t id, size_t element_bytes, size_t count,
                                   const void **elements, err *e);

#endif

/* First byte 'B': the rest, from the 16th byte on, is a matcher block as list_open must check it. Else:
 * lines of synonyms; each must be found where it stands. */
#include "fuzz/fuzz.h"
#include "recognize/list.h"
#include "text/utf8.h"

enum { BLOCK_AT = 16, MAX_ENTRIES = 64 };

static void search(const list_matcher *m, str text) {
  arena a;
  arena_init(&a, 0);
  tokens t;
  tokenize(text, &a, &t);
  list_match *v;
  size_t n;
  list_find(m, &t, &a, &v, &n);
  for (size_t i = 0; i < n; i++)
    FUZZ_CHECK(v[i].token_count > 0 && v[i].first_token < t.n && v[i].token_count <= t.n - v[i].first_token);
  arena_fini(&a);
}

static void hostile_block(const uint8_t *data, size_t n) {
  size_t bytes = n - BLOCK_AT;
  uint8_t *block = aligned_alloc(16, (bytes + 15) / 16 * 16 + 16);
  memcpy(block, data + BLOCK_AT, bytes);
  list_matcher m;
  err e = {0};
  if (list_open(block, bytes, &m, &e) == ERR_OK)
    search(&m, STR("new york city of new york new york city"));
  else
    FUZZ_CHECK(e.code == ERR_CORRUPT);
  free(block);
}

/* The whole line must be among the matches at its first token. */
static void check_found(const list_matcher *m, const list_entry *entry) {
  arena a;
  arena_init(&a, 0);
  tokens t;
  tokenize(entry->synonym, &a, &t);
  list_match *v;
  size_t n;
  list_find(m, &t, &a, &v, &n);
  bool found = t.n == 0;
  for (size_t i = 0; i < n; i++)
    found |= v[i].first_token == 0 && v[i].token_count == t.n && v[i].value == entry->value;
  FUZZ_CHECK(found);
  arena_fini(&a);
}

static void synonyms(str text) {
  list_entry entries[MAX_ENTRIES];
  size_t n = 0;
  for (str rest = text; rest.n && n < MAX_ENTRIES; n++) {
    size_t line = str_find_byte(rest, '\n');
    entries[n] = (list_entry){str_make(rest.p, line), (uint32_t)n, 0};
    rest = str_skip(rest, line + 1);
  }
  buf block = {0};
  list_matcher m;
  FUZZ_CHECK(list_build(entries, n, &block, NULL) == ERR_OK);
  FUZZ_CHECK(list_open((const uint8_t *)block.p, block.n, &m, NULL) == ERR_OK);
  for (size_t i = 0; i < n; i++) check_found(&m, &entries[i]);
  search(&m, text);
  buf_free(&block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  str text = str_make((const char *)data, n);
  if (n >= BLOCK_AT && data[0] == 'B')
    hostile_block(data, n);
  else if (utf8_valid(text, NULL))
    synonyms(text);
  return 0;
}

/* models.h -- shared by the models inside recognize/: picking edges and building answers. */
#ifndef DRAGOMAN_RECOGNIZE_MODELS_H
#define DRAGOMAN_RECOGNIZE_MODELS_H

#include "base/vec.h"
#include "recognize/expr.h"
#include "recognize/recognize.h"

enum { GROUP_BITS_ALL = 0x1F };
enum {
#define GROUP(name, bit) GROUP_##name = 1u << (bit),
#include "recognize/vocabulary.def"
};

/* Growing answers in the arena. */
typedef struct found {
  recognized *v;
  size_t n, cap;
  const folded_text *f;
  arena *a;
} found;

/* New answer over bytes [begin, end) of the folded text; its text is the folded one. */
recognized *found_add(found *out, recognize_model model, const char *type, uint32_t begin, uint32_t end);
/* Same over tokens. */
recognized *found_add_edge(found *out, const chart *ch, recognize_model model, const char *type, const edge *e);
void attr_add_str(arena *a, attr_list *l, const char *key, str v);
void attr_add_num(arena *a, attr_list *l, const char *key, double v);
void attr_add_bool(arena *a, attr_list *l, const char *key, bool v);
void attr_add_null(arena *a, attr_list *l, const char *key);

/* Edges of the symbols wanted, leftmost, then longest, then in the order of symbols; without
 * overlap. keep (may be NULL) drops candidates before the choice. Returns the count, ids in *ids. */
typedef bool (*edge_filter)(const chart *ch, const edge *e, void *context);
uint32_t select_edges(const chart *ch, const uint16_t *symbols, uint32_t n, edge_filter keep, void *context,
                      uint32_t **ids);

/* As .NET writes a double with 15 significant digits: "103.666666666667", "1E-07". */
str format_number(arena *a, double v);
/* The same as .NET writes it for a culture whose values have another decimal mark: "1,232E+15". */
str format_value(const chart *ch, double v);

void find_numbers(const chart *ch, const recognize_options *o, found *out);
void find_ordinals(const chart *ch, const recognize_options *o, found *out);
void find_percentages(const chart *ch, const recognize_options *o, found *out);
void find_number_ranges(const chart *ch, const recognize_options *o, found *out);
void find_ages(const chart *ch, found *out);
void find_currencies(const chart *ch, found *out);
void find_dimensions(const chart *ch, found *out);
void find_temperatures(const chart *ch, found *out);
void find_booleans(const chart *ch, found *out);
void find_datetimes(const chart *ch, const recognize_options *o, found *out);
/* Sequences read the folded text alone. */
void find_emails(const folded_text *f, found *out);
void find_urls(const folded_text *f, found *out);
void find_phones(const folded_text *f, const culture *c, found *out);
void find_ips(const folded_text *f, found *out);
void find_hashtags(const folded_text *f, found *out);
void find_mentions(const folded_text *f, found *out);
void find_guids(const folded_text *f, found *out);
void find_quoted(const folded_text *f, found *out);

#endif

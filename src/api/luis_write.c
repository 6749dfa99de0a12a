#include "api/luis_write.h"

#include <stdio.h>

void luis_text_init(luis_text *t, str query, arena *a) {
  *t = (luis_text){.query = query, .spelling = {.text = query}};
  offset_map_init(&t->units, query, OFFSET_UTF16, a);
}

luis_ordinal luis_found_ordinal(const luis_found *f) {
  return str_eq(f->name, STR("ordinalV2")) || str_eq(f->feature, STR("ordinalV2")) ? LUIS_ORDINAL_V2 : LUIS_ORDINAL;
}

str luis_found_type(const luis_found *f, char room[LUIS_TYPE_MAX]) {
  if (f->prebuilt && (f->kind == LUIS_PREBUILT || f->feature.p)) {
    luis_builtin_type(f->prebuilt, luis_found_ordinal(f), room);
    return str_of(room);
  }
  if (f->feature.p) return f->feature;
  if (f->kind != LUIS_PREBUILT) return f->name;
  snprintf(room, LUIS_TYPE_MAX, "builtin." STR_FMT "%s" STR_FMT, STR_ARG(f->name), f->subtype.n ? "." : "",
           STR_ARG(f->subtype));
  return str_of(room);
}

luis_place luis_found_place(const luis_text *t, const luis_found *f) {
  uint32_t begin = spelling_place_before(&t->spelling, f->begin_bytes, false);
  uint32_t end = spelling_place_before(&t->spelling, f->end_bytes, true);
  return (luis_place){.begin = offset_of_byte(&t->units, begin),
                      .end = offset_of_byte(&t->units, end),
                      .text = str_make(t->query.p + begin, end - begin)};
}

str luis_found_text(const luis_text *t, const luis_found *f) {
  return str_make(t->spelling.text.p + f->begin_bytes, f->end_bytes - f->begin_bytes);
}

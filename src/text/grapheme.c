#include "text/grapheme.h"

#include <utf8proc.h>

grapheme_class text__grapheme_class(uint32_t cp) {
  const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)cp);
  switch ((utf8proc_boundclass_t)property->boundclass) {
  case UTF8PROC_BOUNDCLASS_CR: return GRAPHEME_CR;
  case UTF8PROC_BOUNDCLASS_LF: return GRAPHEME_LF;
  case UTF8PROC_BOUNDCLASS_CONTROL: return GRAPHEME_CONTROL;
  case UTF8PROC_BOUNDCLASS_L: return GRAPHEME_L;
  case UTF8PROC_BOUNDCLASS_V: return GRAPHEME_V;
  case UTF8PROC_BOUNDCLASS_T: return GRAPHEME_T;
  case UTF8PROC_BOUNDCLASS_LV: return GRAPHEME_LV;
  case UTF8PROC_BOUNDCLASS_LVT: return GRAPHEME_LVT;
  case UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR: return GRAPHEME_REGIONAL;
  case UTF8PROC_BOUNDCLASS_SPACINGMARK: return GRAPHEME_SPACING_MARK;
  case UTF8PROC_BOUNDCLASS_ZWJ: return GRAPHEME_EXTEND;
  case UTF8PROC_BOUNDCLASS_EXTEND:
    if (cp >= 0x1f3fb && cp <= 0x1f3ff) return GRAPHEME_OTHER;   /* emoji modifiers: Extend since 11.0 */
    if (cp >= 0xe0020 && cp <= 0xe007f) return GRAPHEME_CONTROL; /* tags: Extend since 9.0 */
    return GRAPHEME_EXTEND;
  case UTF8PROC_BOUNDCLASS_PREPEND: /* empty in 8.0; its format characters were Control */
    return property->category == UTF8PROC_CATEGORY_CF ? GRAPHEME_CONTROL : GRAPHEME_OTHER;
  default: return GRAPHEME_OTHER;
  }
}

bool text__grapheme_break(grapheme_class before, grapheme_class after) {
  if (before == GRAPHEME_CR) return after != GRAPHEME_LF;
  if (before == GRAPHEME_LF || before == GRAPHEME_CONTROL) return true;
  switch (after) {
  case GRAPHEME_CR:
  case GRAPHEME_LF:
  case GRAPHEME_CONTROL: return true;
  case GRAPHEME_EXTEND:
  case GRAPHEME_SPACING_MARK: return false;
  case GRAPHEME_REGIONAL: return before != GRAPHEME_REGIONAL;
  case GRAPHEME_L:
  case GRAPHEME_LV:
  case GRAPHEME_LVT: return before != GRAPHEME_L;
  case GRAPHEME_V: return before != GRAPHEME_L && before != GRAPHEME_V && before != GRAPHEME_LV;
  case GRAPHEME_T:
    return before != GRAPHEME_V && before != GRAPHEME_LV && before != GRAPHEME_T && before != GRAPHEME_LVT;
  case GRAPHEME_OTHER: return true;
  }
  return true;
}

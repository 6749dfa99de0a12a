#include "recognize/models.h"

void find_datetimes(const chart *ch, const recognize_options *o, found *out) {
  (void)ch;
  (void)o;
  (void)out;
}

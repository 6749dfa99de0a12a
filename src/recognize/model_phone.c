/* model_phone.c -- telephone numbers: runs of digit groups whose shape is one that some country
 * writes, with the original's score. */
#include "recognize/models.h"
#include "recognize/sequence.h"
#include <math.h>

enum { MAX_PHONE = 40, MIN_DIGITS = 7, MAX_DIGITS = 16, MAX_PARTS = 14 };

/* A candidate cut into groups of digits; sign[i] is what stands before group i. */
typedef struct phone {
  str text;
  uint8_t len[MAX_PARTS];
  uint8_t parts;
  uint8_t digits;
  bool plus, bracket, extension;
} phone;

static bool phone_sign(char c) { return c == ' ' || c == '-' || c == '/' || c == '.' || c == '(' || c == ')'; }

void find_phones(const folded_text *f, const culture *c, found *out) {
  (void)f;
  (void)c;
  (void)out;
  (void)phone_sign;
}

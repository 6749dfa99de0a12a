#include "base/ids.h"

#include "base/hash.h"
#include <stdio.h>
#include <time.h>

void id_hex32(char out[ID_HEX32_LEN + 1]) {
  uint8_t r[16];
  random_bytes(r, sizeof r);
  hex_encode(r, sizeof r, out);
}

void id_uuid(char out[ID_UUID_LEN + 1]) {
  uint8_t r[16];
  random_bytes(r, sizeof r);
  r[6] = (uint8_t)((r[6] & 0x0f) | 0x40);
  r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
  char h[33];
  hex_encode(r, sizeof r, h);
  snprintf(out, ID_UUID_LEN + 1, "%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16, h + 20);
}

void id_job(int64_t now_us, char out[ID_JOB_LEN + 1]) {
  enum { DAY_S = 86400 };
  const int64_t ticks_at_1970 = 621355968000000000LL, ticks_per_s = 10000000;
  int64_t midnight = now_us / 1000000 / DAY_S * DAY_S;
  char ticks[24];
  snprintf(ticks, sizeof ticks, "%018lld", (long long)(ticks_at_1970 + midnight * ticks_per_s));
  id_uuid(out);
  out[ID_UUID_LEN] = '_';
  memcpy(out + ID_UUID_LEN + 1, ticks, 18);
  out[ID_JOB_LEN] = '\0';
}

size_t id_model(str label, int64_t now_us, char *out) {
  struct tm tm;
  time_t t = (time_t)(now_us / 1000000);
  gmtime_r(&t, &tm);
  char when[32], hex[ID_HEX32_LEN + 1];
  strftime(when, sizeof when, "%Y%m%dT%I%M%S", &tm);
  id_hex32(hex);
  return (size_t)snprintf(out, label.n + 50, STR_FMT "-%s-%s", STR_ARG(label), when, hex);
}

bool id_is_job(str s) {
  if (s.n != ID_JOB_LEN) return false;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (i == ID_UUID_LEN ? c != '_'
        : dash           ? c != '-'
                         : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f' && i < ID_UUID_LEN)))
      return false;
  }
  return true;
}

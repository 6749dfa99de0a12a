#include "base/timeutil.h"

#include <stdio.h>
#include <time.h>

static int64_t clock_us(clockid_t id) {
  struct timespec ts;
  clock_gettime(id, &ts);
  return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t time_now_us(void) { return clock_us(CLOCK_REALTIME); }
int64_t time_mono_us(void) { return clock_us(CLOCK_MONOTONIC); }
int64_t time_thread_cpu_us(void) { return clock_us(CLOCK_THREAD_CPUTIME_ID); }
int64_t time_process_cpu_us(void) { return clock_us(CLOCK_PROCESS_CPUTIME_ID); }

int64_t time_local_us(int64_t t_us) {
  time_t seconds = (time_t)(t_us / 1000000);
  struct tm local;
  return localtime_r(&seconds, &local) ? t_us + (int64_t)local.tm_gmtoff * 1000000 : t_us;
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

static void to_tm(int64_t t_us, struct tm *tm, int *micros) {
  int64_t secs = floor_div(t_us, 1000000);
  time_t t = (time_t)secs;
  gmtime_r(&t, tm);
  *micros = (int)(t_us - secs * 1000000);
}

size_t time_rfc3339(int64_t t_us, int fraction_digits, char out[TIME_RFC3339_MAX]) {
  struct tm tm;
  int micros;
  to_tm(t_us, &tm, &micros);
  size_t n = strftime(out, TIME_RFC3339_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
  if (fraction_digits > 0) {
    char frac[16];
    snprintf(frac, sizeof frac, ".%06d0", micros);
    int keep = fraction_digits < 7 ? fraction_digits : 7;
    memcpy(out + n, frac, (size_t)keep + 1);
    n += (size_t)keep + 1;
  }
  out[n++] = 'Z';
  out[n] = '\0';
  return n;
}

size_t time_date(int64_t t_us, char out[TIME_RFC3339_MAX]) {
  struct tm tm;
  int micros;
  to_tm(t_us, &tm, &micros);
  return strftime(out, TIME_RFC3339_MAX, "%Y-%m-%d", &tm);
}

static bool digits(str s, size_t at, size_t n, int *out) {
  int v = 0;
  if (at + n > s.n) return false;
  for (size_t i = at; i < at + n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return false;
    v = v * 10 + (s.p[i] - '0');
  }
  *out = v;
  return true;
}

static bool byte_at(str s, size_t at, char c) { return at < s.n && s.p[at] == c; }

bool time_parse_rfc3339(str s, int64_t *t_us) {
  struct tm tm = {0};
  int year, mon;
  if (!digits(s, 0, 4, &year) || !byte_at(s, 4, '-') || !digits(s, 5, 2, &mon) || !byte_at(s, 7, '-') ||
      !digits(s, 8, 2, &tm.tm_mday) || !(byte_at(s, 10, 'T') || byte_at(s, 10, 't') || byte_at(s, 10, ' ')) ||
      !digits(s, 11, 2, &tm.tm_hour) || !byte_at(s, 13, ':') || !digits(s, 14, 2, &tm.tm_min) ||
      !byte_at(s, 16, ':') || !digits(s, 17, 2, &tm.tm_sec))
    return false;
  if (mon < 1 || mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
    return false;
  tm.tm_year = year - 1900;
  tm.tm_mon = mon - 1;
  size_t at = 19;
  int64_t micros = 0;
  if (byte_at(s, at, '.')) {
    int64_t scale = 100000;
    size_t first = ++at;
    for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, scale /= 10) micros += (s.p[at] - '0') * scale;
    if (at == first) return false;
  }
  int64_t shift = 0;
  if (at < s.n && (s.p[at] == 'Z' || s.p[at] == 'z')) {
    at++;
  } else {
    int h, m;
    if (!(byte_at(s, at, '+') || byte_at(s, at, '-')) || !digits(s, at + 1, 2, &h) || !byte_at(s, at + 3, ':') ||
        !digits(s, at + 4, 2, &m))
      return false;
    shift = (h * 3600 + m * 60) * (s.p[at] == '-' ? -1 : 1);
    at += 6;
  }
  if (at != s.n) return false;
  int mday = tm.tm_mday;
  int64_t secs = timegm(&tm);
  if (tm.tm_mday != mday) return false; /* 30 February */
  *t_us = (secs - shift) * 1000000 + micros;
  return true;
}

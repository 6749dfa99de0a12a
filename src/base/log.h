/* log.h -- lines to one file descriptor through a ring and one writer thread.
 *
 * Any thread may log; the call formats into a slot and returns, it never blocks and never makes a
 * system call. When the ring is full the line is dropped and counted; the writer reports the
 * count. Before log_start and after log_stop lines go straight to stderr. The one mutable global
 * of the program. Messages carry ids, never payloads or keys. */
#ifndef DRAGOMAN_BASE_LOG_H
#define DRAGOMAN_BASE_LOG_H

#include "base/base.h"
#include "base/str.h"

typedef enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } log_level;

enum { LOG_LINE_MAX = 2048 }; /* bytes; longer lines are cut */

/* fd stays the caller's. Lines below level are not formatted. */
void log_start(int fd, log_level level);
/* Writes what is in the ring, stops the writer. */
void log_stop(void);

/* {"time":…,"level":…,"message":…} */
void log_msg(log_level level, const char *fmt, ...) printf_like(2, 3);
#define log_debug(...) log_msg(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_msg(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_msg(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_msg(LOG_ERROR, __VA_ARGS__)

/* A finished line (JSON, without newline), e.g. of the access log. */
void log_line(str line);
/* Lines dropped since the start because the ring was full. */
uint64_t log_dropped(void);

#endif

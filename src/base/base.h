/* base.h -- compiler attributes and the two allocation rules, for every floor above.
 *
 * Allocation: small allocations never return NULL: mem_* logs and aborts when the machine has no
 * memory left. Sizes that come from outside (a body, a file) use the mem_try_* forms and answer
 * with an error. */
#ifndef DRAGOMAN_BASE_BASE_H
#define DRAGOMAN_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define must_check                      __attribute__((warn_unused_result))
#define printf_like(fmt_arg, first_arg) __attribute__((format(printf, fmt_arg, first_arg)))
#define ARRAY_LEN(a)                    (sizeof(a) / sizeof((a)[0]))
#define MIN_OF(a, b)                    ((a) < (b) ? (a) : (b))
#define MAX_OF(a, b)                    ((a) > (b) ? (a) : (b))

/* 1 in a build with AddressSanitizer, else 0. */
#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZED 1
#elif defined(__has_feature)
#define ADDRESS_SANITIZED __has_feature(address_sanitizer)
#else
#define ADDRESS_SANITIZED 0
#endif

/* Heap memory of at least 1 byte; aborts with one line on stderr when there is none.
 * Freed with free(). mem_zalloc and mem_grow check n*size for overflow (abort). */
void *mem_alloc(size_t n) __attribute__((malloc, returns_nonnull));
void *mem_zalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *mem_realloc(void *p, size_t n) __attribute__((returns_nonnull));
char *mem_strdup(const char *s) __attribute__((malloc, returns_nonnull));

/* For sizes that come from outside: NULL when there is no memory or n*size overflows. */
void *mem_try_alloc(size_t n, size_t size) __attribute__((malloc));

/* Grow *p (elements of elem_size bytes, capacity *cap) so that at least need elements fit;
 * amortised doubling. */
void mem_grow(void **p, size_t *cap, size_t need, size_t elem_size);

#endif

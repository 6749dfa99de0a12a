#include "service/readers.h"

#include <stdint.h>
#include <urcu/urcu-bp.h>

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

/* liburcu orders readers and reclaimers by means that ThreadSanitizer cannot see; these two calls
 * tell it: what happened before live_leave happened before the grace period's end. */
#if defined(__SANITIZE_THREAD__)
static const char rcu_token;
static void tsan_reader_left(void) {
  __tsan_release((void *)(uintptr_t)&rcu_token);
}
static void tsan_readers_gone(void) {
  __tsan_acquire((void *)(uintptr_t)&rcu_token);
}
#else
static void tsan_reader_left(void) {}
static void tsan_readers_gone(void) {}
#endif

void live_enter(void) {
  urcu_bp_read_lock();
}
void live_leave(void) {
  tsan_reader_left();
  urcu_bp_read_unlock();
}

void live__wait_readers(void) {
  urcu_bp_synchronize_rcu();
  tsan_readers_gone();
}

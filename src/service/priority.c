#include "service/priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

void priority__lower(int nice_by) {
  if (setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), nice_by) != 0)
    log_warn("a thread in the background runs at normal priority");
}

#include "service/training_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/timeutil.h"

enum { POLL_MS = 50, LINE_MAX_BYTES = 4096 };
static const int64_t CANCEL_GRACE_US = 5000000;

extern char **environ;

/* ---- start --------------------------------------------------------------------------------------- */

/* A process group of its own, so that Ctrl-C on the server's terminal reaches the server alone; the
 * signals as a new program expects them, whatever the calling thread blocks. */
static int set_attributes(posix_spawnattr_t *attr) {
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  static const int reset[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGCHLD};
  for (size_t i = 0; i < ARRAY_LEN(reset); i++) sigaddset(&defaults, reset[i]);
  int rc = posix_spawnattr_setsigmask(attr, &none);
  if (!rc) rc = posix_spawnattr_setsigdefault(attr, &defaults);
  if (!rc) rc = posix_spawnattr_setpgroup(attr, 0);
  if (!rc) rc = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  return rc;
}

static int spawn(const char *program, const char *work_dir, int out, pid_t *pid) {
  char *argv[] = {"dragoman", "train-job", (char *)(uintptr_t)work_dir, NULL};
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attr;
  int rc = posix_spawn_file_actions_init(&files);
  if (rc) return rc;
  rc = posix_spawnattr_init(&attr);
  if (!rc) {
    rc = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!rc) rc = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    if (!rc) rc = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    if (!rc) rc = set_attributes(&attr);
    if (!rc) rc = posix_spawn(pid, program, &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
  }
  posix_spawn_file_actions_destroy(&files);
  return rc;
}

err_code process__start(const char *program, const char *work_dir, training_process *out, err *e) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return err_errno(e, errno, "cannot make a pipe");
  pid_t pid = 0;
  int failed = spawn(program, work_dir, ends[1], &pid);
  close(ends[1]);
  if (failed) {
    close(ends[0]);
    return err_errno(e, failed, "cannot start %s", program);
  }
  *out = (training_process){.pid = pid, .out = ends[0]};
  return ERR_OK;
}

/* ---- watch --------------------------------------------------------------------------------------- */

static void give_lines(training_process *p, const process_watch *w) {
  size_t first = 0;
  for (size_t i = 0; i < p->line.n; i++) {
    if (p->line.p[i] != '\n') continue;
    w->on_line(w->ctx, str_make(p->line.p + first, i - first));
    first = i + 1;
  }
  if (p->line.n - first >= LINE_MAX_BYTES) first = p->line.n; /* no line of ours */
  memmove(p->line.p, p->line.p + first, p->line.n - first);
  p->line.n -= first;
}

/* False at the end of its output. */
static bool read_lines(training_process *p, const process_watch *w) {
  char bytes[1024];
  struct pollfd fd = {.fd = p->out, .events = POLLIN};
  if (poll(&fd, 1, POLL_MS) <= 0) return true;
  ssize_t n = read(p->out, bytes, sizeof bytes);
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  if (n == 0) return false;
  buf_add(&p->line, bytes, (size_t)n);
  give_lines(p, w);
  return true;
}

typedef struct ending {
  process_end why;  /* PROCESS_EXITED while nobody asked it to end */
  int64_t asked_us; /* monotonic */
  bool killed;
} ending;

static void end_if_asked(const training_process *p, const process_watch *w, int64_t started_us, ending *x) {
  int64_t now = time_mono_us();
  if (x->why == PROCESS_EXITED) {
    if (atomic_load(w->stopping))
      x->why = PROCESS_STOPPED;
    else if (now - started_us > w->limit_us)
      x->why = PROCESS_TIMED_OUT;
    else if (atomic_load(w->cancelled))
      x->why = PROCESS_CANCELLED;
    else
      return;
    x->asked_us = now;
    kill(p->pid, x->why == PROCESS_CANCELLED ? SIGTERM : SIGKILL);
  } else if (!x->killed && (atomic_load(w->stopping) || now - x->asked_us > CANCEL_GRACE_US)) {
    x->killed = true;
    kill(p->pid, SIGKILL);
  }
}

process_end process__watch(training_process *p, const process_watch *w, int *code) {
  int64_t started = time_mono_us();
  ending x = {.why = PROCESS_EXITED};
  bool open = true;
  int status = 0;
  for (;;) {
    end_if_asked(p, w, started, &x);
    if (open)
      open = read_lines(p, w);
    else
      usleep(POLL_MS * 1000 / 10);
    pid_t done = waitpid(p->pid, &status, WNOHANG);
    if (done == p->pid || (done < 0 && errno != EINTR)) break;
  }
  while (open && read_lines(p, w)) {
    struct pollfd fd = {.fd = p->out, .events = POLLIN};
    if (poll(&fd, 1, 0) <= 0) break; /* a grandchild may hold the pipe: take what is there, not more */
  }
  close(p->out);
  buf_free(&p->line);
  *code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  if (x.why != PROCESS_EXITED) return x.why;
  return WIFSIGNALED(status) ? PROCESS_SIGNALLED : PROCESS_EXITED;
}

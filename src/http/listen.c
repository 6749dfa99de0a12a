#include "http/listen.h"

#include "base/str.h"
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static err_code split_address(const char *address, char host[256], char port[32], err *e) {
  const char *colon = strrchr(address, ':');
  if (!colon) return err_set(e, ERR_INVALID_ARGUMENT, "'%s' is not HOST:PORT", address);
  str h = str_make(address, (size_t)(colon - address));
  if (h.n >= 2 && h.p[0] == '[' && h.p[h.n - 1] == ']') h = str_make(h.p + 1, h.n - 2);
  if (!str_copy_to(h, host, 256) || !str_copy_to(str_of(colon + 1), port, 32) || !port[0])
    return err_set(e, ERR_INVALID_ARGUMENT, "'%s' is not HOST:PORT", address);
  return ERR_OK;
}

static int try_bind(const struct addrinfo *ai, int backlog) {
  int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, ai->ai_protocol);
  if (fd < 0) return -1;
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, backlog) == 0) return fd;
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

static err_code name_of(int fd, const char *host, char name[LISTEN_NAME_MAX], err *e) {
  struct sockaddr_storage sa;
  socklen_t n = sizeof sa;
  char numeric[256], port[32];
  if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0) return err_errno(e, errno, "reading the bound address");
  int rc = getnameinfo((struct sockaddr *)&sa, n, numeric, sizeof numeric, port, sizeof port,
                       NI_NUMERICHOST | NI_NUMERICSERV);
  if (rc) return err_set(e, ERR_IO, "reading the bound address: %s", gai_strerror(rc));
  const char *shown = host[0] ? host : numeric;
  bool brackets = strchr(shown, ':') != NULL;
  snprintf(name, LISTEN_NAME_MAX, "%s%s%s:%s", brackets ? "[" : "", shown, brackets ? "]" : "", port);
  return ERR_OK;
}

err_code listen_open(const char *address, int backlog, int *fd, char name[LISTEN_NAME_MAX], err *e) {
  char host[256], port[32];
  err_code rc = split_address(address, host, port, e);
  if (rc) return rc;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *list = NULL;
  int gai = getaddrinfo(host[0] ? host : NULL, port, &hints, &list);
  if (gai) return err_set(e, ERR_INVALID_ARGUMENT, "'%s' cannot be resolved: %s", address, gai_strerror(gai));
  *fd = -1;
  for (struct addrinfo *ai = list; ai && *fd < 0; ai = ai->ai_next) *fd = try_bind(ai, backlog);
  int saved = errno;
  freeaddrinfo(list);
  if (*fd < 0 && saved == EADDRINUSE) return err_set(e, ERR_CONFLICT, "%s is in use by another program", address);
  if (*fd < 0) return err_errno(e, saved, "listening on %s", address);
  rc = name_of(*fd, host, name, e);
  if (rc) close(*fd);
  return rc;
}

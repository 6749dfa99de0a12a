#include "store/sqlite/sqlite.h"

#include <errno.h>

err_code sqlite__error(sqlite3 *db, err *e, const char *what) {
  int code = db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;
  int sys = db ? sqlite3_system_errno(db) : 0;
  err_code rc = ERR_IO;
  switch (code) {
  case SQLITE_FULL: rc = ERR_NO_SPACE; break;
  case SQLITE_IOERR:
  case SQLITE_CANTOPEN: rc = sys == ENOSPC || sys == EDQUOT ? ERR_NO_SPACE : ERR_IO; break;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB: rc = ERR_CORRUPT; break;
  case SQLITE_NOMEM: rc = ERR_NO_MEMORY; break;
  case SQLITE_CONSTRAINT: rc = ERR_CONFLICT; break;
  case SQLITE_BUSY:
  case SQLITE_LOCKED: rc = ERR_UNAVAILABLE; break;
  default: break;
  }
  return err_set(e, rc, "%s: %s", what, db ? sqlite3_errmsg(db) : "out of memory");
}

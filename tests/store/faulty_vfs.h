/* faulty_vfs.h -- a VFS between SQLite and the file system that lets writes and syncs pass until it is
 * told to fail them: a full or a failing disk. Becomes the default VFS of the test program. */
#ifndef DRAGOMAN_TESTS_STORE_FAULTY_VFS_H
#define DRAGOMAN_TESTS_STORE_FAULTY_VFS_H

#include <sqlite3.h>

void faulty_vfs_install(void);
/* After budget more writes and syncs (of all files) every further one fails: a write with failure
 * (SQLITE_FULL, SQLITE_IOERR_WRITE), a sync with SQLITE_IOERR_FSYNC. Any thread. */
void faulty_vfs_fail_after(long budget, int failure);
void faulty_vfs_heal(void);

#endif

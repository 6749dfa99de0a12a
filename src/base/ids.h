/* ids.h -- identifiers in the shapes that clients see on the wire (reference: authoring §1.4). */
#ifndef DRAGOMAN_BASE_IDS_H
#define DRAGOMAN_BASE_IDS_H

#include "base/base.h"
#include "base/str.h"

enum { ID_UUID_LEN = 36, ID_JOB_LEN = 36 + 1 + 18, ID_HEX32_LEN = 32 };

/* Random UUID version 4, lower case, with NUL. */
void id_uuid(char out[ID_UUID_LEN + 1]);
/* 32 random hex digits, with NUL. */
void id_hex32(char out[ID_HEX32_LEN + 1]);
/* UUID + "_" + .NET ticks of the UTC midnight before now_us, with NUL. */
void id_job(int64_t now_us, char out[ID_JOB_LEN + 1]);
/* "<label>-<yyyyMMdd>T<hhmmss>-<32 hex>" with the 12-hour clock of the original; out takes
 * label.n + 50 bytes. Returns the length. */
size_t id_model(str label, int64_t now_us, char *out);
bool id_is_job(str s);

#endif

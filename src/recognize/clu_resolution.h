/* clu_resolution.h -- what a recogniser found, as the `resolutions` of CLU.
 * Source: reference clu-runtime §6, prebuilt-entities §2 and §6. Pure. */
#ifndef DRAGOMAN_RECOGNIZE_CLU_RESOLUTION_H
#define DRAGOMAN_RECOGNIZE_CLU_RESOLUTION_H

#include "recognize/recognize.h"

/* One resolution a candidate value, each begins with resolutionKind; past before future as the
 * recogniser orders them. None for the kinds that CLU resolves by no value (names, sequences) and
 * where the contract has no place for it (angles, a unit without its number). *out lives in a. */
void clu_resolutions(const recognized *r, arena *a, attr_list **out, size_t *n);

/* The CLU enum value of a unit as recognisers name it, in any of their languages ("Milla por hora":
 * kind "Speed", unit "MilesPerHour"). False when CLU has no such unit. */
must_check bool clu_unit_find(str name, const char **kind, const char **unit);

#endif

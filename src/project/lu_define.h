/* lu_define.h -- the declarations of a .lu file: entities, phrase lists, features. Shared inside project/. */
#ifndef DRAGOMAN_PROJECT_LU_DEFINE_H
#define DRAGOMAN_PROJECT_LU_DEFINE_H

#include "project/lu_reader.h"

/* First pass: the name and type of an "@ type name" line, so that other lines may leave the type out. */
must_check err_code lu__announce(lu_reader *r, const lu_piece *line, err *e);
/* "@ …", "$ …", and the bullets below them. Set the section. */
must_check err_code lu__declare(lu_reader *r, const lu_piece *line, err *e);
must_check err_code lu__declare_legacy(lu_reader *r, const lu_piece *line, err *e);
must_check err_code lu__define(lu_reader *r, const lu_piece *bullet, size_t indent, err *e);
/* Features, whose names may be declared later. */
must_check err_code lu__finish_declarations(lu_reader *r, err *e);

#endif

/* lu_reader.h -- what is known of a .lu file while it is read, and how its readers add to it. Shared inside project/.
 *
 *   text -> lines (lu_read.c) -> declarations (lu_define.c) -> utterances and patterns (lu_utterances.c) -> app
 *
 * Labels may use names that are declared later, and phrase lists may apply to all models: so lines of intents are
 * kept until the whole file has been seen. */
#ifndef DRAGOMAN_PROJECT_LU_READER_H
#define DRAGOMAN_PROJECT_LU_READER_H

#include "base/vec.h"
#include "project/lu_line.h"
#include "project/luis.h"
#include "project/notes.h"

/* A piece of a line and where it stands. */
typedef struct lu_piece {
  str s;
  uint32_t line;   /* from 1 */
  uint32_t column; /* bytes before s in its line */
  str whole;       /* the line */
} lu_piece;

/* A child while its parent is being read: children become arrays at the end. */
typedef struct lu_child lu_child;
struct lu_child {
  luis_child c;
  lu_child *first, *last, *next;
  lu_child *parent; /* NULL: the entity itself */
  size_t count;     /* of its children */
  size_t indent;    /* of its line */
};

/* A feature whose name may be declared later. */
typedef struct lu_use {
  lu_piece name;
  luis_features *to; /* of a child; NULL: of the model below */
  bool is_intent, is_required;
  luis_ref entity;
  uint32_t intent;
} lu_use;

typedef struct lu_body { /* a line of an intent */
  lu_piece p;
  uint32_t intent;
  lu_line parsed;
} lu_body;

typedef struct lu_entity {
  luis_entity en;
  lu_child children; /* the root: its first, last, count */
  uint32_t line;     /* of the declaration; 0: made by a label or a pattern */
} lu_entity;

typedef enum lu_section { LU_NOWHERE, LU_INTENT, LU_ENTITY, LU_PHRASELIST, LU_NO_BODY } lu_section;

typedef struct lu_reader {
  arena *a;
  notes *l;
  luis_app app;
  VEC(luis_intent) intents;
  VEC(uint32_t) intent_lines;
  VEC(lu_entity) entities[LUIS_KIND_COUNT];
  VEC(luis_phraselist) phraselists;
  VEC(uint32_t) phraselist_lines;
  VEC(buf) phraselist_words;
  VEC(bool) phraselist_flagged; /* says for which models it is */
  VEC(luis_setting) settings;
  VEC(lu_use) uses;
  VEC(lu_body) bodies;
  VEC(luis_utterance) utterances;
  VEC(uint32_t) utterance_lines;
  VEC(luis_pattern) patterns;
  VEC(uint32_t) pattern_lines;
  strmap intent_ids, entity_ids, phraselist_ids, child_names;
  strmap role_owners; /* role -> entity_ids value of the first that has it */
  strmap seen;        /* utterances and patterns, to drop the second of two */
  strmap setting_ids; /* of settings */
  /* the section that a bullet belongs to */
  lu_section section;
  uint32_t intent, phraselist;
  luis_ref entity;
  lu_child *child; /* the last one of a machine-learned entity */
} lu_reader;

/* Appends to a pair (pointer, count) in the arena. */
#define LU_PUSH(arena_, pair, T, value)                                                                                \
  do {                                                                                                                 \
    if (((pair)->n & ((pair)->n - 1)) == 0) {                                                                          \
      T *grown_ = ARENA_ARRAY((arena_), T, (pair)->n ? (pair)->n * 2 : 1);                                             \
      if ((pair)->n) memcpy(grown_, (pair)->v, (pair)->n * sizeof *grown_);                                            \
      (pair)->v = grown_;                                                                                              \
    }                                                                                                                  \
    T pushed_ = (value);                                                                                               \
    memcpy((void *)(uintptr_t) & (pair)->v[(pair)->n++], &pushed_, sizeof(T));                                         \
  } while (0)

/* a, l: borrowed as long as the reader; l may be NULL. */
void lu__reader_init(lu_reader *r, arena *a, notes *l);
void lu__reader_fini(lu_reader *r);

/* ERR_INVALID_ARGUMENT at byte at of the piece. */
err_code lu__fail(const lu_piece *p, size_t at, err *e, const char *fmt, ...) printf_like(4, 5);
void lu__note(lu_reader *r, const lu_piece *p, const char *fmt, ...) printf_like(3, 4);
/* The part of p that s, which points into it, is. */
lu_piece lu__part(const lu_piece *p, str s);
lu_piece lu__trim(const lu_piece *p);

/* Intents, entities, phrase lists by name; made when they are new. Names are checked, at p. */
must_check err_code lu__intent(lu_reader *r, const lu_piece *p, uint32_t *index, err *e);
must_check err_code lu__entity(lu_reader *r, luis_kind kind, const lu_piece *p, luis_ref *ref, err *e);
must_check err_code lu__phraselist(lu_reader *r, const lu_piece *p, uint32_t *index, err *e);
must_check bool lu__find(const lu_reader *r, str name, luis_ref *ref);
/* The first entity that has the role. */
must_check bool lu__owner(const lu_reader *r, str role, luis_ref *ref);
lu_entity *lu__at(lu_reader *r, luis_ref ref);
must_check err_code lu__role(lu_reader *r, luis_ref ref, const lu_piece *p, err *e);

#endif

#include "cli/commands.h"

#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 32, NEAR_ENOUGH = 2 };

int cli_fail(const err *e) {
  const char *message = e->message[0] ? e->message : err_default_message(e->code);
  if (e->target[0])
    fprintf(stderr, "dragoman: %s (%s)\n", message, e->target);
  else
    fprintf(stderr, "dragoman: %s\n", message);
  return CLI_FAILED;
}

int cli_finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return CLI_OK;
  err e;
  (void)err_errno(&e, errno, "cannot write the output");
  return cli_fail(&e);
}

/* Edit distance of Levenshtein; both names are shorter than NAME_MAX_BYTES. */
static size_t edit_distance(const char *a, const char *b) {
  size_t row[NAME_MAX_BYTES + 1];
  size_t an = strlen(a), bn = strlen(b);
  for (size_t j = 0; j <= bn; j++) row[j] = j;
  for (size_t i = 1; i <= an; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= bn; j++) {
      size_t replace = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = MIN_OF(replace, MIN_OF(row[j], row[j - 1]) + 1);
    }
  }
  return row[bn];
}

static const char *nearest(const command *table, size_t n, const char *name) {
  const char *best = NULL;
  size_t best_distance = NEAR_ENOUGH + 1;
  if (strlen(name) >= NAME_MAX_BYTES) return NULL;
  for (size_t i = 0; i < n; i++) {
    if (!table[i].summary) continue;
    size_t d = edit_distance(name, table[i].name);
    if (d < best_distance) {
      best_distance = d;
      best = table[i].name;
    }
  }
  return best;
}

static void print_list(FILE *to, const char *group, const command *table, size_t n) {
  const char *space = group[0] ? " " : "";
  fprintf(to, "Usage: dragoman %s%sCOMMAND …\n\nCommands:\n", group, space);
  for (size_t i = 0; i < n; i++)
    if (table[i].summary) fprintf(to, "  %-14s %s\n", table[i].name, table[i].summary);
  fprintf(to, "\ndragoman %s%sCOMMAND --help tells more about one.\n", group, space);
}

int command_dispatch(const char *group, const command *table, size_t n, int argc, char **argv) {
  const char *space = group[0] ? " " : "";
  if (argc < 2) {
    print_list(stderr, group, table, n);
    return CLI_USAGE;
  }
  const char *name = argv[1];
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
    print_list(stdout, group, table, n);
    return cli_finish_output();
  }
  for (size_t i = 0; i < n; i++)
    if (strcmp(table[i].name, name) == 0) return table[i].run(argc - 1, argv + 1);
  const char *guess = nearest(table, n, name);
  if (guess) {
    fprintf(stderr, "dragoman: there is no command \"%s%s%s\"; did you mean \"%s%s%s\"?\n", group, space, name, group,
            space, guess);
  } else {
    fprintf(stderr, "dragoman: there is no command \"%s%s%s\" (see dragoman %s%s--help)\n", group, space, name, group,
            space);
  }
  return CLI_USAGE;
}

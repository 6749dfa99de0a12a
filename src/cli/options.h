/* options.h -- command-line options from a table; the same table prints `--help`.
 *
 *   bool json = false;
 *   const option options[] = {OPT_FLAG("json", &json, "print JSON")};
 *   const command_help help = {.name = "train", .arguments = "FILE -o MODEL", …};
 *   const char *args[1];
 *   int status;
 *   if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 1, 1, &status)) return status;
 *
 * Options may stand before, between and after the arguments; "--name VALUE", "--name=VALUE",
 * "-o VALUE"; "--" ends them. */
#ifndef DRAGOMAN_CLI_OPTIONS_H
#define DRAGOMAN_CLI_OPTIONS_H

#include "base/base.h"

typedef enum option_kind {
  OPTION_FLAG, /* out: bool *, set true */
  OPTION_TEXT, /* out: const char **, borrowed from argv */
  OPTION_INT   /* out: int64_t *, within [lo, hi] */
} option_kind;

typedef struct option {
  const char *name; /* without dashes */
  char letter;      /* 0: none */
  option_kind kind;
  void *out;          /* keeps what it held when the option is not given */
  const char *value;  /* name of the value in the help: "FILE" */
  const char *help;   /* one line */
  int64_t lo, hi;     /* OPTION_INT */
  const char *choice; /* OPTION_TEXT: the accepted values as "a|b|c"; NULL: any */
} option;

/* Rows of the table. */
#define OPT_FLAG(name_, out_, help_)                                                                                   \
  { .name = (name_), .kind = OPTION_FLAG, .out = (out_), .help = (help_) }
#define OPT_TEXT(name_, out_, value_, help_)                                                                           \
  { .name = (name_), .kind = OPTION_TEXT, .out = (out_), .value = (value_), .help = (help_) }
#define OPT_CHOICE(name_, out_, value_, choice_, help_)                                                                \
  { .name = (name_), .kind = OPTION_TEXT, .out = (out_), .value = (value_), .help = (help_), .choice = (choice_) }
#define OPT_INT(name_, out_, lo_, hi_, help_)                                                                          \
  { .name = (name_), .kind = OPTION_INT, .out = (out_), .value = "N", .help = (help_), .lo = (lo_), .hi = (hi_) }

typedef struct command_help {
  const char *name;      /* "train", "projects import" */
  const char *arguments; /* "FILE -o MODEL" */
  const char *summary;   /* a sentence or more, lines of at most 78 characters */
  const char *examples;  /* command lines, each with "  " before and a newline after */
} command_help;

/* Fills the options and args[0..args_max) (NULL where none was given). False when the command is
 * over: *status is CLI_OK after --help, CLI_USAGE after one line on stderr. */
must_check bool options_parse(const command_help *help, const option *options, size_t option_count, int argc,
                              char **argv, const char **args, size_t args_min, size_t args_max, int *status);

/* "dragoman train: <message>" and where to find the help, on stderr. Returns CLI_USAGE. */
int options_usage_error(const command_help *help, const char *fmt, ...) printf_like(2, 3);

#endif

#include "cli/options.h"

#include "base/str.h"
#include "cli/commands.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

int options_usage_error(const command_help *help, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fprintf(stderr, "dragoman %s: ", help->name);
  vfprintf(stderr, fmt, ap);
  fprintf(stderr, " (see dragoman %s --help)\n", help->name);
  va_end(ap);
  return CLI_USAGE;
}

static void print_option(const option *o) {
  char left[64];
  int n = o->letter ? snprintf(left, sizeof left, "-%c, --%s", o->letter, o->name)
                    : snprintf(left, sizeof left, "    --%s", o->name);
  if (o->kind != OPTION_FLAG && n > 0 && (size_t)n < sizeof left)
    snprintf(left + n, sizeof left - (size_t)n, " %s", o->value);
  printf("  %-26s %s\n", left, o->help);
  if (o->choice) printf("  %-26s one of %s\n", "", o->choice);
}

static void print_help(const command_help *help, const option *options, size_t option_count) {
  printf("Usage: dragoman %s %s\n\n%s\n\nOptions:\n", help->name, help->arguments, help->summary);
  for (size_t i = 0; i < option_count; i++) print_option(&options[i]);
  printf("  %-26s %s\n", "-h, --help", "print this help");
  if (help->examples) printf("\nExamples:\n%s", help->examples);
}

/* Is text one of "a|b|c"? */
static bool is_choice(const char *choice, str text) {
  for (str rest = str_of(choice);;) {
    size_t bar = str_find_byte(rest, '|');
    if (str_eq(str_make(rest.p, bar), text)) return true;
    if (bar == rest.n) return false;
    rest = str_skip(rest, bar + 1);
  }
}

static bool take_value(const command_help *help, const option *o, const char *value, int *status) {
  if (o->kind == OPTION_TEXT) {
    if (o->choice && !is_choice(o->choice, str_of(value))) {
      *status = options_usage_error(help, "--%s takes %s, not \"%s\"", o->name, o->choice, value);
      return false;
    }
    *(const char **)o->out = value;
    return true;
  }
  if (str_to_i64(str_of(value), o->lo, o->hi, o->out)) return true;
  *status = options_usage_error(help, "--%s takes a whole number from %" PRId64 " to %" PRId64 ", not \"%s\"", o->name,
                                o->lo, o->hi, value);
  return false;
}

/* The option that arg names; *value is what follows "=", or NULL. */
static const option *find_option(const option *options, size_t n, const char *arg, const char **value) {
  *value = NULL;
  if (arg[1] != '-') {
    for (size_t i = 0; i < n; i++)
      if (options[i].letter && arg[1] == options[i].letter && arg[2] == '\0') return &options[i];
    return NULL;
  }
  str name = str_of(arg + 2);
  size_t equals = str_find_byte(name, '=');
  if (equals < name.n) *value = name.p + equals + 1;
  name.n = equals;
  for (size_t i = 0; i < n; i++)
    if (str_eq(str_of(options[i].name), name)) return &options[i];
  return NULL;
}

/* Consumes the option at argv[*i] and its value. */
static bool take_option(const command_help *help, const option *options, size_t n, int argc, char **argv, int *i,
                        int *status) {
  const char *value;
  const option *o = find_option(options, n, argv[*i], &value);
  if (!o) {
    *status = options_usage_error(help, "there is no option %s", argv[*i]);
    return false;
  }
  if (o->kind == OPTION_FLAG) {
    if (value) {
      *status = options_usage_error(help, "--%s takes no value", o->name);
      return false;
    }
    *(bool *)o->out = true;
    return true;
  }
  if (!value) {
    if (*i + 1 >= argc) {
      *status = options_usage_error(help, "--%s needs a value (%s)", o->name, o->value);
      return false;
    }
    value = argv[++*i];
  }
  return take_value(help, o, value, status);
}

static bool is_help(const char *arg) {
  return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

bool options_parse(const command_help *help, const option *options, size_t option_count, int argc, char **argv,
                   const char **args, size_t args_min, size_t args_max, int *status) {
  size_t arg_count = 0;
  bool options_ended = false;
  for (size_t i = 0; i < args_max; i++) args[i] = NULL;
  for (int i = 1; i < argc; i++) {
    const char *arg = argv[i];
    if (!options_ended && is_help(arg)) {
      print_help(help, options, option_count);
      *status = cli_finish_output();
      return false;
    }
    if (!options_ended && strcmp(arg, "--") == 0) {
      options_ended = true;
    } else if (!options_ended && arg[0] == '-' && arg[1] != '\0') {
      if (!take_option(help, options, option_count, argc, argv, &i, status)) return false;
    } else if (arg_count == args_max) {
      *status = options_usage_error(help, "unexpected argument \"%s\"", arg);
      return false;
    } else {
      args[arg_count++] = arg;
    }
  }
  if (arg_count >= args_min) return true;
  *status = options_usage_error(help, "too few arguments; usage: dragoman %s %s", help->name, help->arguments);
  return false;
}

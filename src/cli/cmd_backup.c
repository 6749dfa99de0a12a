/* cmd_backup.c -- `dragoman backup` and `dragoman restore`: a whole store as one file, and back. */
#include "cli/commands.h"
#include "cli/options.h"
#include "service/service.h"

#include <stdio.h>
#include <sys/stat.h>

static const command_help backup_help = {
    .name = "backup",
    .arguments = "FILE",
    .summary = "Writes the whole store to FILE: projects, models, deployments, history, jobs, keys.\n"
               "Its server may be at work: FILE is what was committed at one moment. Keep FILE as\n"
               "safe as the keys, which can be made from it.",
    .examples = "  dragoman backup /backup/today.dragoman\n"
                "  dragoman backup today.dragoman --data /var/lib/dragoman --database postgres://db/dragoman\n",
};
static const command_help restore_help = {
    .name = "restore",
    .arguments = "FILE",
    .summary = "Makes an empty store into what FILE is, with the same keys. No server may run on it.\n"
               "The back-up of an SQLite store can be restored to PostgreSQL, and the other way.",
    .examples = "  dragoman restore today.dragoman --data /var/lib/dragoman\n"
                "  dragoman restore today.dragoman --data node1 --database postgres://db/dragoman\n",
};

typedef err_code (*work)(const service_config *place, const char *path, err *e);

static int run(const command_help *help, work fn, const char *done, int argc, char **argv) {
  service_config place = {.data_dir = CLI_DATA_DIR};
  const char *args[1];
  const option options[] = {
      OPT_TEXT("data", &place.data_dir, "DIR", "the data directory (default " CLI_DATA_DIR ")"),
      OPT_TEXT("database", &place.database, "URL", "the database that its server shares with other nodes"),
      OPT_TEXT("secret-file", &place.secret_file, "FILE", "the secret of the nodes (default DIR/secret)"),
  };
  int status;
  if (!options_parse(help, options, ARRAY_LEN(options), argc, argv, args, 1, 1, &status)) return status;
  err e = {0};
  if (fn(&place, args[0], &e) != ERR_OK) return cli_fail(&e);
  struct stat st;
  double mib = stat(args[0], &st) == 0 ? (double)st.st_size / (1 << 20) : 0;
  printf("%s %s (%.1f MiB)\n", args[0], done, mib);
  return cli_finish_output();
}

int cmd_backup(int argc, char **argv) {
  return run(&backup_help, service_backup, "written", argc, argv);
}

int cmd_restore(int argc, char **argv) {
  return run(&restore_help, service_restore, "restored", argc, argv);
}

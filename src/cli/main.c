/* main.c -- `dragoman`: one program, the server and the tools around it. */
#include "cli/commands.h"
#include "dragoman.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const command commands[] = {
    {"serve", "run the server", cmd_serve},
    {"keys", "print the endpoint and keys of a resource, or replace one", cmd_keys},
    {"resources", "resources of a server: list, create, delete, …", cmd_resources},
    {"tokens", "bearer tokens: admin, create, list, revoke", cmd_tokens},
    {"backup", "write the whole store to a file", cmd_backup},
    {"restore", "make an empty store into what a back-up is", cmd_restore},
    {"train", "make a model file from a project file", cmd_train},
    {"evaluate", "measure a model on labelled utterances", cmd_evaluate},
    {"predict", "what a model makes of an utterance", cmd_predict},
    {"recognize", "numbers, units, dates and the like in a text", cmd_recognize},
    {"convert", "CLU project files, LUIS JSON and .lu into each other", cmd_convert},
    {"bench", "measure the speed of a model", cmd_bench},
    {"projects", "projects of a running server: list, import, train, …", cmd_projects},
    {"models", "trained models of a project: list, evaluation, …", cmd_models},
    {"deployments", "deployments of a project: list, deploy, swap, …", cmd_deployments},
    {"jobs", "long operations of a server: list, show, wait, cancel", cmd_jobs},
    {"replicate", "keep a second server up to date with a first", cmd_replicate},
    {"train-job", NULL, cmd_train_job},
};

int main(int argc, char **argv) {
  /* A reader that went away is an error of write, not the end of the process. */
  signal(SIGPIPE, SIG_IGN);
  if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
    printf("dragoman %s\n", dragoman_version());
    return cli_finish_output();
  }
  return command_dispatch("", commands, ARRAY_LEN(commands), argc, argv);
}

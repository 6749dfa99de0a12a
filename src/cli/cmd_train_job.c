/* cmd_train_job.c -- `dragoman train-job DIR`: what a server runs as the child process of a training
 * job; not for people. */
#include "cli/commands.h"
#include "service/training.h"

#include <stdio.h>

int cmd_train_job(int argc, char **argv) {
  if (argc != 2) {
    fputs("dragoman train-job: started by the server with the directory of its work\n", stderr);
    return CLI_USAGE;
  }
  return training_child_main(argv[1]);
}

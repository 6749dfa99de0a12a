/* cmd_recognize.h -- `dragoman recognize`: JSON Lines of cases in, JSON Lines of entities out. */
#ifndef DRAGOMAN_CLI_CMD_RECOGNIZE_H
#define DRAGOMAN_CLI_CMD_RECOGNIZE_H

/* argv[0] is "recognize". Returns the exit status: 0 ok, 1 failed with a line on stderr, 2 usage. */
int cmd_recognize(int argc, char **argv);

#endif

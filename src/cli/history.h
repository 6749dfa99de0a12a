/* history.h -- `dragoman deployments history|rollback|restore`. */
#ifndef DRAGOMAN_CLI_HISTORY_H
#define DRAGOMAN_CLI_HISTORY_H

int deployments_history(int argc, char **argv);
int deployments_rollback(int argc, char **argv);
int deployments_restore(int argc, char **argv);

#endif

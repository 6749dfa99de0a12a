/* trials.h -- `dragoman deployments shadow|canary|trial|end-trial`. */
#ifndef DRAGOMAN_CLI_TRIALS_H
#define DRAGOMAN_CLI_TRIALS_H

int deployments_shadow(int argc, char **argv);
int deployments_canary(int argc, char **argv);
int deployments_trial(int argc, char **argv);
int deployments_end_trial(int argc, char **argv);

#endif

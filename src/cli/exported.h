/* exported.h -- `dragoman models export|exported|bundle|unexport`. */
#ifndef DRAGOMAN_CLI_EXPORTED_H
#define DRAGOMAN_CLI_EXPORTED_H

int models_export(int argc, char **argv);
int models_exported(int argc, char **argv);
int models_bundle(int argc, char **argv);
int models_unexport(int argc, char **argv);

#endif

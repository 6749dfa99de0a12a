/* The command `recognize` alone, for scoring without the rest of the program. */
#include "cli/cmd_recognize.h"

int main(int argc, char **argv) {
  return cmd_recognize(argc, argv);
}

/* recognize.c -- what numbers, dates and units stand in a text, and what they mean.
 *
 *   cc recognize.c $(pkg-config --cflags --libs dragoman) -o recognize && ./recognize en-us "next friday at 5" */
#include <dragoman.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: recognize CULTURE TEXT\n"), 2;
  dragoman_error error;
  dragoman_recognizer *recognizer = NULL;
  const dragoman_recognized *found;
  size_t n;
  if (dragoman_recognizer_new(argv[1], &recognizer, &error) ||
      dragoman_recognize(recognizer, argv[2], strlen(argv[2]), NULL, &found, &n, &error)) {
    fprintf(stderr, "recognize: %s\n", error.message);
    return 1;
  }
  for (size_t i = 0; i < n; i++)
    printf("%s: %.*s %.*s\n", found[i].type, (int)found[i].text.n, found[i].text.p, (int)found[i].resolution.n,
           found[i].resolution.p);
  dragoman_recognizer_free(recognizer);
}

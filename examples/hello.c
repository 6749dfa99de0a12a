/* hello.c -- train a model on a project file and ask it something.
 *
 *   cc hello.c $(pkg-config --cflags --libs dragoman) -o hello && ./hello home.json "wake me at seven" */
#include <dragoman.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: hello PROJECT TEXT\n"), 2;
  dragoman_error error;
  dragoman_project *project = NULL;
  dragoman_model *model = NULL;
  if (dragoman_project_read(argv[1], &project, &error) || dragoman_train(project, NULL, "hello.model", &error) ||
      dragoman_model_open("hello.model", &model, &error)) {
    fprintf(stderr, "hello: %s %s\n", error.message, error.place);
    return 1;
  }
  dragoman_session *session = dragoman_session_new(model);
  const dragoman_prediction *p;
  if (dragoman_predict(session, argv[2], strlen(argv[2]), NULL, &p, &error)) return 1;
  printf("%.*s %.2f\n", (int)p->top_intent.n, p->top_intent.p, p->intents[0].confidence);
  for (size_t i = 0; i < p->entity_count; i++)
    printf("  %.*s: %.*s\n", (int)p->entities[i].category.n, p->entities[i].category.p, (int)p->entities[i].text.n,
           p->entities[i].text.p);
  dragoman_session_free(session);
  dragoman_model_close(model);
  dragoman_project_free(project);
}

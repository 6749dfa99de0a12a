/* limits.h -- service limits of the reference (clu-concepts §9, clu-project-format §7,
 * question-answering §6). */
#ifndef DRAGOMAN_PROJECT_LIMITS_H
#define DRAGOMAN_PROJECT_LIMITS_H

enum {
  LIMIT_PROJECTS_PER_RESOURCE = 500,
  LIMIT_UTTERANCES = 50000,
  LIMIT_UTTERANCES_ORCHESTRATION = 15000,
  LIMIT_UTTERANCE_CHARS = 500, /* code points, authoring */
  LIMIT_QUERY_CHARS = 1000,    /* code points, prediction */
  LIMIT_INTENTS = 500,         /* None counted */
  LIMIT_ENTITIES = 350,
  LIMIT_SYNONYMS_PER_ENTITY = 20000,
  LIMIT_SYNONYMS_PER_PROJECT = 2000000,
  LIMIT_PREBUILTS_PER_ENTITY = 7,
  LIMIT_REGEXES_PER_PROJECT = 20,
  LIMIT_MODELS_PER_PROJECT = 10,
  LIMIT_DEPLOYMENTS_PER_PROJECT = 10,
  LIMIT_NAME_CHARS = 100,

  /* question-answering §6; a count is of one pair unless it says otherwise */
  LIMIT_QNA_PAIRS = 50000, /* of a project */
  LIMIT_QNA_QUESTIONS = 300,
  LIMIT_QNA_QUESTION_CHARS = 1000,
  LIMIT_QNA_ANSWER_CHARS = 25000,
  LIMIT_QNA_TAG_KEY_CHARS = 100,
  LIMIT_QNA_TAG_VALUE_CHARS = 500,
  LIMIT_QNA_PROMPTS = 20,
  LIMIT_QNA_DISPLAY_CHARS = 200,
  LIMIT_QNA_SOURCE_CHARS = 300,
  LIMIT_QNA_SYNONYM_GROUPS = 10000, /* of a project */
  LIMIT_QNA_SYNONYM_WORDS = 20,     /* of a group */
  LIMIT_QNA_UPDATES = 1000          /* of a request */
};

#endif

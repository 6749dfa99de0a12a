#include "project/qna_json.h"

#include "base/timeutil.h"

static void write_time(jw *w, const char *key, int64_t t_us) {
  char text[TIME_RFC3339_MAX];
  if (!t_us) return;
  time_rfc3339(t_us, 0, text);
  jw_kcstr(w, key, text);
}

void qna_questions_write(jw *w, const qna_pair *p) {
  jw_strs(w, p->questions, p->question_count);
}

void qna_tags_write(jw *w, const qna_pair *p) {
  jw_obj(w);
  for (size_t i = 0; i < p->tag_count; i++) {
    jw_key_str(w, p->tags[i].key);
    jw_str(w, p->tags[i].value);
  }
  jw_end(w);
}

void qna_dialog_write(jw *w, const qna_pair *p) {
  jw_obj(w);
  jw_kbool(w, "isContextOnly", p->context_only);
  jw_key(w, "prompts");
  jw_arr(w);
  for (size_t i = 0; i < p->prompt_count; i++) {
    jw_obj(w);
    jw_kint(w, "displayOrder", p->prompts[i].display_order);
    jw_kint(w, "qnaId", p->prompts[i].qna_id);
    jw_kstr(w, "displayText", p->prompts[i].display_text);
    jw_end(w);
  }
  jw_end(w);
  jw_end(w);
}

static void write_clusters(jw *w, const qna_pair *p) {
  jw_arr(w);
  for (size_t i = 0; i < p->cluster_count; i++) {
    const qna_cluster *c = &p->clusters[i];
    jw_obj(w);
    jw_kstr(w, "clusterHead", c->head);
    jw_key(w, "suggestedQuestions");
    jw_arr(w);
    for (size_t k = 0; k < c->n; k++) {
      jw_obj(w);
      jw_kstr(w, "question", c->v[k].question);
      jw_kint(w, "userSuggestedCount", c->v[k].by_users);
      jw_kint(w, "autoSuggestedCount", c->v[k].by_service);
      jw_end(w);
    }
    jw_end(w);
    jw_end(w);
  }
  jw_end(w);
}

void qna_pair_write(jw *w, const qna_pair *p) {
  jw_obj(w);
  jw_kint(w, "id", p->id);
  jw_kstr(w, "answer", p->answer);
  jw_kstr(w, "source", p->source);
  jw_kstr_opt(w, "sourceDisplayName", p->source_display_name);
  jw_key(w, "questions");
  qna_questions_write(w, p);
  jw_key(w, "metadata");
  qna_tags_write(w, p);
  jw_key(w, "dialog");
  qna_dialog_write(w, p);
  jw_key(w, "activeLearningSuggestions");
  write_clusters(w, p);
  write_time(w, "lastUpdatedDateTime", p->updated_us);
  jw_end(w);
}

void qna_source_write(jw *w, const qna_source *s) {
  jw_obj(w);
  jw_kstr(w, "displayName", s->display_name);
  jw_kstr(w, "source", s->source);
  jw_kstr(w, "sourceUri", s->uri);
  jw_kstr(w, "sourceKind", s->kind);
  jw_kstr_opt(w, "contentStructureKind", s->structure);
  write_time(w, "lastUpdatedDateTime", s->updated_us);
  jw_end(w);
}

void qna_synonyms_write(jw *w, const knowledge_base *kb) {
  jw_arr(w);
  for (size_t i = 0; i < kb->synonyms_count; i++) {
    jw_obj(w);
    jw_key(w, "alterations");
    jw_strs(w, kb->synonyms[i].v, kb->synonyms[i].n);
    jw_end(w);
  }
  jw_end(w);
}

void qna_metadata_write(jw *w, const knowledge_base *kb) {
  jw_kstr_opt(w, "description", kb->description);
  jw_kstr(w, "language", kb->language);
  if (kb->multilingual_resource != OPT_ABSENT)
    jw_kbool(w, "multilingualResource", kb->multilingual_resource == OPT_TRUE);
  jw_key(w, "settings");
  jw_obj(w);
  jw_kstr(w, "defaultAnswer", qna_default_answer(kb));
  jw_end(w);
}

void qna_write(const knowledge_base *kb, buf *out) {
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_key(&w, "metadata");
  jw_obj(&w);
  qna_metadata_write(&w, kb);
  jw_end(&w);
  jw_key(&w, "assets");
  jw_obj(&w);
  jw_key(&w, "synonyms");
  qna_synonyms_write(&w, kb);
  jw_key(&w, "sources");
  jw_arr(&w);
  for (size_t i = 0; i < kb->source_count; i++) qna_source_write(&w, &kb->sources[i]);
  jw_end(&w);
  jw_key(&w, "qnas");
  jw_arr(&w);
  for (size_t i = 0; i < kb->pair_count; i++) qna_pair_write(&w, &kb->pairs[i]);
  jw_end(&w);
  jw_end(&w);
  jw_end(&w);
}

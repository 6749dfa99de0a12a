/* qna_table.h -- knowledge bases as tab-separated tables, the files that QnA Maker and its successor exchange.
 * First row: names of the columns; one row a question; no quoting, a line break in a cell is written \n.
 * Source: reference question-answering §5. */
#ifndef DRAGOMAN_PROJECT_QNA_TABLE_H
#define DRAGOMAN_PROJECT_QNA_TABLE_H

#include "base/vec.h"
#include "project/qna.h"

/* Replaces the pairs of *inout by those of the table. Question and Answer are required columns, others may be absent
 * and unknown ones are passed over. Rows with one QnaId are one pair; without that column rows with one answer are.
 * ERR_INVALID_ARGUMENT at "row 17, Prompts", ERR_QUOTA_EXCEEDED. *inout is untouched on error. */
must_check err_code qna_table_read(str text, arena *a, knowledge_base *inout, err *e);
/* A tab in a cell becomes a blank. */
void qna_table_write(const knowledge_base *kb, buf *out);

/* One group a row: "tv","television". The header Synonyms may be absent. */
must_check err_code qna_synonyms_table_read(str text, arena *a, knowledge_base *inout, err *e);
void qna_synonyms_table_write(const knowledge_base *kb, buf *out);

#endif

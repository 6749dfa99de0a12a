#include "project/project_file.h"

#include "project/clu_fields.h"
#include "project/clu_json.h"
#include "project/lu.h"
#include "project/luis_convert.h"
#include "project/luis_json.h"

const char *project_format_name(project_format f) {
  static const char *const names[] = {[FORMAT_CLU] = "clu", [FORMAT_LUIS] = "luis", [FORMAT_LU] = "lu"};
  return names[f];
}

/* A .lu file cannot begin with what begins a JSON value; an empty text is no project in any format. */
static bool is_lu(str text) {
  if (str_starts(text, STR("\xef\xbb\xbf"))) text = str_skip(text, 3);
  text = str_trim(text);
  return text.n && strchr("#@$>[-*+", text.p[0]) && !(text.p[0] == '[' && str_find_byte(text, '(') == text.n);
}

err_code project_file_read(str text, arena *a, project_format *format, project *clu, luis_app *luis, notes *l, err *e) {
  if (is_lu(text)) {
    *format = FORMAT_LU;
    return lu_read(text, a, luis, l, e);
  }
  jdoc *doc;
  TRY(jn_parse(text, &doc, e));
  jnode root = jn_root(doc);
  *format = luis_is_app(&root) ? FORMAT_LUIS : FORMAT_CLU;
  err_code rc = *format == FORMAT_LUIS ? luis_read_node(&root, a, luis, e)
                                       : clu_read_node(&root, &(clu_read_options){0}, a, clu, e);
  jn_free(doc);
  return rc;
}

err_code project_file_read_clu(str text, arena *a, project *out, notes *l, err *e) {
  project_format format;
  luis_app app;
  TRY(project_file_read(text, a, &format, out, &app, l, e));
  return format == FORMAT_CLU ? ERR_OK : luis_to_clu(&app, a, out, l, e);
}

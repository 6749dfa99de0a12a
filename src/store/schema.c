#include "store/schema.h"

/* DESIGN. A step, once released, never changes: a later need is a later step at the end. A driver
 * remembers how many steps a database has seen and runs each further one with its new version in one
 * transaction, so a crash leaves a version whole.
 *
 * The text is SQLite's. The PostgreSQL driver replaces these words, wherever they stand in capitals:
 * INTEGER PRIMARY KEY, INTEGER, TEXT, BLOB, STRICT, WITHOUT ROWID; all else must be understood by both. */

static const char *const steps[] = {
    /* 1 */
    "CREATE TABLE settings("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE resources("
    "  name TEXT PRIMARY KEY, region TEXT NOT NULL, azure_resource_id TEXT NOT NULL, custom_domain TEXT NOT NULL,"
    "  key1_generation INTEGER NOT NULL, key2_generation INTEGER NOT NULL, created_us INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE projects("
    "  resource TEXT NOT NULL REFERENCES resources, name TEXT NOT NULL, kind TEXT NOT NULL,"
    "  document TEXT NOT NULL, metadata TEXT NOT NULL, created_us INTEGER NOT NULL, modified_us INTEGER NOT NULL,"
    "  trained_us INTEGER NOT NULL, deployed_us INTEGER NOT NULL, utterance_count INTEGER NOT NULL,"
    "  PRIMARY KEY(resource, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE models("
    "  resource TEXT NOT NULL, project TEXT NOT NULL, label TEXT NOT NULL, model_id TEXT NOT NULL,"
    "  file TEXT NOT NULL, snapshot TEXT NOT NULL, evaluation TEXT NOT NULL, config_version TEXT NOT NULL,"
    "  training_mode TEXT NOT NULL, options TEXT NOT NULL, trained_us INTEGER NOT NULL, duration_s INTEGER NOT NULL,"
    "  PRIMARY KEY(resource, project, label),"
    "  FOREIGN KEY(resource, project) REFERENCES projects ON DELETE CASCADE) STRICT, WITHOUT ROWID;"
    "CREATE TABLE deployments("
    "  resource TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL, model_id TEXT NOT NULL,"
    "  model_label TEXT NOT NULL, file TEXT NOT NULL, config_version TEXT NOT NULL, trained_us INTEGER NOT NULL,"
    "  deployed_us INTEGER NOT NULL, assigned TEXT NOT NULL,"
    "  PRIMARY KEY(resource, project, name),"
    "  FOREIGN KEY(resource, project) REFERENCES projects ON DELETE CASCADE) STRICT, WITHOUT ROWID;"
    "CREATE TABLE deployment_history("
    "  seq INTEGER PRIMARY KEY, resource TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL,"
    "  cause TEXT NOT NULL, job_id TEXT NOT NULL, old_file TEXT NOT NULL, new_file TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL) STRICT;"
    "CREATE INDEX deployment_history_by_name ON deployment_history(resource, project, name, seq);"
    "CREATE TABLE jobs("
    "  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, resource TEXT NOT NULL, project TEXT NOT NULL,"
    "  kind TEXT NOT NULL, subject TEXT NOT NULL, params TEXT NOT NULL, document TEXT NOT NULL,"
    "  status TEXT NOT NULL, result TEXT NOT NULL, errors TEXT NOT NULL, warnings TEXT NOT NULL,"
    "  created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, expires_us INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL, applied INTEGER NOT NULL) STRICT;"
    "CREATE INDEX jobs_by_project ON jobs(resource, project, kind, seq);"
    "CREATE INDEX jobs_by_expiry ON jobs(expires_us);"
    "CREATE INDEX jobs_unfinished ON jobs(seq) WHERE status IN ('notStarted', 'running', 'cancelling');"
    "CREATE TABLE blobs("
    "  seq INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, data BLOB NOT NULL) STRICT;"
    "CREATE TABLE queries("
    "  seq INTEGER PRIMARY KEY, resource TEXT NOT NULL, project TEXT NOT NULL, deployment TEXT NOT NULL,"
    "  text TEXT NOT NULL, language TEXT NOT NULL, top_intent TEXT NOT NULL, prediction TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL) STRICT;"
    "CREATE INDEX queries_by_project ON queries(resource, project, at_us);",
    /* 2: deployments on several resources; a history that can be gone back to */
    "CREATE TABLE project_resources("
    "  resource TEXT NOT NULL, project TEXT NOT NULL, azure_resource_id TEXT NOT NULL,"
    "  assigned TEXT NOT NULL REFERENCES resources, custom_domain TEXT NOT NULL, region TEXT NOT NULL,"
    "  assigned_us INTEGER NOT NULL,"
    "  PRIMARY KEY(resource, project, azure_resource_id),"
    "  FOREIGN KEY(resource, project) REFERENCES projects ON DELETE CASCADE) STRICT, WITHOUT ROWID;"
    "CREATE INDEX project_resources_by_assigned ON project_resources(assigned, project);"
    "ALTER TABLE deployment_history ADD COLUMN model_id TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE deployment_history ADD COLUMN model_label TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE deployment_history ADD COLUMN config_version TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE deployment_history ADD COLUMN trained_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE deployment_history ADD COLUMN assigned TEXT NOT NULL DEFAULT '[]';",
    /* 3: several nodes on one store */
    "CREATE TABLE generations(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO generations(name, value) VALUES('live', 1);"
    "CREATE TABLE nodes("
    "  id TEXT PRIMARY KEY, role TEXT NOT NULL, region TEXT NOT NULL, started_us INTEGER NOT NULL,"
    "  seen_us INTEGER NOT NULL, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "ALTER TABLE jobs ADD COLUMN node TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE jobs ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN lease_us INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE model_files("
    "  hash TEXT PRIMARY KEY, size INTEGER NOT NULL, adopted_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE model_chunks("
    "  file TEXT NOT NULL REFERENCES model_files ON DELETE CASCADE, seq INTEGER NOT NULL, data BLOB NOT NULL,"
    "  PRIMARY KEY(file, seq)) STRICT;",
    /* 4: a second model beside the one of a deployment */
    "CREATE TABLE trials("
    "  resource TEXT NOT NULL, project TEXT NOT NULL, deployment TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,"
    "  model_id TEXT NOT NULL, model_label TEXT NOT NULL, file TEXT NOT NULL, settings TEXT NOT NULL,"
    "  state TEXT NOT NULL, reason TEXT NOT NULL, started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL,"
    "  answered INTEGER NOT NULL, errors INTEGER NOT NULL, none_answers INTEGER NOT NULL, compared INTEGER NOT NULL,"
    "  intent_differs INTEGER NOT NULL, entities_differ INTEGER NOT NULL, dropped INTEGER NOT NULL,"
    "  PRIMARY KEY(resource, project, deployment, kind),"
    "  FOREIGN KEY(resource, project, deployment) REFERENCES deployments ON DELETE CASCADE) STRICT, WITHOUT ROWID;",
    /* 5: models kept under a name of their own */
    "CREATE TABLE exported_models("
    "  resource TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL, model_id TEXT NOT NULL,"
    "  model_label TEXT NOT NULL, file TEXT NOT NULL, config_version TEXT NOT NULL, trained_us INTEGER NOT NULL,"
    "  exported_us INTEGER NOT NULL,"
    "  PRIMARY KEY(resource, project, name),"
    "  FOREIGN KEY(resource, project) REFERENCES projects ON DELETE CASCADE) STRICT, WITHOUT ROWID;",
    /* 6: question answering; the working copy is the deployment "test" */
    "CREATE TABLE knowledge_bases("
    "  resource TEXT NOT NULL REFERENCES resources, name TEXT NOT NULL, metadata TEXT NOT NULL,"
    "  created_us INTEGER NOT NULL, modified_us INTEGER NOT NULL, deployed_us INTEGER NOT NULL,"
    "  PRIMARY KEY(resource, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE knowledge_deployments("
    "  resource TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, document TEXT NOT NULL,"
    "  deployed_us INTEGER NOT NULL, PRIMARY KEY(resource, project, name),"
    "  FOREIGN KEY(resource, project) REFERENCES knowledge_bases ON DELETE CASCADE) STRICT;",
    /* 7: resources come and go; bearer tokens */
    "ALTER TABLE resources ADD COLUMN kind TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE resources ADD COLUMN document TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE resources ADD COLUMN keys_off INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE resources ADD COLUMN modified_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE resources ADD COLUMN deleted_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE resources ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE resource_groups("
    "  id TEXT PRIMARY KEY, name TEXT NOT NULL, location TEXT NOT NULL, created_us INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE tokens("
    "  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, role TEXT NOT NULL, resource TEXT NOT NULL,"
    "  description TEXT NOT NULL, created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO generations(name, value) VALUES('admin', 1);",
};

int schema__version(void) {
  return (int)ARRAY_LEN(steps);
}

const char *schema__step(int version) {
  return steps[version];
}

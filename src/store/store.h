/* store.h -- what is kept, and its transactions. SQLite in the data directory, or a PostgreSQL database
 * that several nodes share; both give the same promises, so little above knows which one runs.
 *
 * Promises: a committed write transaction is durable (survives kill -9 and power loss) and atomic;
 * write transactions are serialised, over all nodes; a read sees one consistent state. Rows are plain structs;
 * their strings live in the arena passed in. A store may be used by many threads; a transaction
 * belongs to the thread that began it. Times are microseconds since 1970 UTC.
 *
 * Big things are blobs, named by the SHA-256 (hex) of their bytes: project documents, evaluations,
 * exports (kept inside the database, compressed) and model files (files of their own, mmapped; a
 * shared database has them in chunks, and the files are this node's cache). */
#ifndef DRAGOMAN_STORE_STORE_H
#define DRAGOMAN_STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

typedef struct store store;
typedef struct store_tx store_tx;

enum { STORE_HISTORY_KEPT = 100 };

typedef struct store_place {
  const char *data_dir;
  const char *database;    /* postgres://… shared with other nodes; NULL or "": SQLite in data_dir */
  const char *secret_file; /* NULL or "": data_dir/secret */
} store_place;

/* Opens (creates, migrates) the store and owns its data directory until store_close. ERR_CONFLICT when
 * a newer program wrote it, another process owns it, or its keys come from another secret;
 * ERR_CORRUPT; ERR_IO; ERR_NO_SPACE. A shared store opens though its database is away: transactions
 * answer ERR_UNAVAILABLE until it is back. */
must_check err_code store_open_at(const store_place *p, store **out, err *e);
/* SQLite in data_dir. */
must_check err_code store_open(const char *data_dir, store **out, err *e);
/* For looking into a store while its owner may be at work: read transactions only, nothing is
 * created or migrated. ERR_NOT_FOUND when there is none, ERR_CONFLICT when its schema is another. */
must_check err_code store_open_reader(const store_place *p, store **out, err *e);
void store_close(store *s); /* NULL is fine; no transaction may be open */
int store_schema_version(const store *s);
/* Other nodes may be at work on the same database. */
bool store_is_shared(const store *s);
/* The secret that keys are derived from: SHA256_BYTES random bytes, made with the store. All nodes of
 * a database have the same. */
const uint8_t *store_secret(const store *s);
/* The address where clients reach the running server, kept for store_open_reader; "" when never set. */
must_check err_code store_endpoint_set(store *s, str url, err *e);
must_check err_code store_endpoint_get(store *s, arena *a, str *url, err *e);

/* Read transactions never block each other nor the writer; a write transaction waits for the one
 * before it. Every begun transaction ends with commit or rollback (either frees tx); rollback of
 * NULL is fine. A failed commit has changed nothing. After a failed statement the transaction can
 * only be rolled back: commit repeats the failure. A thread holds at most one at a time.
 *
 * Errors of all functions below: ERR_NO_SPACE, ERR_IO, ERR_CORRUPT, ERR_CONFLICT (a reference to a
 * row that is not there), ERR_NO_MEMORY, ERR_UNAVAILABLE (the database is away; of store_commit: the
 * message says when it may have taken effect), and those said at the function. */
must_check err_code store_begin_read(store *s, store_tx **out, err *e);
must_check err_code store_begin_write(store *s, store_tx **out, err *e);
must_check err_code store_commit(store_tx *tx, err *e);
/* Ends tx by what was done in it: commits when rc is ERR_OK, else rolls back and answers rc. */
must_check err_code store_end(store_tx *tx, err_code rc, err *e);
void store_rollback(store_tx *tx);
/* What tx writes changes what is served (of a project's metadata only the caller knows). */
void store_live_changed(store_tx *tx);

/* A read transaction on what is served: of the database or, while a shared one is away, of the copy that
 * store_live_keep made (settings, resources, projects, deployments, assignments); *is_copy says so. */
must_check err_code store_begin_live(store *s, store_tx **out, bool *is_copy, err *e);
/* Copies what is served into the data directory; of a shared store. */
must_check err_code store_live_keep(store *s, err *e);

/* What a commit tells the nodes of a shared store. Bits. */
enum {
  STORE_NOTICE_LIVE = 1, /* what is served has changed */
  STORE_NOTICE_JOBS = 2  /* a job came, ended, or is to be cancelled */
};
/* Of a shared store, for one thread: waits for notices of any node, until wake_fd can be read, or for
 * timeout_ms. *notices gets what came; all bits after a time without the database, when some may have
 * been missed. ERR_UNAVAILABLE: the database is away. */
must_check err_code store_listen(store *s, int wake_fd, int timeout_ms, unsigned *notices, err *e);

/* ---- nodes of a shared store ----------------------------------------------------------------- */
/* A number that every commit which changes what is served (STORE_NOTICE_LIVE) raises. */
must_check err_code store_generation(store_tx *tx, int64_t *out, err *e);

typedef struct store_node {
  str id;
  str role;   /* "all", "authoring", "prediction" */
  str region; /* "" serves all */
  int64_t started_us, seen_us;
  int64_t generation; /* it serves at least this */
} store_node;
/* Each is a transaction of its own, but for list; times are the database's.
 * seen: insert or replace, seen now (its times are ignored). */
must_check err_code store_node_seen(store *s, const store_node *n, err *e);
must_check err_code store_node_gone(store *s, str id, err *e);
/* Forgets those not seen for age_us. */
must_check err_code store_node_forget(store *s, int64_t age_us, err *e);
/* How many nodes that predict and were seen in the last alive_us still serve less than generation. */
must_check err_code store_node_behind(store *s, int64_t generation, int64_t alive_us, size_t *behind, err *e);
/* Oldest first. */
must_check err_code store_node_list(store_tx *tx, arena *a, store_node **out, size_t *n, err *e);

/* ---- resources -------------------------------------------------------------------------- */
typedef struct store_resource {
  str name, region, azure_resource_id, custom_domain;
  int64_t key1_generation, key2_generation;
  int64_t created_us;
  str kind;            /* "TextAnalytics", "LUIS", …; "" is the first of these */
  str document;        /* JSON object: what its management was told (service/accounts.h); "" nothing */
  bool keys_off;       /* its keys open nothing, tokens do */
  int64_t modified_us; /* 0: never */
  int64_t deleted_us;  /* 0: it lives; else it can be brought back until it is purged */
  bool purged;         /* only the row is left, so that the keys of a namesake are others */
} store_resource;
must_check err_code store_resource_put(store_tx *tx, const store_resource *r, err *e); /* insert or replace */
/* ERR_NOT_FOUND, also for one that is deleted. */
must_check err_code store_resource_get(store_tx *tx, str name, arena *a, store_resource *out, err *e);
/* Those that live, oldest first. */
must_check err_code store_resource_list(store_tx *tx, arena *a, store_resource **out, size_t *n, err *e);
/* All rows, also of the deleted and the purged. */
must_check err_code store_resource_all(store_tx *tx, arena *a, store_resource **out, size_t *n, err *e);
/* Deletes for good all that a deleted resource has, and its assignments to projects of others. */
must_check err_code store_resource_purge(store_tx *tx, str name, err *e);

typedef struct store_group {
  str id; /* "/subscriptions/…/resourcegroups/…", in lower case */
  str name, location;
  int64_t created_us;
} store_group;
must_check err_code store_group_put(store_tx *tx, const store_group *g, err *e); /* insert or replace */
must_check err_code store_group_exists(store_tx *tx, str id, bool *exists, err *e);

/* ---- bearer tokens ------------------------------------------------------------------------ */
typedef struct store_token {
  str id, hash;       /* hash: SHA-256 in hex of the token, which nobody keeps */
  str role, resource; /* resource "": of none */
  str description;
  int64_t created_us, expires_us;
} store_token;
must_check err_code store_token_put(store_tx *tx, const store_token *t, err *e);
/* Oldest first, the expired ones too. */
must_check err_code store_token_list(store_tx *tx, arena *a, store_token **out, size_t *n, err *e);
must_check err_code store_token_delete(store_tx *tx, str id, err *e); /* ERR_NOT_FOUND */
/* Deletes those that have expired at now_us. */
must_check err_code store_token_expire(store_tx *tx, int64_t now_us, err *e);
/* The number that the admin token is derived from. */
must_check err_code store_admin_generation(store_tx *tx, int64_t *out, err *e);
must_check err_code store_admin_generation_raise(store_tx *tx, err *e);

/* ---- projects: (resource, name) ---------------------------------------------------------- */
#define STORE_LUIS_KIND "Luis" /* a LUIS app: its name is its id, its documents are its versions' */
typedef struct store_project {
  str resource, name;
  str kind;     /* "Conversation", "Orchestration", STORE_LUIS_KIND */
  str document; /* blob hash of the working copy (canonical CLU JSON, Utf16CodeUnit) */
  str metadata; /* JSON object: the metadata part, so that lists need no blob */
  int64_t created_us, modified_us;
  int64_t trained_us, deployed_us; /* 0: never */
  int64_t utterance_count;
} store_project;
must_check err_code store_project_put(store_tx *tx, const store_project *p, err *e); /* insert or replace */
/* ERR_PROJECT_NOT_FOUND. */
must_check err_code store_project_get(store_tx *tx, str resource, str name, arena *a, store_project *out, err *e);
/* Without LUIS apps, ordered by name (bytes). Lists: skip rows, then at most top; *total counts all; top 0
 * only counts. */
must_check err_code store_project_list(store_tx *tx, str resource, size_t skip, size_t top, arena *a,
                                       store_project **out, size_t *n, size_t *total, err *e);
/* LUIS apps, oldest first; resource.n 0: of all resources. */
must_check err_code store_luis_app_list(store_tx *tx, str resource, arena *a, store_project **out, size_t *n, err *e);
/* With its models, deployments, their history, its versions, logged queries and assignments (jobs stay).
 * ERR_PROJECT_NOT_FOUND. */
must_check err_code store_project_delete(store_tx *tx, str resource, str name, err *e);

/* ---- models: (resource, project, label) --------------------------------------------------- */
typedef struct store_model {
  str resource, project, label;
  str model_id;   /* the id that clients see */
  str file;       /* blob hash of the model file */
  str snapshot;   /* blob hash of the document it was trained on */
  str evaluation; /* blob hash; .n 0: no test data */
  str config_version, training_mode;
  str options; /* JSON: evaluationOptions and seed used */
  int64_t trained_us, duration_s;
} store_model;
/* Insert or replace; the project must exist. get, delete: ERR_NOT_FOUND. Lists: ordered by label. */
must_check err_code store_model_put(store_tx *tx, const store_model *m, err *e);
must_check err_code store_model_get(store_tx *tx, str resource, str project, str label, arena *a, store_model *out,
                                    err *e);
must_check err_code store_model_list(store_tx *tx, str resource, str project, size_t skip, size_t top, arena *a,
                                     store_model **out, size_t *n, size_t *total, err *e);
must_check err_code store_model_delete(store_tx *tx, str resource, str project, str label, err *e);

/* ---- deployments: (resource, project, name) ------------------------------------------------ */
typedef struct store_deployment {
  str resource, project, name;
  str model_id, model_label, file; /* copied from the model: a retrained label keeps answering with the old */
  str config_version;
  int64_t trained_us, deployed_us;
  str assigned; /* JSON array of {resourceId, region}; "[]" when only the owner's */
  str options;  /* JSON object: what a LUIS slot was published with (service/luis_slots.h); "" nothing */
} store_deployment;
/* Insert or replace; the project must exist. get, delete: ERR_NOT_FOUND. Lists: ordered by name. */
must_check err_code store_deployment_put(store_tx *tx, const store_deployment *d, err *e);
must_check err_code store_deployment_get(store_tx *tx, str resource, str project, str name, arena *a,
                                         store_deployment *out, err *e);
must_check err_code store_deployment_list(store_tx *tx, str resource, str project, size_t skip, size_t top, arena *a,
                                          store_deployment **out, size_t *n, size_t *total, err *e);
/* All of the store, for start-up. */
must_check err_code store_deployment_all(store_tx *tx, arena *a, store_deployment **out, size_t *n, err *e);
must_check err_code store_deployment_delete(store_tx *tx, str resource, str project, str name, err *e);

/* ---- history: what each deployment served and when, one row for each change ------------------ */
typedef struct store_history {
  int64_t id; /* ascends with time; given by the store */
  str resource, project, name;
  str cause; /* "deploy", "swap", "delete", … (service/deployment_history.h) */
  str job_id;
  str old_file; /* .n 0: there was no deployment of that name */
  /* What it is from then on, as in store_deployment; new_file.n 0: gone. */
  str new_file, model_id, model_label, config_version;
  int64_t trained_us;
  str assigned;
  int64_t at_us;
} store_history;
must_check err_code store_history_add(store_tx *tx, const store_history *h, err *e); /* h->id is ignored */
/* Newest first. name.n 0: of all deployments of the project. Lists as store_project_list. */
must_check err_code store_history_list(store_tx *tx, str resource, str project, str name, size_t skip, size_t top,
                                       arena *a, store_history **out, size_t *n, size_t *total, err *e);
/* The newest row of that deployment with id <= at_most and at_us <= until_us. ERR_NOT_FOUND. */
must_check err_code store_history_latest(store_tx *tx, str resource, str project, str name, int64_t at_most,
                                         int64_t until_us, arena *a, store_history *out, err *e);

/* ---- trials: a second model beside the one of a deployment: (resource, project, deployment, kind) --- */
typedef struct store_trial_counts {
  int64_t answered, errors, none_answers;            /* what the trial's model answered to clients */
  int64_t compared, intent_differs, entities_differ; /* against the deployment's model, off the way */
  int64_t dropped;                                   /* not compared: the queue was full */
} store_trial_counts;
typedef struct store_trial {
  str resource, project, deployment;
  str kind; /* "shadow", "canary" */
  str id;   /* new each time that one is started */
  str model_id, model_label, file;
  str settings;                 /* JSON object */
  str state;                    /* "running", "returned", "ended" */
  str reason;                   /* why it is over */
  int64_t started_us, ended_us; /* ended_us 0: it runs */
  store_trial_counts counts;
} store_trial;
/* Insert or replace; the deployment must exist and takes its trials with it when it is deleted. */
must_check err_code store_trial_put(store_tx *tx, const store_trial *t, err *e);
must_check err_code store_trial_get(store_tx *tx, str resource, str project, str deployment, str kind, arena *a,
                                    store_trial *out, err *e); /* ERR_NOT_FOUND */
/* All of the store that run. */
must_check err_code store_trial_running(store_tx *tx, arena *a, store_trial **out, size_t *n, err *e);
/* Adds to the counts of the trial with that id; nothing when another one has taken its place. */
must_check err_code store_trial_count(store_tx *tx, str id, const store_trial_counts *more, err *e);
/* Ends what runs: the trial with that id, or all of a deployment. *ended of them. */
must_check err_code store_trial_end(store_tx *tx, str id, str state, str reason, int64_t at_us, size_t *ended, err *e);
must_check err_code store_trial_end_all(store_tx *tx, str resource, str project, str deployment, str reason,
                                        int64_t at_us, err *e);

/* ---- exported models: (resource, project, name) -------------------------------------------------- */
typedef struct store_exported_model {
  str resource, project, name;
  str model_id, model_label, file, config_version; /* copied from the model */
  int64_t trained_us, exported_us;
} store_exported_model;
/* As for models: the project must exist; get, delete: ERR_NOT_FOUND; ordered by name. */
must_check err_code store_exported_model_put(store_tx *tx, const store_exported_model *m, err *e);
must_check err_code store_exported_model_get(store_tx *tx, str resource, str project, str name, arena *a,
                                             store_exported_model *out, err *e);
must_check err_code store_exported_model_list(store_tx *tx, str resource, str project, size_t skip, size_t top,
                                              arena *a, store_exported_model **out, size_t *n, size_t *total, err *e);
must_check err_code store_exported_model_delete(store_tx *tx, str resource, str project, str name, err *e);

/* ---- assignments: resources that a project may be deployed to beside its owner ------------------ */
typedef struct store_assignment {
  str resource, project;           /* of the owner */
  str azure_resource_id, assigned; /* the other resource: its Azure id and its name here */
  str custom_domain, region;
  int64_t assigned_us;
} store_assignment;
/* Insert or replace; project and resource must exist. */
must_check err_code store_assignment_put(store_tx *tx, const store_assignment *s, err *e);
/* Of a project, ordered by azure_resource_id. */
must_check err_code store_assignment_list(store_tx *tx, str resource, str project, size_t skip, size_t top, arena *a,
                                          store_assignment **out, size_t *n, size_t *total, err *e);
/* All projects that the resource is assigned to, ordered by project, then owner. */
must_check err_code store_assignment_of_resource(store_tx *tx, str assigned, arena *a, store_assignment **out,
                                                 size_t *n, err *e);
/* ERR_NOT_FOUND. */
must_check err_code store_assignment_delete(store_tx *tx, str resource, str project, str azure_resource_id, err *e);

/* ---- knowledge bases: question answering projects, (resource, name) ---------------------------- */
#define STORE_WORKING_COPY "test" /* the deployment that edits change */
typedef struct store_base {
  str resource, name;
  str metadata;                                 /* JSON object, so that lists need no document */
  int64_t created_us, modified_us, deployed_us; /* 0: never */
} store_base;
/* Insert or replace. get, delete: ERR_PROJECT_NOT_FOUND. Lists as store_project_list. */
must_check err_code store_base_put(store_tx *tx, const store_base *b, err *e);
must_check err_code store_base_get(store_tx *tx, str resource, str name, arena *a, store_base *out, err *e);
must_check err_code store_base_list(store_tx *tx, str resource, size_t skip, size_t top, arena *a, store_base **out,
                                    size_t *n, size_t *total, err *e);
must_check err_code store_base_delete(store_tx *tx, str resource, str name, err *e); /* with its deployments */

typedef struct store_base_deployment {
  str resource, project, name;
  str hash;     /* of the document, which names its content */
  str document; /* the whole base as project/qna_json.h writes it; lists leave it empty */
  int64_t deployed_us;
} store_base_deployment;
/* Insert or replace; the base must exist. get: ERR_NOT_FOUND. */
must_check err_code store_base_deployment_put(store_tx *tx, const store_base_deployment *d, err *e);
must_check err_code store_base_deployment_get(store_tx *tx, str resource, str project, str name, arena *a,
                                              store_base_deployment *out, err *e);
/* Without the working copy, by name. */
must_check err_code store_base_deployment_list(store_tx *tx, str resource, str project, arena *a,
                                               store_base_deployment **out, size_t *n, err *e);
/* All of the store. */
must_check err_code store_base_deployment_all(store_tx *tx, arena *a, store_base_deployment **out, size_t *n, err *e);

/* ---- LUIS versions: (resource, project, version) -------------------------------------------------- */
typedef struct store_luis_version {
  str resource, project, version;
  int64_t created_us, modified_us, trained_us, published_us; /* 0: never */
  int64_t edits;          /* times that the document changed, from 1 */
  int64_t trained_edits;  /* edits of what the newest model was trained on; 0: none */
  int64_t training_edits; /* edits of what the newest training was asked for */
  str training_job;       /* of the newest training; "" none */
  str training;           /* JSON: what that training was of (service/luis_training.h); "" none */
  int64_t intent_count, entity_count;
  str document; /* the draft (project/luis_draft.h); lists leave it empty */
} store_luis_version;
/* Insert or replace; the project must exist. put_state: all but the document, of a row that exists.
 * get, delete: ERR_NOT_FOUND. */
must_check err_code store_luis_version_put(store_tx *tx, const store_luis_version *v, err *e);
must_check err_code store_luis_version_put_state(store_tx *tx, const store_luis_version *v, err *e);
must_check err_code store_luis_version_get(store_tx *tx, str resource, str project, str version, arena *a,
                                           store_luis_version *out, err *e);
/* The same without the document. */
must_check err_code store_luis_version_state(store_tx *tx, str resource, str project, str version, arena *a,
                                             store_luis_version *out, err *e);
/* Newest first. */
must_check err_code store_luis_version_list(store_tx *tx, str resource, str project, arena *a, store_luis_version **out,
                                            size_t *n, err *e);
must_check err_code store_luis_version_delete(store_tx *tx, str resource, str project, str version, err *e);

/* ---- jobs: durable record of long work ------------------------------------------------------ */
typedef struct store_job {
  str id, resource, project;
  str kind;     /* "import", "train", … (service/jobs.h) */
  str subject;  /* what within the project: model label, deployment name; "" */
  str params;   /* JSON: all that is needed to run it again */
  str document; /* blob that the job reads (import, train) or made (export); .n 0: none */
  str status;   /* wire word: notStarted, running, succeeded, failed, cancelled, cancelling */
  str result;   /* JSON object, kind-specific; "" until there is one */
  str errors;   /* JSON array of {code,message,target}; "" when none */
  str warnings; /* JSON array of {code,message}; "" when none */
  int64_t created_us, updated_us, expires_us;
  int64_t attempts; /* times it was started */
  bool applied;     /* its effect is committed; only making it visible may be left */
  int64_t fence;    /* times it was claimed: the newest claim alone may write. Given by store_job_claim */
} store_job;
must_check err_code store_job_put(store_tx *tx, const store_job *j, err *e); /* insert or replace */
/* By whom has claimed it: writes the row only while the claim of j->fence is the newest. ERR_CONFLICT:
 * another node has it now, and tx must be rolled back. */
must_check err_code store_job_put_claimed(store_tx *tx, const store_job *j, err *e);
must_check err_code store_job_get(store_tx *tx, str id, arena *a, store_job *out, err *e); /* ERR_OPERATION_NOT_FOUND */
/* Of one project and kind, not expired at now_us, in the order of their first commit. */
must_check err_code store_job_list(store_tx *tx, str resource, str project, str kind, int64_t now_us, size_t skip,
                                   size_t top, arena *a, store_job **out, size_t *n, size_t *total, err *e);
/* All that are notStarted, running or cancelling, in the order of their first commit. */
must_check err_code store_job_unfinished(store_tx *tx, arena *a, store_job **out, size_t *n, err *e);
/* How many of them nobody has claimed. */
must_check err_code store_job_waiting(store_tx *tx, size_t *n, err *e);

/* Claims are leases: a node that does not renew loses its jobs to others. Each of these is a
 * transaction of its own.
 *
 * claim: the first unfinished job that nobody holds and that is the first of its project and class
 * (trainings are one class, all others the other) becomes running (or stays cancelling), with one
 * attempt and one fence more, for lease_us. *found false: there is none. */
must_check err_code store_job_claim(store *s, str node, bool training, int64_t lease_us, arena *a, store_job *out,
                                    bool *found, err *e);
/* Prolongs every claim of the node; rows are its unfinished jobs as they are now. */
must_check err_code store_job_renew(store *s, str node, int64_t lease_us, arena *a, store_job **rows, size_t *n,
                                    err *e);
/* Gives up every claim of a node that is no more. */
must_check err_code store_job_release(store *s, str node, err *e);
/* The result of a running job, for those who ask other nodes; nothing when the claim is not the newest.
 * A power cut may lose it. */
must_check err_code store_job_show(store *s, str id, int64_t fence, str result, err *e);
/* Deletes finished jobs that expired before now_us. */
must_check err_code store_job_expire(store_tx *tx, int64_t now_us, size_t *deleted, err *e);

/* ---- blobs ----------------------------------------------------------------------------------- */
/* Keeps data under its hash (idempotent); hash gets the lower-case hex and NUL. */
must_check err_code store_blob_put(store_tx *tx, str data, char hash[SHA256_HEX + 1], err *e);
/* Checked against the hash (ERR_CORRUPT). ERR_NOT_FOUND. */
must_check err_code store_blob_get(store_tx *tx, str hash, arena *a, str *out, err *e);
/* Moves a finished file (same file system: store_temp_path) into the store under its hash,
 * durable (and there for every node) when it returns; not part of a transaction. A model file nobody
 * refers to is removed by store_collect. */
must_check err_code store_model_file_adopt(store *s, const char *path, char hash[SHA256_HEX + 1], err *e);
/* Path of a kept model file, verified to exist: ERR_NOT_FOUND. One that only the shared database has
 * is fetched first, and checked against its hash: ERR_CORRUPT. */
must_check err_code store_model_file_path(store *s, str hash, arena *a, const char **path, err *e);
/* For a file that does not open: when it is damaged and the shared database has it whole, it is fetched
 * again. ERR_CORRUPT: there is no other. */
must_check err_code store_model_file_repair(store *s, str hash, err *e);
/* A new name for a file or directory of work in progress; whatever lies there is removed when the
 * store is opened. */
const char *store_temp_path(store *s, arena *a, const char *suffix);
/* Removes blobs and model files that no row refers to. Of each deployment's history the newest
 * STORE_HISTORY_KEPT states keep their files. Between store_model_file_adopt and the commit
 * of the row that names the file nothing refers to it: the caller keeps the two apart (in a shared
 * store it need not: there a file stays for an hour after its last use). */
must_check err_code store_collect(store *s, size_t *removed, err *e);

/* ---- query log (isLoggingEnabled) ------------------------------------------------------------ */
typedef struct store_query {
  str resource, project, deployment, text, language, top_intent, prediction; /* prediction: JSON */
  int64_t at_us;
} store_query;
/* One batch, one commit with relaxed durability: a power cut may lose the last rows. */
must_check err_code store_query_add(store *s, const store_query *q, size_t n, err *e);
/* Of a project, the newest top, newest first; *total counts all. */
must_check err_code store_query_list(store_tx *tx, str resource, str project, size_t top, arena *a, store_query **out,
                                     size_t *n, size_t *total, err *e);
/* Forgets those from before that time. */
must_check err_code store_query_expire(store_tx *tx, int64_t before_us, size_t *removed, err *e);
/* Forgets a project's queries of that text, in any ASCII letter case; *removed of them. */
must_check err_code store_query_delete(store_tx *tx, str resource, str project, str text, size_t *removed, err *e);

#endif

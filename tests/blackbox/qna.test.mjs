// Question answering projects over HTTP, as reference question-answering.md has them.
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { call, jobEnd, startServer, temporaryDirectory } from "../support.mjs";

let server;
let data;
const cleanups = [];
before(async () => {
  data = join(temporaryDirectory({ after: (f) => cleanups.push(f) }), "data");
  server = await startServer(data);
});
after(async () => {
  await server?.stop();
  for (const f of cleanups) f();
});

const base = (version) => (version === "2021-10-01" ? "/language" : "/language/authoring") + "/query-knowledgebases/projects";

const qna = (method, path, body, { version = "2023-04-01", type } = {}) =>
  call(server, method, `${server.url}${base(version)}${path}${path.includes("?") ? "&" : "?"}api-version=${version}`, body, type);

async function job(method, path, body, options) {
  const r = await qna(method, path, body, options);
  assert.equal(r.status, 202, JSON.stringify(r.body));
  assert.equal(r.body, undefined);
  const state = await jobEnd(server, r.headers.get("operation-location"));
  assert.equal(state.status, "succeeded", JSON.stringify(state));
  return state;
}

const ask = (project, body, { deployment = "production", version = "2023-04-01" } = {}) =>
  call(server, "POST",
    `${server.url}/language/:query-knowledgebases?projectName=${project}&deploymentName=${deployment}&api-version=${version}`, body);

const shop = {
  metadata: { language: "en", description: "Questions about the shop", settings: { defaultAnswer: "Sorry?" } },
  assets: {
    synonyms: [{ alterations: ["shop", "store"] }],
    qnas: [
      { id: 1, answer: "We open at **9:00** and close at 18:00.", questions: ["What are your hours?", "opening times of the shop"],
        metadata: { Site: "Lyon" }, dialog: { isContextOnly: false, prompts: [{ displayOrder: 0, qnaId: 3, displayText: "Sunday" }] } },
      { id: 2, answer: "Yes, within two days. Delivery in town costs five euro.", questions: ["Do you deliver?"],
        metadata: { site: "paris" }, source: "faq.tsv" },
      { id: 3, answer: "On Sunday we are closed.", questions: ["and on sundays"], dialog: { isContextOnly: true, prompts: [] } },
    ],
  },
};

test("the life of a project: create, import, ask the working copy, deploy, ask, delete", async () => {
  const made = await qna("PATCH", "/life", { language: "en", description: "d", settings: { defaultAnswer: "Hm." } });
  assert.equal(made.status, 201);
  assert.equal(made.body.projectName, "life");
  assert.equal((await qna("PATCH", "/life", { description: "e" })).status, 200);
  assert.equal((await qna("GET", "/life")).body.description, "e");
  assert.equal((await qna("GET", "/life")).body.lastDeployedDateTime, undefined);

  await job("POST", "/life/:import?format=json", shop);
  const test1 = await ask("life", { question: "when are the opening times of the store" }, { deployment: "test" });
  assert.equal(test1.status, 200, JSON.stringify(test1.body));
  assert.equal(test1.body.answers[0].id, 1);
  assert.equal((await ask("life", { question: "hours" })).status, 404);

  await job("PUT", "/life/deployments/production");
  assert.equal((await ask("life", { question: "hours" })).body.answers[0].id, 1);
  assert.ok((await qna("GET", "/life")).body.lastDeployedDateTime);
  assert.deepEqual((await qna("GET", "/life/deployments")).body.value.map((d) => d.deploymentName), ["production"]);
  assert.equal((await qna("GET", "/life/deployments/production")).body.deploymentName, "production");
  assert.equal((await qna("GET", "/life/deployments/other")).status, 404);

  // Production keeps what was deployed while the working copy goes on.
  await job("PATCH", "/life/qnas", [{ op: "delete", value: { id: 1 } }]);
  assert.equal((await ask("life", { question: "opening times" })).body.answers[0].id, 1);
  assert.notEqual((await ask("life", { question: "opening times" }, { deployment: "test" })).body.answers[0].id, 1);

  const gone = await qna("DELETE", "/life");
  assert.equal(gone.status, 202);
  assert.equal((await jobEnd(server, gone.headers.get("operation-location"))).status, "succeeded");
  assert.equal((await qna("GET", "/life")).status, 404);
  assert.equal((await qna("GET", "/life")).body.error.code, "ProjectNotFound");
  assert.equal((await ask("life", { question: "hours" })).status, 404);
});

test("an answer has the shape of the original", async () => {
  await job("POST", "/shape/:import?format=json", shop);
  await job("PUT", "/shape/deployments/production");
  const r = await ask("shape", { question: "What are your hours", top: 2 });
  assert.match(r.headers.get("csp-billing-usage"), /QuestionAnsweringTextRecords=1/);
  const [first] = r.body.answers;
  assert.deepEqual(Object.keys(first),
    ["questions", "answer", "confidenceScore", "id", "source", "metadata", "dialog"]);
  assert.equal(first.confidenceScore, 1);
  assert.equal(first.source, "Editorial");
  assert.deepEqual(first.metadata, { site: "lyon" });
  assert.deepEqual(first.dialog, { isContextOnly: false, prompts: [{ displayOrder: 0, qnaId: 3, displayText: "Sunday" }] });

  const span = (await ask("shape", { question: "what does delivery cost", answerSpanRequest: { enable: true } })).body.answers[0];
  const { text, offset, length } = span.answerSpan;
  assert.equal(span.answer.slice(offset, offset + length), text);
  assert.equal(text, "Delivery in town costs five euro.");

  assert.deepEqual((await ask("shape", { question: "xyzzy plugh" })).body.answers,
    [{ questions: [], answer: "Sorry?", confidenceScore: 0, id: -1, metadata: {} }]);
  assert.equal((await ask("shape", { qnaId: 2 })).body.answers[0].confidenceScore, 1);
  assert.equal((await ask("shape", { qnaId: 99 })).body.answers[0].id, -1);
});

test("filters, thresholds and contexts decide who may answer", async () => {
  await job("POST", "/filters/:import?format=json", shop);
  await job("PUT", "/filters/deployments/production");
  const id = async (body) => (await ask("filters", body)).body.answers[0].id;
  const question = "do you deliver";
  const site = (value) => ({ metadataFilter: { metadata: [{ key: "Site", value }] } });
  assert.equal(await id({ question }), 2);
  assert.notEqual(await id({ question, filters: site("LYON") }), 2);
  assert.equal(await id({ question, filters: site("Paris") }), 2);
  assert.equal(await id({ question, filters: { sourceFilter: ["faq.tsv"] } }), 2);
  assert.equal(await id({ question, filters: { sourceFilter: ["other"] } }), -1);
  assert.equal(await id({ question, filters: { metadataFilter: { metadata: [], logicalOperation: "AND" }, sourceFilter: [], logicalOperation: "AND" } }), 2);
  assert.equal(await id({ question: "deliver things", confidenceScoreThreshold: "0.999" }), -1);
  assert.notEqual(await id({ question: "and on sundays" }), 3);
  assert.equal(await id({ question: "and on sundays", context: { previousQnAId: 1, previousUserQuery: "" } }), 3);
  assert.notEqual(await id({ question: "and on sundays", context: { previousQnAId: 0, previousUserQuery: "" } }), 3);
});

test("pairs: add, replace, delete, and what is refused", async () => {
  await job("POST", "/pairs/:import", shop);
  await job("PATCH", "/pairs/qnas", [{ op: "add", value: { questions: ["Parking?"], answer: "Behind the house." } }]);
  const rows = (await qna("GET", "/pairs/qnas")).body;
  assert.deepEqual(rows.value.map((p) => p.id), [1, 2, 3, 4]);
  assert.equal(rows.nextLink, undefined);
  const page = (await qna("GET", "/pairs/qnas?maxpagesize=3")).body;
  assert.equal(page.value.length, 3);
  assert.equal((await call(server, "GET", page.nextLink)).body.value[0].id, 4);
  assert.deepEqual((await qna("GET", "/pairs/qnas?source=faq.tsv")).body.value.map((p) => p.id), [2]);
  for (const [ops, target] of [
    [[{ op: "replace", value: { id: 77, questions: ["x"], answer: "y" } }], "[0].value.id"],
    [[{ op: "add", value: { questions: [], answer: "y" } }], "[0].value.questions"],
    [[{ op: "add", value: { questions: ["x"], answer: "y", source: "nowhere" } }], "[0].value.source"],
  ]) {
    const r = await qna("PATCH", "/pairs/qnas", ops);
    assert.equal(r.status, 400, JSON.stringify(r.body));
    assert.equal(r.body.error.target, target);
  }
  assert.equal((await qna("GET", "/pairs/qnas")).body.value.length, 4);
});

test("sources, synonyms, feedback", async () => {
  await job("POST", "/more/:import", shop);
  assert.deepEqual((await qna("GET", "/more/sources")).body.value.map((s) => s.source), ["faq.tsv"]);
  await job("PATCH", "/more/sources", [{ op: "add", value: { source: "b", sourceUri: "http://b", sourceKind: "url", displayName: "B" } },
    { op: "delete", value: { source: "faq.tsv" } }]);
  assert.deepEqual((await qna("GET", "/more/sources")).body.value.map((s) => s.source), ["b"]);
  assert.deepEqual((await qna("GET", "/more/qnas")).body.value.map((p) => p.id), [1, 3]);

  assert.equal((await qna("PUT", "/more/synonyms", { value: [{ alterations: ["hours", "timetable"] }] })).status, 204);
  assert.deepEqual((await qna("GET", "/more/synonyms")).body.value, [{ alterations: ["hours", "timetable"] }]);
  assert.equal((await ask("more", { question: "what are your timetable" }, { deployment: "test" })).body.answers[0].confidenceScore, 1);
  assert.equal((await qna("PUT", "/more/synonyms", { value: [{ alterations: ["a.b"] }] })).status, 400);

  const records = [{ userId: "u1", userQuestion: "u open when", qnaId: "1" }, { userId: "u2", userQuestion: "u open when", qnaId: 1 }];
  assert.equal((await qna("POST", "/more/feedback", { records }, { version: "2021-10-01" })).status, 204);
  const [first] = (await qna("GET", "/more/qnas")).body.value;
  assert.deepEqual(first.activeLearningSuggestions, [{ clusterHead: "u open when",
    suggestedQuestions: [{ question: "u open when", userSuggestedCount: 2, autoSuggestedCount: 0 }] }]);
});

test("export and import are lossless, in JSON and as a table", async () => {
  await job("POST", "/lossless/:import", shop);
  const fetchFile = async (query) => {
    const state = await job("POST", `/lossless/:export?${query}`);
    const r = await fetch(state.resultUrl, { headers: { "Ocp-Apim-Subscription-Key": server.key } });
    assert.equal(r.status, 200);
    return r.text();
  };
  const json = await fetchFile("format=json");
  await job("POST", "/again/:import?format=json", JSON.parse(json));
  const table = await fetchFile("format=tsv");
  assert.equal(table.split("\n")[0].split("\t").length, 9);
  await job("POST", "/table/:import?format=tsv", table, { type: "text/tab-separated-values" });
  for (const name of ["again", "table"]) {
    const strip = (v) => v.map(({ lastUpdatedDateTime, sourceDisplayName, ...p }) => p);
    assert.deepEqual(strip((await qna("GET", `/${name}/qnas`)).body.value), strip((await qna("GET", "/lossless/qnas")).body.value));
  }
  assert.equal(await fetchFile("format=tsv&assetKind=synonyms"), "Synonyms\n\"shop\",\"store\"\n");
  assert.equal((await qna("POST", "/lossless/:export?format=excel")).status, 400);
  const uri = await qna("POST", "/lossless/:import?format=tsv", { fileUri: "http://example.org/x.tsv" });
  assert.equal(uri.status, 400);
  assert.equal(uri.body.error.target, "fileUri");
});

test("answers from texts", async () => {
  const r = await call(server, "POST", `${server.url}/language/:query-text?api-version=2021-10-01`, {
    question: "how long does charging take", language: "en", stringIndexType: "Utf16CodeUnit",
    records: [{ id: "a", text: "It is 🟥. Charging takes two hours. Then it is full." }, { id: "b", text: "Nothing." }],
  });
  assert.equal(r.status, 200, JSON.stringify(r.body));
  const [best] = r.body.answers;
  assert.equal(best.id, "a");
  assert.equal(best.answer, "Charging takes two hours. Then it is full.");
  assert.equal("It is 🟥. Charging takes two hours. Then it is full.".slice(best.offset, best.offset + best.length), best.answer);
  assert.equal(best.answerSpan.text, "Charging takes two hours.");
});

test("bad requests", async () => {
  await job("POST", "/bad/:import", shop);
  const blank = await ask("bad", { question: " " }, { deployment: "test" });
  assert.equal(blank.status, 400);
  assert.equal(blank.body.error.code, "InvalidArgument");
  assert.equal((await ask("bad", {}, { deployment: "test" })).status, 400);
  assert.equal((await ask("bad", { question: "x", top: 0 }, { deployment: "test" })).status, 400);
  assert.equal((await ask("bad", { question: "x", rankerType: "Other" }, { deployment: "test" })).status, 400);
  assert.equal((await ask("bad", { question: "x".repeat(1001) }, { deployment: "test" })).status, 400);
  assert.equal((await ask("nobody", { question: "x" })).status, 404);
  assert.equal((await qna("GET", "/nobody")).status, 404);
  assert.equal((await qna("PATCH", "/a_b", { language: "en" })).status, 400);
  assert.equal((await qna("PATCH", "/new", { description: "no language" })).status, 400);
  assert.equal((await qna("POST", "/new/:import", { assets: { qnas: [{ answer: "a" }] } })).status, 400);
  assert.equal((await qna("GET", "/new")).status, 404);
  assert.equal((await qna("PUT", "/bad/deployments/test")).status, 400);
  assert.equal((await qna("GET", "/bad", undefined, { version: "2019-01-01" })).status, 400);
  assert.equal((await qna("GET", "/bad/qnas/jobs/none")).status, 404);
});

test("what was acknowledged is there after kill -9", async () => {
  await job("POST", "/durable/:import", shop);
  await job("PUT", "/durable/deployments/production");
  await server.kill();
  server = await startServer(data);
  assert.equal((await ask("durable", { question: "do you deliver" })).body.answers[0].id, 2);
});

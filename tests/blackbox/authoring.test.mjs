// The authoring life of a Conversation project through REST, as reference clu-authoring.md has it:
// P1-P10, T1-T4, M1-M9, D1-D7, G1-G3; headers, pages, jobs.
import assert from "node:assert/strict";
import test from "node:test";
import { call, callJob, fileServer, jobEnd, smallProject } from "../support.mjs";

const A = "/language/authoring/analyze-conversations";
const versions = [
  "2022-05-01", "2022-05-15-preview", "2022-07-01-preview", "2022-10-01-preview", "2023-04-01", "2023-04-15-preview",
  "2023-11-15-preview", "2024-05-01", "2024-05-15-preview", "2024-11-15-preview", "2025-05-15-preview", "2025-11-01",
  "2025-11-15-preview",
];
const jobId = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}_\d{18}$/;
const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ticks = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;
const day = /^\d{4}-\d\d-\d\d$/;

const server = fileServer();

const get = (path) => call(server, "GET", path);
const patch = (path, body) => call(server, "PATCH", path, body, "application/merge-patch+json");
const importProject = (name, options) => callJob(server, "POST", `/${name}/:import`, smallProject(name, options));
const trainBody = (label, more = {}) => ({
  modelLabel: label, trainingMode: "standard", evaluationOptions: { kind: "manual" }, ...more,
});
async function trained(name, label = "m1", options) {
  await importProject(name, options);
  return callJob(server, "POST", `/${name}/:train`, trainBody(label));
}

/** The 202 of a job: empty body, absolute operation-location below the right path. */
function assertAccepted(r, path) {
  assert.equal(r.status, 202, JSON.stringify(r.body));
  assert.equal(r.body, undefined);
  assert.equal(r.headers.get("content-length"), "0");
  assert.equal(r.headers.get("retry-after"), null);
  const url = new URL(r.headers.get("operation-location"));
  assert.equal(url.origin, server.url);
  assert.ok(url.pathname.startsWith(`${A}/projects${path}`), url.pathname);
  assert.equal(url.searchParams.get("api-version"), "2023-04-01");
  assert.match(url.pathname.split("/").at(-1), jobId);
}

function assertJob(job, status = "succeeded") {
  assert.match(job.jobId, jobId);
  for (const field of ["createdDateTime", "lastUpdatedDateTime", "expirationDateTime"]) assert.match(job[field], seconds);
  assert.equal(Date.parse(job.expirationDateTime) - Date.parse(job.createdDateTime), 7 * 86_400_000);
  assert.equal(job.status, status);
}

// ---- projects ----------------------------------------------------------------------------------

test("P3, P2: a project is created, changed by merge patch and read", async () => {
  const created = await patch("/bot", {
    projectKind: "Conversation", projectName: "bot", language: "en-us", multilingual: true, description: "orders",
    settings: { confidenceThreshold: 0.6 },
  });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  assert.equal(new URL(created.headers.get("location")).pathname, `${A}/projects/bot`);
  assert.match(created.body.createdDateTime, seconds);
  const { createdDateTime, lastModifiedDateTime, ...rest } = created.body;
  assert.deepEqual(rest, {
    projectKind: "Conversation", projectName: "bot", multilingual: true, description: "orders", language: "en-us",
    settings: { confidenceThreshold: 0.6 },
  });

  const changed = await patch("/bot", { description: null, settings: { normalizeCasing: true } });
  assert.equal(changed.status, 200);
  assert.equal(changed.headers.get("location"), null);
  assert.equal("description" in changed.body, false);
  assert.equal(changed.body.settings.normalizeCasing, true);
  assert.deepEqual((await get("/bot")).body, changed.body);

  const plain = await patch("/plain", { projectKind: "Conversation", projectName: "plain", language: "de" });
  assert.equal(plain.status, 201);
  assert.equal("settings" in plain.body, false, "created without settings, returned without");
  assert.equal((await patch("/plain", { language: "fr" })).body.language, "fr");
  assert.equal((await patch("/plain", { projectKind: "Orchestration" })).status, 400, "the kind cannot change");
  assert.equal((await patch("/plain", { projectName: "other" })).status, 400, "nor the name");
});

test("P3: what creation requires and refuses", async () => {
  const good = { projectKind: "Conversation", projectName: "x", language: "en-us" };
  for (const missing of ["projectKind", "language"]) {
    const { [missing]: _, ...body } = good;
    const r = await patch("/x", body);
    assert.equal(r.status, 400, missing);
    assert.equal(r.body.error.code, "InvalidArgument");
  }
  assert.equal((await patch("/x", { ...good, projectName: "y" })).status, 400);
  assert.equal((await patch("/x", { ...good, projectKind: "Other" })).status, 400);
  assert.equal((await patch("/global", { ...good, projectName: "global" })).status, 400);
  for (const name of ["a b", "a%3Ab", "%C3%A9", "..%00", "x".repeat(101)]) {
    const r = await fetch(`${server.url}${A}/projects/${name}?api-version=2023-04-01`, {
      method: "PATCH", headers: { "Ocp-Apim-Subscription-Key": server.key, "Content-Type": "application/json" },
      body: JSON.stringify({ projectKind: "Conversation", language: "en-us" }),
    });
    assert.equal(r.status, 400, name);
  }
  assert.equal((await get("/x")).status, 404);
});

test("P1: pages, with nextLink to the end", async () => {
  for (const name of ["page-a", "page-b", "page-c"])
    await patch(`/${name}`, { projectKind: "Conversation", projectName: name, language: "en-us" });
  const all = (await get("")).body;
  assert.equal(all.nextLink, null);
  const names = all.value.map((p) => p.projectName);
  assert.ok(names.length >= 3);
  assert.deepEqual(names, [...names].sort());

  const walked = [];
  let url = `${server.url}${A}/projects?api-version=2023-04-01&maxpagesize=1&Extra=a%20b`;
  for (let pages = 0; url; pages++) {
    assert.ok(pages <= names.length);
    const r = await call(server, "GET", url);
    assert.equal(r.body.value.length, 1);
    walked.push(r.body.value[0].projectName);
    url = r.body.nextLink;
    if (!url) break;
    const q = new URL(url).searchParams;
    assert.equal(new URL(url).origin, server.url);
    assert.equal(q.get("api-version"), "2023-04-01");
    assert.equal(q.get("Extra"), "a b");
    assert.equal(q.get("maxpagesize"), "1");
    assert.equal(q.get("skip"), String(walked.length));
    assert.equal(q.get("top"), String(2147483647 - walked.length));
  }
  assert.deepEqual(walked, names);

  assert.deepEqual((await get("?skip=1&top=2")).body.value.map((p) => p.projectName), names.slice(1, 3));
  assert.equal((await get("?skip=1&top=2")).body.nextLink, null, "the client wanted no more");
  assert.deepEqual((await get("?skip=1000")).body, { value: [], nextLink: null });
  assert.deepEqual((await get("?top=0")).body, { value: [], nextLink: null });
  for (const bad of ["top=-1", "skip=-1", "maxpagesize=0", "top=x", "skip=99999999999"])
    assert.equal((await get(`?${bad}`)).status, 400, bad);
});

test("P9, P10, P6, P7, P8: import and export give the same document", async () => {
  const document = smallProject("round", { description: "été 👍" });
  for (const u of document.assets.utterances) u.entities ??= []; // the exporter writes the empty array
  const accepted = await call(server, "POST", "/round/:import?format=conversation", document);
  assertAccepted(accepted, "/round/import/jobs/");
  assertJob(await jobEnd(server, accepted.headers.get("operation-location")));

  const exporting = await call(server, "POST", "/round/:export?stringIndexType=Utf16CodeUnit");
  assertAccepted(exporting, "/round/export/jobs/");
  const job = await jobEnd(server, exporting.headers.get("operation-location"));
  assertJob(job);
  assert.equal(new URL(job.resultUrl).origin, server.url);
  const result = await call(server, "GET", job.resultUrl);
  assert.equal(result.status, 200);
  assert.deepEqual(result.body.assets, document.assets);
  assert.equal(result.body.metadata.projectName, "round");
  assert.equal(result.body.metadata.description, "été 👍");

  await callJob(server, "POST", "/copy/:import", { ...result.body, metadata: { ...result.body.metadata, projectName: null } });
  const second = await callJob(server, "POST", "/copy/:export?stringIndexType=utf8codeunit");
  const again = (await call(server, "GET", second.resultUrl)).body;
  assert.equal(again.stringIndexType.toLowerCase(), "utf8codeunit");
  assert.equal(again.metadata.projectName, "copy");
});

test("P9: a broken file names its place and changes nothing", async () => {
  await importProject("kept");
  const was = (await get("/kept")).body;
  const broken = [
    [(d) => { d.assets.utterances[1].entities[0].offset = 400; }, /assets\.utterances\[1\]\.entities\[0\]/],
    [(d) => { d.assets.utterances[0].intent = "Nothing"; }, /assets\.utterances\[0\]\.intent/],
    [(d) => { d.assets.utterances[0].entities[0].category = "Nothing"; }, /assets\.utterances\[0\]\.entities\[0\]/],
    [(d) => { d.assets.utterances[2].text = 7; }, /assets\.utterances\[2\]\.text/],
    [(d) => { delete d.stringIndexType; }, /stringIndexType/],
    [(d) => { d.metadata.projectName = "other"; }, /projectName/],
  ];
  for (const [breakIt, place] of broken) {
    const d = smallProject("kept");
    breakIt(d);
    const r = await call(server, "POST", "/kept/:import", d);
    assert.equal(r.status, 400, String(place));
    assert.equal(r.body.error.code, "InvalidArgument");
    assert.match(`${r.body.error.target} ${r.body.error.message}`, place);
  }
  assert.deepEqual((await get("/kept")).body, was);
  const luis = await call(server, "POST", "/kept/:import?format=luis", {});
  assert.equal(luis.status, 400);
  assert.match(luis.body.error.message, /LUIS/);
  assert.equal((await call(server, "POST", "/kept/:export")).body.error.target, "stringIndexType");
  assert.equal((await call(server, "POST", "/kept/:export?stringIndexType=TextElements_v8")).status, 400);
});

test("P4, P5: deletion, whose job outlives the project", async () => {
  await importProject("gone");
  const r = await call(server, "DELETE", "/gone");
  assertAccepted(r, "/global/deletion-jobs/");
  assertJob(await jobEnd(server, r.headers.get("operation-location")));
  const missing = await get("/gone");
  assert.equal(missing.status, 404);
  assert.equal(missing.body.error.code, "ProjectNotFound");
  assert.equal((await call(server, "DELETE", "/gone")).status, 404);
});

// ---- training and models -----------------------------------------------------------------------

test("T1, T3, T2, M1, M2: training makes a model", async () => {
  await importProject("shop");
  const r = await call(server, "POST", "/shop/:train", trainBody("m1"));
  assertAccepted(r, "/shop/train/jobs/");
  const job = await jobEnd(server, r.headers.get("operation-location"));
  assertJob(job);
  const { result } = job;
  assert.equal(result.modelLabel, "m1");
  assert.match(result.trainingConfigVersion, /^\d{4}-\d\d-\d\d/, "resolved, not latest");
  assert.equal(result.trainingMode, "standard");
  assert.equal(result.trainingStatus.percentComplete, 100);
  assert.equal(result.trainingStatus.status, "succeeded");
  assert.match(result.trainingStatus.startDateTime, ticks);
  assert.match(result.trainingStatus.endDateTime, ticks);
  assert.equal(result.evaluationStatus.status, "succeeded");
  assert.ok(job.warnings.some((w) => w.code === "Warning" && /None/.test(w.message)), "few examples are warned of");

  const jobs = (await get("/shop/train/jobs")).body;
  assert.deepEqual(jobs, { value: [job], nextLink: null });

  const model = (await get("/shop/models/m1")).body;
  assert.equal(model.label, "m1");
  assert.match(model.modelId, /^m1-\d{8}T\d{6}-[0-9a-f]{32}$/);
  assert.match(model.lastTrainedDateTime, seconds);
  assert.ok(Number.isInteger(model.lastTrainingDurationInSeconds));
  assert.match(model.modelExpirationDate, day);
  assert.equal(model.modelTrainingConfigVersion, result.trainingConfigVersion);
  assert.equal(model.hasSnapshot, true);
  assert.deepEqual((await get("/shop/models")).body, { value: [model], nextLink: null });
  assert.match((await get("/shop")).body.lastTrainedDateTime, seconds);
});

test("M4, M5: the evaluation of a model", async () => {
  const summary = (await get("/shop/models/m1/evaluation/summary-result")).body;
  for (const part of ["entitiesEvaluation", "intentsEvaluation"])
    for (const field of ["microF1", "microPrecision", "microRecall", "macroF1", "macroPrecision", "macroRecall"])
      assert.equal(typeof summary[part][field], "number", `${part}.${field}`);
  assert.ok(summary.entitiesEvaluation.entities.Drink.truePositiveCount >= 0);
  assert.ok(summary.intentsEvaluation.intents.Order.truePositiveCount >= 0);
  assert.equal(summary.evaluationOptions.kind, "manual");
  assert.ok(summary.intentsEvaluation.confusionMatrix.Order);

  const items = (await get("/shop/models/m1/evaluation/result?stringIndexType=Utf16CodeUnit")).body;
  assert.equal(items.nextLink, null);
  const expected = smallProject("shop").assets.utterances.filter((u) => u.dataset === "Test");
  assert.equal(items.value.length, expected.length);
  for (const item of items.value) {
    const u = expected.find((x) => x.text === item.text);
    assert.equal(item.intentsResult.expectedIntent, u.intent);
    assert.deepEqual(item.entitiesResult.expectedEntities, u.entities ?? []);
    assert.equal(item.language, "en-us");
    assert.equal(typeof item.intentsResult.predictedIntent, "string");
    assert.ok(Array.isArray(item.entitiesResult.predictedEntities));
  }
  const first = (await get("/shop/models/m1/evaluation/result/?stringIndexType=utf16codeunit&maxpagesize=2")).body;
  assert.deepEqual(first.value, items.value.slice(0, 2));
  assert.equal(new URL(first.nextLink).searchParams.get("stringIndexType"), "utf16codeunit");
  assert.deepEqual((await call(server, "GET", first.nextLink)).body.value, items.value.slice(2, 4));
  assert.equal((await get("/shop/models/m1/evaluation/result")).body.error.target, "stringIndexType");
});

test("a model without test data has no evaluation", async () => {
  const d = smallProject("untested");
  for (const u of d.assets.utterances) u.dataset = "Train";
  await callJob(server, "POST", "/untested/:import", d);
  const job = await callJob(server, "POST", "/untested/:train",
    trainBody("m", { evaluationOptions: { kind: "percentage", trainingSplitPercentage: 100, testingSplitPercentage: 0 } }));
  assert.equal(job.result.evaluationStatus.status, "notStarted");
  const r = await get("/untested/models/m/evaluation/summary-result");
  assert.equal(r.status, 404);
  assert.equal(r.body.error.code, "NotFound");
});

test("M6, M7: a snapshot comes back, also by the URLs of the docs", async () => {
  await trained("snap");
  const exported = async () => {
    const job = await callJob(server, "POST", "/snap/:export?stringIndexType=Utf16CodeUnit");
    return (await call(server, "GET", job.resultUrl)).body.assets.utterances.length;
  };
  const was = await exported();
  await importProject("snap", { rounds: 3 });
  assert.notEqual(await exported(), was);
  const labelled = await callJob(server, "POST", "/snap/:export?stringIndexType=Utf16CodeUnit&trainedModelLabel=m1");
  assert.equal((await call(server, "GET", labelled.resultUrl)).body.assets.utterances.length, was);
  const r = await call(server, "POST", "/snap/models/m1/:load-snapshot");
  assertAccepted(r, "/snap/models/m1/load-snapshot/jobs/");
  assertJob(await jobEnd(server, r.headers.get("operation-location")));
  assert.equal(await exported(), was);

  const alternate = await call(server, "POST", "/snap/models/m1:load-snapshot?stringIndexType=Utf16CodeUnit");
  assert.equal(alternate.status, 202);
  const id = new URL(alternate.headers.get("operation-location")).pathname.split("/").at(-1);
  assert.equal((await get(`/snap/models/m1/jobs/${id}`)).body.jobId, id);
  await jobEnd(server, alternate.headers.get("operation-location"));
});

test("M8, M9: a model is evaluated anew", async () => {
  await trained("anew");
  const r = await call(server, "POST", "/anew/models/m1/:evaluate", { kind: "manual" });
  assertAccepted(r, "/anew/models/m1/evaluate/jobs/");
  const job = await jobEnd(server, r.headers.get("operation-location"));
  assertJob(job);
  assert.equal(job.result.modelLabel, "m1");
  assert.equal(job.result.percentComplete, 100);
  assert.equal(job.result.evaluationOptions.kind, "manual");
  assert.match(job.result.trainingConfigVersion, /^\d{4}-/);
});

test("T4: cancel; a job that has ended cannot be cancelled", async () => {
  await importProject("long", { rounds: 3000 });
  const r = await call(server, "POST", "/long/:train", trainBody("m"));
  const { pathname } = new URL(r.headers.get("operation-location"));
  const second = await call(server, "POST", "/long/:train", trainBody("m2"));
  assert.equal(second.status, 409, "one training at a time");
  assert.equal(second.body.error.code, "Conflict");
  const cancelled = await call(server, "POST", `${server.url}${pathname}/:cancel`);
  assert.equal(cancelled.status, 202, JSON.stringify(cancelled.body));
  assert.equal(new URL(cancelled.headers.get("operation-location")).pathname, pathname);
  const job = await jobEnd(server, cancelled.headers.get("operation-location"));
  assert.equal(job.status, "cancelled");
  assert.equal((await get("/long/models")).body.value.length, 0, "no model is left");
  assert.equal((await call(server, "POST", `${server.url}${pathname}/:cancel`)).status, 409);
});

test("T1: what a training refuses", async () => {
  await importProject("strict");
  const bad = [
    [{ trainingMode: "standard" }, "modelLabel"],
    [{ modelLabel: "m" }, "trainingMode"],
    [{ modelLabel: 7, trainingMode: "standard" }, "modelLabel"],
    [{ modelLabel: "m", trainingMode: "fast" }, "trainingMode"],
    [{ ...trainBody("m"), trainingConfigVersion: "1999-01-01" }, "trainingConfigVersion"],
    [{ ...trainBody("m"), evaluationOptions: { kind: "other" } }, "evaluationOptions.kind"],
    [{ ...trainBody("m"), evaluationOptions: { trainingSplitPercentage: 80, testingSplitPercentage: 30 } }, "evaluationOptions"],
    [{ ...trainBody("m"), evaluationOptions: { trainingSplitPercentage: 101 } }, "evaluationOptions.trainingSplitPercentage"],
    [{ ...trainBody("m"), evaluationOptions: [] }, "evaluationOptions"],
    [{ ...trainBody("m"), dataGenerationSettings: { enableDataGeneration: true } }, "dataGenerationSettings"],
  ];
  for (const [body, target] of bad) {
    const r = await call(server, "POST", "/strict/:train", body);
    assert.equal(r.status, 400, JSON.stringify(body));
    assert.equal(r.body.error.code, "InvalidArgument");
    assert.equal(r.body.error.target, target);
  }
  assert.equal((await call(server, "POST", "/strict/:train", trainBody("a b"))).status, 400);
  assert.equal((await call(server, "POST", "/nowhere/:train", trainBody("m"))).body.error.code, "ProjectNotFound");
});

// ---- deployments -------------------------------------------------------------------------------

test("D3, D5, D2, D1, D6, D7, D4: the life of deployments", async () => {
  await trained("dep");
  await callJob(server, "POST", "/dep/:train", trainBody("m2"));
  const r = await call(server, "PUT", "/dep/deployments/production", { trainedModelLabel: "m1", assignedResourceIds: [] });
  assertAccepted(r, "/dep/deployments/production/jobs/");
  assertJob(await jobEnd(server, r.headers.get("operation-location")));
  const m1 = (await get("/dep/models/m1")).body;
  const m2 = (await get("/dep/models/m2")).body;
  const d = (await get("/dep/deployments/production")).body;
  assert.equal(d.deploymentName, "production");
  assert.equal(d.modelId, m1.modelId);
  assert.match(d.lastTrainedDateTime, ticks);
  assert.match(d.lastDeployedDateTime, seconds);
  assert.match(d.deploymentExpirationDate, day);
  assert.equal(d.modelTrainingConfigVersion, m1.modelTrainingConfigVersion);
  assert.equal("assignedResources" in d, false);
  assert.match((await get("/dep")).body.lastDeployedDateTime, seconds);

  await callJob(server, "PUT", "/dep/deployments/swap", { trainedModelLabel: "m2" });
  const swap = await call(server, "POST", "/dep/deployments/%3Aswap",
    { firstDeploymentName: "production", secondDeploymentName: "swap" });
  assertAccepted(swap, "/dep/deployments/swap/jobs/");
  assertJob(await jobEnd(server, swap.headers.get("operation-location")));
  assert.equal((await get("/dep/deployments/production")).body.modelId, m2.modelId);
  assert.equal((await get("/dep/deployments/swap")).body.modelId, m1.modelId);
  assert.deepEqual((await get("/dep/deployments")).body.value.map((x) => x.deploymentName), ["production", "swap"]);

  const used = await call(server, "DELETE", "/dep/models/m1");
  assert.equal(used.status, 409);
  const gone = await call(server, "DELETE", "/dep/deployments/production");
  assertAccepted(gone, "/dep/deployments/production/jobs/");
  assertJob(await jobEnd(server, gone.headers.get("operation-location")));
  assert.equal((await get("/dep/deployments/production")).status, 404);
  const deleted = await call(server, "DELETE", "/dep/models/m2");
  assert.equal(deleted.status, 204);
  assert.equal(deleted.body, undefined);
  assert.equal((await get("/dep/models/m2")).status, 404);
});

test("D3, D6: what a deployment refuses", async () => {
  const put = (name, body) => call(server, "PUT", `/dep/deployments/${name}`, body);
  assert.equal((await put("x", {})).body.error.target, "trainedModelLabel");
  assert.equal((await put("x", { trainedModelLabel: "none" })).status, 404);
  assert.equal((await put("a b", { trainedModelLabel: "m1" })).status, 400);
  for (const key of ["assignedResourceIds", "assignedResources"]) {
    const r = await put("x", { trainedModelLabel: "m1", [key]: ["/subscriptions/s"] });
    assert.equal(r.status, 400);
    assert.ok(r.body.error.target.startsWith(`${key}[0]`), r.body.error.target);
  }
  const swap = (body) => call(server, "POST", "/dep/deployments/:swap", body);
  assert.equal((await swap({ firstDeploymentName: "swap" })).body.error.target, "secondDeploymentName");
  assert.equal((await swap({ firstDeploymentName: "swap", secondDeploymentName: "none" })).status, 404);
});

test("ten deployments and ten models; the eleventh is refused", async () => {
  await trained("ten", "m1", { rounds: 2 });
  for (let i = 2; i <= 10; i++) await callJob(server, "POST", "/ten/:train", trainBody(`m${i}`));
  const model = await call(server, "POST", "/ten/:train", trainBody("m11"));
  assert.equal(model.status, 403);
  assert.equal(model.body.error.code, "QuotaExceeded");
  await callJob(server, "POST", "/ten/:train", trainBody("m10"));
  for (let i = 1; i <= 10; i++) await callJob(server, "PUT", `/ten/deployments/d${i}`, { trainedModelLabel: "m1" });
  const deployment = await call(server, "PUT", "/ten/deployments/d11", { trainedModelLabel: "m1" });
  assert.equal(deployment.status, 403);
  assert.equal(deployment.body.error.code, "QuotaExceeded");
  await callJob(server, "PUT", "/ten/deployments/d10", { trainedModelLabel: "m2" });
});

// ---- global and shared -----------------------------------------------------------------------

test("G1, G2, G3: what the service knows", async () => {
  const languages = (await get("/global/languages?projectKind=Conversation")).body;
  assert.ok(languages.value.some((l) => l.languageName === "German" && l.languageCode === "de"));
  assert.ok(languages.value.length > 90);
  assert.equal((await get("/global/languages?projectKind=orchestration")).body.value.length, 6);
  assert.equal((await get("/global/languages")).body.error.target, "projectKind");
  assert.equal((await get("/global/languages?projectKind=x")).status, 400);
  const page = (await get("/global/languages?projectKind=Conversation&maxpagesize=10&skip=5")).body;
  assert.deepEqual(page.value, languages.value.slice(5, 15));
  assert.deepEqual((await call(server, "GET", page.nextLink)).body.value, languages.value.slice(15, 25));

  const prebuilt = (await get("/global/prebuilt-entities?language=en&multilingual=false")).body.value;
  const all = (await get("/global/prebuilt-entities?multilingual=true")).body.value;
  assert.ok(prebuilt.some((p) => p.category === "Quantity.Number" && p.description && p.examples));
  assert.ok(!prebuilt.some((p) => p.category === "Geography.Location"));
  assert.ok(all.some((p) => p.category === "Geography.Location"));
  assert.equal((await get("/global/prebuilt-entities")).body.error.target, "language");
  assert.equal((await get("/global/prebuilt-entities?language=xx")).status, 400);

  const configs = (await get("/global/training-config-versions?projectKind=Conversation")).body.value;
  assert.ok(configs.some((c) => c.trainingConfigVersion === "2022-09-01"));
  for (const c of configs) assert.match(c.modelExpirationDate, day);
});

test("every api-version is served, an unknown or missing one is refused", async () => {
  for (const v of versions) assert.equal((await get(`?api-version=${v}`)).status, 200, v);
  for (const query of ["?api-version=2021-01-01", "?api-version=", "?api-version=2023-04-01%20"]) {
    const r = await get(query);
    assert.equal(r.status, 400, query);
    assert.equal(r.body.error.code, "InvalidRequest");
    assert.equal(r.body.error.target, "api-version");
  }
  const r = await fetch(`${server.url}${A}/projects`, { headers: { "Ocp-Apim-Subscription-Key": server.key } });
  assert.equal(r.status, 400);
});

test("answers carry the headers of the original", async () => {
  const r = await fetch(`${server.url}${A}/projects?api-version=2023-04-01`, {
    headers: {
      "Ocp-Apim-Subscription-Key": server.key, "x-ms-client-request-id": "abc-123",
      "x-ms-return-client-request-id": "true", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    },
  });
  assert.equal(r.headers.get("content-type"), "application/json; charset=utf-8");
  assert.match(r.headers.get("apim-request-id"), /^[0-9a-f-]{36}$/);
  assert.equal(r.headers.get("request-id"), r.headers.get("apim-request-id"));
  assert.equal(r.headers.get("x-ms-region"), "East US");
  assert.match(r.headers.get("x-envoy-upstream-service-time"), /^\d+$/);
  assert.equal(r.headers.get("strict-transport-security"), "max-age=31536000; includeSubDomains; preload");
  assert.equal(r.headers.get("x-content-type-options"), "nosniff");
  assert.equal(r.headers.get("access-control-expose-headers"), "*");
  assert.equal(r.headers.get("x-ms-client-request-id"), "abc-123");
});

test("doubled slash and trailing slash are tolerated; key2 opens as key1 does", async () => {
  const paths = [`/${A}/projects`, `${A}/projects/`, `${A}/projects/global/languages/`];
  for (const path of paths) {
    const r = await fetch(`${server.url}${path}?api-version=2023-04-01&projectKind=Conversation`, {
      headers: { "Ocp-Apim-Subscription-Key": server.key2 },
    });
    assert.equal(r.status, 200, path);
  }
});

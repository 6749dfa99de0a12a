// LUIS authoring with the official clients of both API versions, and with raw requests where tools differ from them:
// apps, versions, training, publishing, accounts. Reference: luis-authoring §16.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import test from "node:test";
import { call, dragomanOk, startServer, temporaryDirectory } from "../support.mjs";
import {
  client, flatApp, importApp, luis, predict, publish, shopApp, train, trained, underWay, v2, v3,
} from "./luis.mjs";

const start = (t) => startServer(temporaryDirectory(t));
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const success = { code: "Success", message: "Operation Successful" };
const failsWith = (r, status, code, message) => {
  assert.deepEqual([r.status, r.body?.error?.code], [status, code], r.text);
  assert.ok(r.body.error.message, "a message for people");
  assert.ok(r.statusText, "tools print the reason phrase");
  if (message) assert.match(r.body.error.message, message);
};

/** Texts, flags and order that a tool compares between what it sent and what it gets. */
const comparable = ({ luis_schema_version, settings, tokenizerVersion, regex_features, ...app }) => app;

test("the whole way with the V3 client", async (t) => {
  const server = await start(t);
  const c = client(server);
  const app = shopApp();
  const id = (await c.apps.importMethod(app, { appName: "Lamps" })).body;
  assert.match(id, guid);
  const list = await c.apps.list({ skip: 0, take: 100 });
  assert.deepEqual(list.map((a) => [a.id, a.name, a.activeVersion, a.endpoints]), [[id, "Lamps", "0.1", {}]]);
  const queued = await c.train.trainVersion(id, "0.1");
  assert.deepEqual([queued.statusId, queued.status], [9, "Queued"]);
  let rows;
  do rows = await c.train.getStatus(id, "0.1");
  while (rows.some((r) => ["Queued", "InProgress"].includes(r.details.status)));
  assert.equal(rows.length, 4, "three intents and an entity");
  assert.ok(rows.every((r) => r.details.status === "Success" && guid.test(r.modelId) && r.details.trainingDateTime));
  const endpoint = await c.apps.publish(id, { versionId: "0.1", isStaging: false });
  assert.equal(endpoint.versionId, "0.1");
  assert.equal(endpoint.endpointUrl, `${server.url}/luis/v2.0/apps/${id}`);
  assert.equal(endpoint.endpointRegion, "eastus");
  const got = await c.apps.get(id);
  assert.equal(got.endpoints.PRODUCTION.versionId, "0.1");
  assert.equal(got.endpoints.STAGING, undefined);
  assert.deepEqual({ ...(await c.apps.listEndpoints(id)) }, { eastus: endpoint.endpointUrl });
  const version = await c.versions.get(id, "0.1");
  assert.equal(version.trainingStatus, "Trained");
  assert.ok(version.lastTrainedDateTime && version.lastPublishedDateTime);
  assert.equal((await c.train.trainVersion(id, "0.1")).status, "UpToDate");
  const answer = await predict(server, id, "slots/production", "hello my friend");
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.prediction.topIntent, "Greet");
  assert.equal((await c.apps.deleteMethod(id)).code, "Success");
  await server.stop();
});

test("apps with the V3 client", async (t) => {
  const server = await start(t);
  const c = client(server);
  const id = (await c.apps.add({ name: "One", culture: "en-us", description: "d", initialVersionId: "1.0", usageScenario: "IoT" })).body;
  let app = await c.apps.get(id);
  assert.deepEqual([app.name, app.description, app.culture, app.activeVersion, app.usageScenario, app.versionsCount],
    ["One", "d", "en-us", "1.0", "IoT", 1]);
  assert.deepEqual({ ...(await c.apps.update(id, { name: "Uno", description: "e" })) }.code, "Success");
  app = await c.apps.get(id);
  assert.deepEqual([app.name, app.description], ["Uno", "e"]);
  assert.ok((await c.apps.listSupportedCultures()).some((x) => x.code === "en-us" && x.name === "English"));
  assert.ok((await c.apps.listUsageScenarios()).includes("IoT"));
  assert.ok((await c.apps.listDomains()).length > 3);
  assert.deepEqual((await c.apps.listCortanaEndpoints()).endpointKeys, []);
  assert.deepEqual([...(await c.apps.listAvailableCustomPrebuiltDomains())], []);
  assert.deepEqual([...(await c.apps.listAvailableCustomPrebuiltDomainsForCulture("en-us"))], []);
  await assert.rejects(c.apps.addCustomPrebuiltDomain({ domainName: "Web", culture: "en-us" }), (e) => e.statusCode === 400);
  assert.equal((await c.apps.getSettings(id)).isPublic, false);
  await c.apps.updateSettings(id, { isPublic: true });
  assert.equal((await c.apps.getSettings(id)).isPublic, true);
  await c.apps.updatePublishSettings(id, { sentimentAnalysis: true, speech: false, spellChecker: false });
  const settings = await c.apps.getPublishSettings(id);
  assert.deepEqual([settings.id, settings.isSentimentAnalysisEnabled, settings.isSpellCheckerEnabled], [id, true, false]);
  await c.apps.importLuFormat("# A\n- b c d", { appName: "Lu" });
  assert.deepEqual((await c.apps.list()).map((a) => a.name), ["Uno", "Lu"]);
  await server.stop();
});

test("versions with the V3 client", async (t) => {
  const server = await start(t);
  const c = client(server);
  const id = await importApp(server);
  assert.equal((await c.versions.clone(id, "0.1", { version: "0.2" })).body, "0.2");
  assert.equal((await c.versions.importMethod(id, shopApp(), { versionId: "0.3" })).body, "0.3");
  assert.equal((await c.versions.importLuFormat(id, "# A\n- b", { versionId: "0.4" })).body, "0.4");
  assert.deepEqual((await c.versions.list(id)).map((v) => v.version), ["0.4", "0.3", "0.2", "0.1"], "newest first");
  assert.deepEqual((await c.versions.list(id, { skip: 1, take: 2 })).map((v) => v.version), ["0.3", "0.2"]);
  await c.versions.update(id, "0.4", { version: "0.5" });
  assert.equal((await c.apps.get(id)).activeVersion, "0.5");
  await c.versions.deleteMethod(id, "0.5");
  assert.equal((await c.apps.get(id)).activeVersion, "0.3");
  const exported = await c.versions.exportMethod(id, "0.2");
  assert.deepEqual([exported.versionId, exported.name, exported.utterances.length], ["0.2", "Shop", 8]);
  const settings = await c.settings.list(id, "0.1");
  assert.deepEqual(Object.fromEntries(settings.map((s) => [s.name, s.value])), {
    UseAllTrainingData: "false", NormalizeDiacritics: "false", NormalizePunctuation: "true", NormalizeWordForm: "false",
  });
  await c.settings.update(id, "0.1", [{ name: "NormalizeDiacritics", value: "true" }]);
  assert.ok((await c.settings.list(id, "0.1")).some((s) => s.name === "NormalizeDiacritics" && s.value === "true"));
  const streamed = await c.versions.exportLuFormat(id, "0.1");
  assert.ok(streamed.readableStreamBody ?? streamed.blobBody);
  const old = (await luis(server, "GET", `/apps/${await importApp(server, flatApp())}/versions/0.1/export`, undefined, { base: v2 })).body;
  assert.equal((await c.versions.importV2App(id, old, { versionId: "old" })).body, "old");
  assert.match((await c.apps.importV2App({ ...old, name: "Older" })).body, guid);
  await assert.rejects(c.versions.deleteUnlabelledUtterance(id, "0.1", "never asked"), (e) => e.statusCode === 400);
  await server.stop();
});

test("the V2 client", async (t) => {
  const server = await start(t);
  const c = client(server, 2);
  const id = (await c.apps.importMethod(flatApp(), { appName: "Old" })).body;
  await c.train.trainVersion(id, "0.1");
  await trained(server, id);
  assert.ok((await c.train.getStatus(id, "0.1")).every((r) => r.details.status === "Success"));
  const endpoint = await c.apps.publish(id, { versionId: "0.1", isStaging: true });
  assert.equal(endpoint.endpointUrl, `${server.url}/luis/v2.0/apps/${id}?staging=true`);
  const exported = await c.versions.exportMethod(id, "0.1");
  assert.equal(exported.utterances.length, 8);
  const raw = (await luis(server, "GET", `/apps/${id}/versions/0.1/export`, undefined, { base: v2 })).body;
  assert.equal(raw.luis_schema_version, "3.2.0");
  assert.deepEqual(raw.model_features, [{ name: "Wanting", mode: true, words: "want,need,would like", activated: true }]);
  assert.equal(raw.phraselists, undefined);
  assert.equal(raw.intents[0].features, undefined);
  await c.permissions.add(id, { email: "a@example.org" });
  await c.permissions.update(id, { emails: ["b@example.org", "c@example.org"] });
  await c.permissions.deleteMethod(id, { email: "B@example.org" });
  assert.deepEqual((await c.permissions.list(id)).emails, ["c@example.org"]);
  // an app that the V2 schema has no words for
  const nested = await importApp(server);
  failsWith(await luis(server, "GET", `/apps/${nested}/versions/0.1/export`, undefined, { base: v2 }), 400, "BadArgument", /children/);
  assert.equal((await luis(server, "GET", `/apps/${nested}/versions/0.1/export`)).status, 200);
  await server.stop();
});

test("an export is what was imported, by JSON and by .lu", async (t) => {
  const server = await start(t);
  const app = shopApp();
  const id = await importApp(server, app);
  const json = (await luis(server, "GET", `/apps/${id}/versions/0.1/export?format=json`)).body;
  assert.deepEqual(comparable(json), comparable(app), "nothing added, nothing lost, in order");
  assert.ok(!JSON.stringify(json).includes('"inherits":null') && !JSON.stringify(json).includes('"role":null'));
  const again = await importApp(server, { ...json, name: "Again" });
  const second = (await luis(server, "GET", `/apps/${again}/versions/0.1/export`)).body;
  assert.deepEqual({ ...second, name: app.name }, json);
  const lu = await luis(server, "GET", `/apps/${id}/versions/0.1/export?format=lu`);
  assert.match(lu.headers.get("content-type"), /^text\/plain/);
  const from = await luis(server, "POST", "/apps/import?appName=FromLu&format=lu", lu.text, { type: "text/plain" });
  assert.equal(from.status, 201, from.text);
  assert.equal(from.headers.get("location"), `${server.url}${v3}/apps/${from.body}`);
  const back = await luis(server, "GET", `/apps/${from.body}/versions/0.1/export?format=lu`);
  assert.equal(back.text.replace("@app.name = FromLu", "@app.name = Shop"), lu.text);
  await server.stop();
});

test("what the command-line tools send", async (t) => {
  const server = await start(t);
  // names with brackets come raw, blanks escaped; text/plain may be quoted JSON, raw .lu, or JSON
  const build = await luis(server, "POST", "/apps/import?appName=Bot(dev)-g.en-us.lu", shopApp());
  assert.equal(build.status, 201, build.text);
  const id = build.body;
  assert.equal((await luis(server, "GET", `/apps/${id}`)).body.name, "Bot(dev)-g.en-us.lu");
  for (const [name, text, type] of [
    ["quoted", '"# A\\n- b c"', "text/plain"], ["raw", "# A\n- b c", "text/plain"], ["mark", "\ufeff# A\n- b c", "text/plain"],
    ["json", JSON.stringify(shopApp()), "text/plain"], ["two words", '"# A\\n- b c"', "application/json"]]) {
    const r = await luis(server, "POST", `/apps/import?appName=${encodeURIComponent(name)}`, text, { type });
    assert.equal(r.status, 201, `${name}: ${r.text}`);
    assert.equal((await luis(server, "GET", `/apps/${r.body}`)).body.name, name);
  }
  // routes with and without the slash, a doubled one, a stray bracket, parameters of other operations
  const paths = [`/apps/`, `/apps`, `/apps/?skip=0&take=500`, `/apps?take=100]&verbose=true`, `/apps/${id}/versions/?skip=0&take=100]`,
    `/apps/${id}/versions`, `/apps/${id}/versions/0.1/`, `/apps/${id}/versions/0.1`, `/apps/${id}/`, `/apps/${id.toUpperCase()}`];
  for (const path of paths)
    for (const base of [v3, v2, `/${v3}`]) {
      const r = await luis(server, "GET", path, undefined, { base });
      assert.equal(r.status, 200, `${base}${path}: ${r.text}`);
    }
  assert.equal((await luis(server, "GET", "/apps?skip=2&take=3")).body.length, 3);
  assert.equal((await luis(server, "GET", "/apps?take=0")).body.length, 0);
  failsWith(await luis(server, "GET", "/apps?take=501"), 400, "BadArgument");
  failsWith(await luis(server, "GET", "/apps?skip=-1"), 400, "BadArgument");
  // creating by the tool: versionId, and what it adds
  const made = await luis(server, "POST", "/apps", {
    name: "cli", culture: "EN-US", usageScenario: "Bot Framework", versionId: "7", tokenizerVersion: "1.0.0",
  });
  assert.equal((await luis(server, "GET", `/apps/${made.body}`)).body.activeVersion, "7");
  // three bodies of a training
  for (const body of [undefined, "{}", '""']) {
    const r = await luis(server, "POST", `/apps/${id}/versions/0.1/train?mode=Standard`, body);
    assert.equal(r.status, 202);
    assert.ok([2, 9].includes(r.body.statusId));
  }
  const rows = (await luis(server, "GET", `/apps/${id}/versions/0.1/train`)).body;
  assert.ok(Array.isArray(rows) && rows.length === 4, "an array of rows, queued or not");
  await trained(server, id);
  for (const body of [{ versionId: "0.1", isStaging: true }, { versionId: "0.1", directVersionPublish: true }])
    assert.equal((await publish(server, id, body)).status, 201);
  const { endpoints } = (await luis(server, "GET", `/apps/${id}`)).body;
  assert.deepEqual(Object.keys(endpoints).sort(), ["0.1", "STAGING"]);
  assert.deepEqual([endpoints["0.1"].directVersionPublish, endpoints.STAGING.isStaging], [true, true]);
  for (const where of ["slots/staging", "versions/0.1"]) assert.equal((await predict(server, id, where, "hi")).status, 200);
  assert.notEqual((await predict(server, id, "slots/production", "hi")).status, 200);
  await server.stop();
});

test("a slot serves what was published, whatever happens to the version", async (t) => {
  const server = await start(t);
  const id = await importApp(server);
  await train(server, id);
  assert.equal((await publish(server, id, { versionId: "0.1" })).status, 201);
  // the other way round, as a second version
  const other = shopApp();
  for (const u of other.utterances) u.intent = u.intent === "Buy" ? "Greet" : "Buy";
  for (const u of other.utterances) u.entities = [];
  assert.equal((await luis(server, "POST", `/apps/${id}/versions/import?versionId=0.2`, other)).status, 201);
  await train(server, id, "0.2");
  const top = async (where) => (await predict(server, id, where, "good morning to you")).body.prediction?.topIntent;
  assert.equal(await top("slots/production"), "Greet");
  assert.equal((await publish(server, id, { versionId: "0.2", isStaging: true })).status, 201);
  assert.deepEqual([await top("slots/production"), await top("slots/staging")], ["Greet", "Buy"]);
  assert.equal((await luis(server, "DELETE", `/apps/${id}/versions/0.1`)).status, 200);
  assert.equal(await top("slots/production"), "Greet");
  assert.equal((await publish(server, id, { versionId: "0.2" })).status, 201);
  assert.equal(await top("slots/production"), "Buy");
  // its history goes back
  const own = (method, path, body) => fetch(`${server.url}/dragoman/projects/${id}${path}`, {
    method, headers: { "Ocp-Apim-Subscription-Key": server.key, "Content-Type": "application/json" }, body,
  });
  const history = await (await own("GET", "/deployments/production/history")).json();
  assert.equal(history.value.length, 2);
  assert.equal((await own("POST", "/deployments/production/:rollback", "{}")).status, 202);
  for (let i = 0; i < 200 && (await top("slots/production")) !== "Greet"; i++) await new Promise((done) => setTimeout(done, 20));
  assert.equal(await top("slots/production"), "Greet");
  await server.stop();
});

test("training and what is not trained", async (t) => {
  const server = await start(t);
  const id = await importApp(server);
  failsWith(await publish(server, id, { versionId: "0.1" }), 400, "BadArgument",
    /^The application cannot be published\. One or more models in the application version require training\.$/);
  assert.deepEqual((await luis(server, "GET", `/apps/${id}/versions/0.1/train`)).body, []);
  await train(server, id);
  assert.equal((await luis(server, "GET", `/apps/${id}/versions/0.1`)).body.trainingStatus, "Trained");
  // settings make it need training, and what was published stays
  await publish(server, id, { versionId: "0.1" });
  await luis(server, "PUT", `/apps/${id}/versions/0.1/settings`, [{ name: "NormalizeWordForm", value: true }]);
  assert.equal((await luis(server, "GET", `/apps/${id}/versions/0.1`)).body.trainingStatus, "NeedsTraining");
  failsWith(await publish(server, id, { versionId: "0.1" }), 400, "BadArgument", /require training/);
  assert.equal((await predict(server, id, "slots/production", "hi")).status, 200);
  // an intent with neither utterance nor pattern
  const few = shopApp("Few");
  few.intents.push({ name: "Empty", features: [] });
  const app = await importApp(server, few);
  const rows = await train(server, app);
  assert.deepEqual(rows.filter((r) => r.details.failureReason === "FewLabels").length, 1);
  assert.ok(rows.every((r) => r.details.statusId === 1));
  failsWith(await publish(server, app, { versionId: "0.1" }), 400, "BadArgument", /require training/);
  failsWith(await luis(server, "POST", `/apps/${id}/versions/0.1/train?mode=Quantum`, "{}"), 400, "BadArgument");
  await server.stop();
});

test("bad requests", async (t) => {
  const server = await start(t);
  const id = await importApp(server);
  const nobody = "00000000-0000-4000-8000-000000000000";
  // unknown apps and versions are bad arguments here, unknown paths are not found
  for (const [method, path, body] of [
    ["GET", `/apps/${nobody}`], ["DELETE", `/apps/${nobody}`], ["PUT", `/apps/${nobody}`, { name: "x" }], ["GET", "/apps/x y"],
    ["GET", `/apps/${nobody}/versions`], ["GET", `/apps/${id}/versions/9`], ["POST", `/apps/${id}/versions/9/train`, "{}"],
    ["GET", `/apps/${id}/versions/9/train`], ["GET", `/apps/${id}/versions/9/export`], ["POST", `/apps/${nobody}/publish`, { versionId: "0.1" }],
    ["POST", `/apps/${id}/publish`, { versionId: "9" }], ["GET", `/apps/${nobody}/endpoints`], ["GET", `/apps/${nobody}/querylogs`],
    ["DELETE", `/apps/${id}/versions/0.1`], ["GET", `/package/${id}/slot/production/gzip`], ["GET", `/package/${id}/slot/middle/gzip`],
    ["GET", `/package/${id}/versions/0.1/gzip`]])
    failsWith(await luis(server, method, path, body), 400, "BadArgument");
  failsWith(await luis(server, "GET", "/nothing"), 404, "NotFound");
  failsWith(await luis(server, "PATCH", `/apps/${id}`, {}), 405, "MethodNotAllowed");
  // bodies
  for (const [path, body] of [
    ["/apps", {}], ["/apps", { name: "x" }], ["/apps", { name: "", culture: "en-us" }], ["/apps", { name: "x", culture: "xx-yy" }],
    ["/apps", { name: "x".repeat(51), culture: "en-us" }], ["/apps", { name: "Shop", culture: "en-us" }], ["/apps", { name: "shop", culture: "en-us" }],
    ["/apps", []], ["/apps", "{"], ["/apps", '{"name":"a","name":"b","culture":"en-us"}'], ["/apps/import", ""], ["/apps/import", "{}"],
    ["/apps/import", { ...shopApp(), culture: "xx-yy" }], ["/apps/import", shopApp()], [`/apps/${id}/versions/import`, shopApp()],
    [`/apps/${id}/versions/import?versionId=a%3Fb`, shopApp()], [`/apps/${id}/versions/import?versionId=2`, { ...shopApp(), culture: "de-de" }],
    [`/apps/${id}/versions/0.1/clone`, {}], [`/apps/${id}/versions/0.1/clone`, { version: "0.1" }], [`/apps/${id}/versions/0.1/clone`, { version: 2 }],
    [`/apps/${id}/publish`, {}], [`/apps/${id}/publish`, { versionId: 1 }], [`/apps/${id}/publish`, { versionId: "0.1", isStaging: "yes" }]])
    failsWith(await luis(server, "POST", path, body), 400, "BadArgument");
  for (const body of [{}, [{ name: "Unknown", value: "true" }], [{ name: "NormalizePunctuation", value: "maybe" }], [1]])
    failsWith(await luis(server, "PUT", `/apps/${id}/versions/0.1/settings`, body), 400, "BadArgument");
  // broken files name their place
  failsWith(await luis(server, "POST", "/apps/import?appName=b", "# A\n- {@x=", { type: "text/plain" }), 400, "BadArgument", /line 2, column/);
  const broken = shopApp("Broken");
  broken.utterances[1].entities[0].endPos = 900;
  failsWith(await luis(server, "POST", "/apps/import", broken), 400, "BadArgument", /utterances\[1\]\.entities\[0\]/);
  const cyclic = shopApp("Cyclic");
  cyclic.entities[0].features = [{ modelName: "Nothing", isRequired: false }];
  failsWith(await luis(server, "POST", "/apps/import", cyclic), 400, "BadArgument", /Nothing/);
  failsWith(await luis(server, "POST", "/apps", "x=1", { type: "application/x-www-form-urlencoded" }), 415, "UnsupportedMediaType");
  failsWith(await luis(server, "PUT", `/apps/${id}`, "x".repeat(300 * 1024)), 413, "RequestEntityTooLarge");
  assert.deepEqual((await luis(server, "GET", "/apps")).body.map((a) => a.name), ["Shop"], "nothing came of all that");
  // keys
  const keyless = { ...server, key: "" };
  failsWith(await luis(keyless, "GET", "/apps"), 401, "401");
  failsWith(await luis({ ...server, key: "0".repeat(32) }, "GET", "/apps", undefined, { base: v2 }), 401, "401");
  assert.equal((await luis(keyless, "GET", `/apps?subscription-key=${server.key}`)).status, 200, "the gateway takes it there, too");
  await server.stop();
});

test("apps are no projects of the CLU contract, and the other way round", async (t) => {
  const server = await start(t);
  const id = await importApp(server);
  await train(server, id);
  await publish(server, id, { versionId: "0.1" });
  assert.deepEqual((await call(server, "GET", "")).body.value, []);
  for (const [method, path, body] of [
    ["GET", `/${id}`], ["DELETE", `/${id}`], ["PATCH", `/${id}`, { projectKind: "Conversation", language: "en-us" }],
    ["GET", `/${id}/models`], ["GET", `/${id}/deployments`], ["DELETE", `/${id}/deployments/production`], ["POST", `/${id}/:train`, { modelLabel: "m" }]]) {
    const r = await call(server, method, path, body);
    assert.equal(r.status, 404, `${method} ${path}: ${JSON.stringify(r.body)}`);
  }
  const r = await fetch(`${server.url}/language/:analyze-conversations?api-version=2023-04-01`, {
    method: "POST", headers: { "Ocp-Apim-Subscription-Key": server.key, "Content-Type": "application/json" },
    body: JSON.stringify({
      kind: "Conversation", analysisInput: { conversationItem: { id: "1", participantId: "1", text: "hi" } },
      parameters: { projectName: id, deploymentName: "production", stringIndexType: "Utf16CodeUnit" },
    }),
  });
  assert.equal(r.status, 404);
  await call(server, "PATCH", "/clu", { projectKind: "Conversation", projectName: "clu", language: "en-us" });
  failsWith(await luis(server, "GET", "/apps/clu"), 400, "BadArgument");
  assert.equal((await luis(server, "GET", "/apps")).body.length, 1);
  await server.stop();
});

test("prediction resources: assigned accounts, regions, keys, public apps", async (t) => {
  const server = await start(t);
  const create = (name, kind, region) =>
    dragomanOk(["resources", "create", name, "--kind", kind, "--region", region, "--group", "g", "--data", server.data]);
  create("pred-west", "LUIS", "westus2");
  create("pred-north", "LUIS", "northeurope");
  create("author", "LUIS.Authoring", "westus");
  const keyOf = (name) => JSON.parse(dragomanOk(["keys", "--data", server.data, name, "--json"])).key1;
  const author = { ...server, key: keyOf("author") }, west = { ...server, key: keyOf("pred-west") };
  const subscription = "00000000-0000-0000-0000-000000000000";
  const account = (name) => ({ azureSubscriptionId: subscription, resourceGroup: "g", accountName: name });
  const c = client(author);
  const id = await importApp(author);
  await train(author, id);

  failsWith(await luis(west, "GET", "/apps"), 401, "401", /prediction/);
  failsWith(await luis(west, "GET", "/apps", undefined, { base: v2 }), 401, "401");
  assert.deepEqual({ ...(await c.apps.listEndpoints(id)) }, { westus: `${server.url}/luis/v2.0/apps/${id}` }, "its own region");
  const mine = (await c.azureAccounts.listUserLUISAccounts()).map((a) => a.accountName);
  assert.ok(mine.includes("pred-west") && mine.includes("pred-north") && !mine.includes("author"));
  const assigned = await c.azureAccounts.assignToApp(id, { azureAccountInfoObject: account("pred-west"), armToken: "Bearer x" });
  assert.equal(assigned.code, "Success");
  // as the documents write the names, and as the tool sends the token
  const capital = { AzureSubscriptionId: subscription, ResourceGroup: "G", AccountName: "Pred-North" };
  const second = await luis(author, "POST", `/apps/${id}/azureaccounts`, capital, { headers: { Authorization: "Bearer arm" } });
  assert.deepEqual([second.status, second.body], [201, success]);
  assert.deepEqual([...(await c.azureAccounts.getAssigned(id))].map((a) => a.accountName), ["pred-north", "pred-west"]);
  const endpoint = await c.apps.publish(id, { versionId: "0.1" });
  assert.equal(endpoint.endpointRegion, "northeurope, westus2");
  assert.equal(endpoint.failedRegions, "");
  assert.deepEqual(Object.keys((await luis(author, "GET", `/apps/${id}/endpoints`)).body), ["northeurope", "westus2"]);
  assert.equal((await predict(west, id, "slots/production", "hi")).status, 200);
  await c.azureAccounts.removeFromApp(id, { azureAccountInfoObject: account("pred-west") });
  assert.notEqual((await predict(west, id, "slots/production", "hi")).status, 200, "no longer");
  assert.equal((await predict(author, id, "slots/production", "hi")).status, 200, "an authoring key may test");
  await c.apps.updateSettings(id, { isPublic: true });
  assert.equal((await predict(west, id, "slots/production", "hi")).status, 200, "any key may ask a public app");
  await c.apps.updateSettings(id, { isPublic: false });
  assert.notEqual((await predict(west, id, "slots/production", "hi")).status, 200);
  for (const body of [{}, account("nobody"), { ...account("pred-west"), resourceGroup: "h" }, { ...account("x"), accountName: 1 }])
    failsWith(await luis(author, "POST", `/apps/${id}/azureaccounts`, body), 400, "BadArgument");
  failsWith(await luis(author, "DELETE", `/apps/${id}/azureaccounts`, account("pred-west")), 400, "BadArgument");
  await server.stop();
});

test("packages are bundles, from which a server answers alone", async (t) => {
  const dir = temporaryDirectory(t);
  const server = await startServer(join(dir, "data"));
  const c = client(server);
  const id = await importApp(server);
  await train(server, id);
  await publish(server, id, { versionId: "0.1" });
  const slot = await luis(server, "GET", `/package/${id}/slot/PRODUCTION/gzip`);
  assert.deepEqual([slot.status, slot.headers.get("content-type")], [200, "application/octet-stream"]);
  const version = await luis(server, "GET", `/package/${id}/versions/0.1/gzip`);
  assert.equal(version.status, 200);
  const streamed = await c.apps.packagePublishedApplicationAsGzip(id, "production");
  assert.ok(streamed.readableStreamBody ?? streamed.blobBody);
  const query = "i want a huge chair";
  const want = (await predict(server, id, "slots/production", query)).body;
  const v2Answer = async (s) => (await luis(s, "GET", `/${id}?q=${encodeURIComponent(query)}`, undefined, { base: "/luis/v2.0/apps" })).body;
  const wantV2 = await v2Answer(server);
  assert.equal(wantV2.topScoringIntent.intent, "Buy");
  await server.stop();
  for (const [name, bytes, args] of [["slot", slot.bytes, []], ["version", version.bytes, ["--model-key", "k".repeat(32)]]]) {
    const file = join(dir, `${name}.bundle`);
    writeFileSync(file, gunzipSync(bytes));
    const alone = await startServer(join(dir, name), ["--model", file, ...args], { key1: args[1] ?? "" }, { bundle: true });
    assert.deepEqual((await predict(alone, id, "slots/production", query)).body, want);
    assert.deepEqual(await v2Answer(alone), wantV2);
    if (args.length) assert.equal((await predict({ ...alone, key: "" }, id, "slots/production", query)).status, 401);
    await alone.stop();
  }
});

test("query logs", async (t) => {
  const server = await start(t);
  const id = await importApp(server);
  await train(server, id);
  await publish(server, id, { versionId: "0.1" });
  const empty = await luis(server, "GET", `/apps/${id}/querylogs`);
  assert.deepEqual([empty.status, empty.headers.get("content-type")], [200, "application/octet-stream"]);
  assert.equal(empty.text, '"Query","UTC DateTime","Response"\r\n');
  const ask = (query) => luis(server, "POST", `/apps/${id}/slots/production/predict?log=true`, { query }, { base: "/luis/prediction/v3.0" });
  assert.equal((await ask('say "hello" there')).status, 200);
  assert.equal((await ask("hello again")).status, 200);
  const rows = async () => (await luis(server, "GET", `/apps/${id}/querylogs`)).text.split("\r\n").slice(1, -1);
  for (let i = 0; i < 200 && (await rows()).length < 2; i++) await new Promise((done) => setTimeout(done, 20));
  const [first, second] = await rows();
  assert.match(first, /^"say ""hello"" there","\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","\{""/);
  assert.match(second, /^"hello again",/);
  assert.equal((await luis(server, "POST", `/apps/${id}/querylogsasync`)).status, 202);
  assert.equal((await luis(server, "GET", `/apps/${id}/querylogsasync`)).status, 200);
  assert.equal((await luis(server, "GET", `/apps/${id}`)).body.endpointHitsCount, 2);
  assert.deepEqual((await luis(server, "DELETE", `/apps/${id}/versions/0.1/suggest`, '"Hello again"')).body, success);
  assert.equal((await rows()).length, 1);
  failsWith(await luis(server, "DELETE", `/apps/${id}/versions/0.1/suggest`, '"hello again"'), 400, "BadArgument");
  failsWith(await luis(server, "DELETE", `/apps/${id}/versions/0.1/suggest`, "{}"), 400, "BadArgument");
  await server.stop();
});

test("batch tests", async (t) => {
  const server = await start(t);
  const id = await importApp(server);
  await train(server, id);
  await publish(server, id, { versionId: "0.1" });
  await publish(server, id, { versionId: "0.1", directVersionPublish: true });
  const base = { base: "/luis/v3.0-preview" };
  const rows = shopApp().utterances.map((u) => ({ ...u, intent: u.text === "hi" ? "None" : u.intent }));
  rows.push({ text: "say \u{1f600} to the big lamp", intent: "Greet", entities: [{ entity: "Thing", startPos: 4, endPos: 5 }] });
  const evaluate = async (where, query = "") => {
    const r = await luis(server, "POST", `/apps/${id}/${where}/evaluations${query}`, { LabeledTestSetUtterances: rows }, base);
    assert.equal(r.status, 202, r.text);
    const path = `/apps/${id}/${where}/evaluations/${r.body.operationId}`;
    for (;;) {
      const { body } = await luis(server, "GET", `${path}/status`, undefined, base);
      assert.ok(["notstarted", "running", "succeeded"].includes(body.status), JSON.stringify(body));
      if (body.status === "succeeded") break;
    }
    return (await luis(server, "GET", `${path}/result`, undefined, base)).body;
  };
  const result = await evaluate("slots/production", "?verbose=true");
  // the same by hand, from what the slot answers
  const tops = [];
  for (const u of rows) tops.push((await predict(server, id, "slots/production", u.text)).body.prediction.topIntent);
  const close = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a}, not ${b}`);
  for (const s of result.intentModelsStats) {
    const said = tops.filter((x) => x === s.modelName).length, meant = rows.filter((u) => u.intent === s.modelName).length;
    const right = rows.filter((u, i) => u.intent === s.modelName && tops[i] === s.modelName).length;
    const [p, r] = [said ? right / said : 0, meant ? right / meant : 0];
    close(s.precision, p, s.modelName);
    close(s.recall, r, s.modelName);
    close(s.fScore, p + r ? (2 * p * r) / (p + r) : 0, s.modelName);
    assert.equal(s.modelType, "Intent Classifier");
  }
  assert.deepEqual(result.utterancesStats.map((u) => [u.text, u.predictedIntentName, u.labeledIntentName]),
    rows.map((u, i) => [u.text, tops[i], u.intent]));
  const last = result.utterancesStats.at(-1);
  assert.deepEqual(last.falseNegativeEntities, [{ entityName: "Thing", startCharIndex: 4, endCharIndex: 5 }]);
  const thing = result.entityModelsStats.find((x) => x.modelName === "Thing");
  const wrong = result.utterancesStats.flatMap((u) => u.falseNegativeEntities).filter((x) => x.entityName === "Thing").length;
  close(thing.recall, (3 - wrong) / 3, "Thing");
  assert.ok(thing.entityTypeFScore >= thing.fScore && thing.entityTextFScore >= thing.fScore);
  const plain = await evaluate("versions/0.1");
  assert.equal(plain.entityModelsStats[0].entityTextFScore, undefined);
  assert.deepEqual(plain.intentModelsStats, result.intentModelsStats);
  const bad = (body, where = "slots/production") => luis(server, "POST", `/apps/${id}/${where}/evaluations`, body, base);
  for (const body of [{}, { LabeledTestSetUtterances: [] }, { LabeledTestSetUtterances: [{ text: "a", intent: "Buy" }] }, "{",
    { LabeledTestSetUtterances: Array(1001).fill(rows[4]) }, { LabeledTestSetUtterances: [{ ...rows[0], entities: [{ entity: "Thing", startPos: 3, endPos: 99 }] }] }])
    failsWith(await bad(body), 400, "BadArgument");
  failsWith(await bad({ LabeledTestSetUtterances: rows }, "slots/staging"), 400, "BadArgument");
  failsWith(await luis(server, "GET", `/apps/${id}/slots/production/evaluations/none/status`, undefined, base), 400, "BadArgument");
  await server.stop();
});

test("kill -9 while it trains: the training goes on after the start", async (t) => {
  const data = temporaryDirectory(t);
  let server = await startServer(data);
  const id = await importApp(server);
  for (let i = 0; i < 4; i++) {
    const r = await luis(server, "POST", `/apps/${id}/versions/0.1/train`, "{}");
    assert.equal(r.status, 202);
    await new Promise((done) => setTimeout(done, i * 15));
    await server.kill();
    server = await startServer(data);
    const rows = await trained(server, id);
    assert.ok(rows.length === 4 && rows.every((x) => x.details.status === "Success"), JSON.stringify(rows));
    assert.equal((await luis(server, "GET", `/apps/${id}/versions/0.1`)).body.trainingStatus, "Trained");
    const on = i % 2 === 0;
    await luis(server, "PUT", `/apps/${id}/versions/0.1/settings`, [{ name: "NormalizeWordForm", value: String(on) }]);
    assert.equal((await luis(server, "GET", `/apps/${id}/versions/0.1`)).body.trainingStatus, "NeedsTraining");
  }
  await server.stop();
});

test("an app of 15,000 utterances is imported in a few seconds", async (t) => {
  const server = await start(t);
  const app = shopApp("Large");
  app.utterances = Array.from({ length: 15000 }, (_, i) => ({ text: `buy number ${i} of the big lamps`, intent: "Buy", entities: [] }));
  const id = await importApp(server, app);
  assert.equal((await luis(server, "GET", `/apps/${id}/versions/0.1/export`)).body.utterances.length, 15000);
  app.utterances.push({ text: "one more", intent: "Buy", entities: [] });
  failsWith(await luis(server, "POST", "/apps/import?appName=TooLarge", app), 400, "BadArgument");
  await server.stop();
});

// Predictions over HTTP, as reference clu-runtime.md has them.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { callJob, fileServer, smallProject } from "../support.mjs";

const versions = [
  "2022-05-01", "2022-05-15-preview", "2022-10-01-preview", "2023-04-01", "2023-04-15-preview", "2023-11-15-preview",
  "2024-05-01", "2024-05-15-preview", "2024-11-01", "2024-11-15-preview", "2025-05-15-preview", "2025-11-01",
  "2025-11-15-preview",
];

const server = fileServer(async () => {
  const d = smallProject("shop");
  d.assets.entities.push({
    category: "City", compositionSetting: "combineComponents",
    list: { sublists: [{ listKey: "lyon", synonyms: [{ language: "en-us", values: ["Lyon", "Ly👍n"] }] }] },
  }, {
    category: "Ticket", compositionSetting: "combineComponents",
    regex: { expressions: [{ regexKey: "order-no", language: "en-us", regexPattern: "ORD-[0-9]{4}" }] },
  });
  await callJob(server, "POST", "/shop/:import", d);
  await callJob(server, "POST", "/shop/:train",
    { modelLabel: "m1", trainingMode: "standard", evaluationOptions: { kind: "manual" } });
  await callJob(server, "PUT", "/shop/deployments/production", { trainedModelLabel: "m1" });
});

const request = (text, { item = {}, parameters = {}, ...more } = {}) => ({
  kind: "Conversation",
  analysisInput: { conversationItem: { id: "1", participantId: "u1", text, ...item } },
  parameters: { projectName: "shop", deploymentName: "production", ...parameters },
  ...more,
});

async function analyze(body, { version = "2023-04-01", path = "/language/:analyze-conversations", key = server.key } = {}) {
  const r = await fetch(`${server.url}${path}?api-version=${version}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(key ? { "Ocp-Apim-Subscription-Key": key } : {}) },
    body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  return { status: r.status, headers: r.headers, body: await r.json() };
}

test("a prediction has the shape of the original", async () => {
  const { status, headers, body } = await analyze(request("could i have a latte"));
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.kind, "ConversationResult");
  assert.deepEqual(Object.keys(body.result), ["query", "prediction"]);
  assert.equal(body.result.query, "could i have a latte");
  const { topIntent, projectKind, intents, entities } = body.result.prediction;
  assert.equal(topIntent, "Order");
  assert.equal(projectKind, "Conversation");
  assert.deepEqual(intents.map((i) => i.category).sort(), ["Cancel", "None", "Order"]);
  for (let i = 0; i < intents.length; i++) {
    assert.ok(intents[i].confidenceScore >= 0 && intents[i].confidenceScore <= 1);
    assert.ok(i === 0 || intents[i - 1].confidenceScore >= intents[i].confidenceScore);
  }
  assert.deepEqual(entities.map(({ confidenceScore, ...e }) => e), [{ category: "Drink", text: "latte", offset: 15, length: 5 }]);

  assert.match(headers.get("apim-request-id"), /^[0-9a-f-]{36}$/);
  assert.equal(headers.get("x-ms-region"), "East US");
  assert.equal(headers.get("strict-transport-security"), "max-age=31536000; includeSubDomains; preload");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("cache-control"), "no-store, proxy-revalidate, no-cache, max-age=0, private");
  assert.equal(headers.get("pragma"), "no-cache");
  assert.equal(headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(headers.get("csp-billing-usage"),
    "CognitiveServices.TextAnalytics.Language.ConversationalLanguageUnderstanding.Prediction=1");
});

test("verbose, logging, unknown members and every api-version: the same answer", async () => {
  const plain = (await analyze(request("cancel order 3"))).body;
  for (const version of versions) assert.deepEqual((await analyze(request("cancel order 3"), { version })).body, plain);
  const parameters = { verbose: true, isLoggingEnabled: true, stringIndexType: "Utf16CodeUnit", unknown: [1] };
  const item = { modality: "text", role: "customer", language: "en-US", unknown: { a: 1 } };
  assert.deepEqual((await analyze(request("cancel order 3", { parameters, item, unknown: null }))).body, plain);
  assert.deepEqual((await analyze(request("cancel order 3"), { path: "/language/%3Aanalyze-conversations" })).body, plain);
  assert.deepEqual((await analyze(request("cancel order 3"), { path: "//language/:analyze-conversations" })).body, plain);
});

test("offsets come in the unit asked for", async () => {
  const text = "👍🏽 e\u0301 one latte to Ly👍n for ORD-1234";
  const cut = {
    Utf16CodeUnit: (o, n) => text.slice(o, o + n),
    UnicodeCodePoint: (o, n) => [...text].slice(o, o + n).join(""),
    // Unicode 8: the modifier is an element of its own, the accent is not.
    TextElements_v8: (o, n) => ["👍", "🏽", " ", "e\u0301", ..." one latte to Ly👍n for ORD-1234"].slice(o, o + n).join(""),
  };
  const spellings = {
    Utf16CodeUnit: ["Utf16CodeUnit", "utf16CodeUnit"],
    UnicodeCodePoint: ["UnicodeCodePoint", "unicodeCodePoint"],
    TextElements_v8: ["TextElements_v8", "TextElement_V8", "textElement_v8", undefined],
  };
  for (const [unit, names] of Object.entries(spellings))
    for (const stringIndexType of names) {
      const { body } = await analyze(request(text, { parameters: { stringIndexType } }));
      const { entities } = body.result.prediction;
      const found = Object.fromEntries(entities.map((e) => [e.category, e]));
      assert.equal(found.City.text, "Ly👍n", stringIndexType);
      assert.equal(found.Ticket.text, "ORD-1234");
      for (const e of entities) assert.equal(cut[unit](e.offset, e.length), e.text, `${stringIndexType} ${e.category}`);
      assert.deepEqual(entities.map((e) => e.offset), entities.map((e) => e.offset).sort((a, b) => a - b));
      assert.deepEqual(found.City.extraInformation, [{ extraInformationKind: "ListKey", key: "lyon" }]);
      assert.deepEqual(found.Ticket.extraInformation,
        [{ extraInformationKind: "RegexKey", key: "order-no", regexPattern: "ORD-[0-9]{4}" }]);
    }
});

test("languages: known ones with any region, and no others", async () => {
  for (const language of ["en-us", "EN-US", "en", "en-AU", "de", "zh-CN", "zh-hans", "", null])
    assert.equal((await analyze(request("latte", { item: { language } }))).status, 200, String(language));
  for (const language of ["xx", "english", "e", "de_DE"]) {
    const r = await analyze(request("latte", { item: { language } }));
    assert.equal(r.status, 400, language);
    assert.equal(r.body.error.innererror.code, "UnsupportedLanguageCode");
  }
});

test("text: 1 to 1,000 characters", async () => {
  for (const text of ["x", "x".repeat(1000), "👍".repeat(1000), " ", "\u0301", "a\r\n\tb", "\ufffd"])
    assert.equal((await analyze(request(text))).status, 200);
  const long = await analyze(request("é".repeat(1001)));
  assert.equal(long.status, 400);
  assert.equal(long.body.error.innererror.code, "InvalidDocument");
  const empty = await analyze(request(""));
  assert.equal(empty.status, 400);
  assert.equal(empty.body.error.code, "InvalidArgument");
  assert.equal(empty.body.error.innererror.code, "InvalidParameterValue");
});

test("missing and mistyped members are named", async () => {
  const cases = [
    [(r) => { delete r.kind; }, "kind"],
    [(r) => { r.kind = 1; }, "kind"],
    [(r) => { r.kind = "Other"; }, "kind"],
    [(r) => { r.kind = "ConversationalAI"; }, "kind"],
    [(r) => { delete r.analysisInput; }, "analysisInput"],
    [(r) => { r.analysisInput = []; }, "analysisInput"],
    [(r) => { delete r.analysisInput.conversationItem; }, "analysisInput.conversationItem"],
    [(r) => { delete r.analysisInput.conversationItem.id; }, "analysisInput.conversationItem.id"],
    [(r) => { delete r.analysisInput.conversationItem.participantId; }, "analysisInput.conversationItem.participantId"],
    [(r) => { delete r.analysisInput.conversationItem.text; }, "analysisInput.conversationItem.text"],
    [(r) => { r.analysisInput.conversationItem.text = ["a"]; }, "analysisInput.conversationItem.text"],
    [(r) => { r.analysisInput.conversationItem.language = 3; }, "analysisInput.conversationItem.language"],
    [(r) => { delete r.parameters; }, "parameters"],
    [(r) => { delete r.parameters.projectName; }, "parameters.projectName"],
    [(r) => { r.parameters.deploymentName = null; }, "parameters.deploymentName"],
    [(r) => { r.parameters.verbose = "true"; }, "parameters.verbose"],
    [(r) => { r.parameters.isLoggingEnabled = 1; }, "parameters.isLoggingEnabled"],
    [(r) => { r.parameters.stringIndexType = "Bytes"; }, "parameters.stringIndexType"],
  ];
  for (const [change, target] of cases) {
    const r = request("latte");
    change(r);
    const { status, body, headers } = await analyze(r);
    assert.equal(status, 400, target);
    assert.equal(body.error.code, "InvalidArgument");
    assert.equal(body.error.target, target);
    assert.equal(body.error.innererror.code, "InvalidParameterValue");
    assert.equal(headers.get("x-ms-error-code"), "InvalidArgument");
  }
});

test("an unknown project or deployment is 404", async () => {
  for (const parameters of [{ projectName: "none" }, { deploymentName: "none" }, { projectName: "Shop" },
    { projectName: "" }, { deploymentName: "../production" }, { projectName: "é".repeat(5000) }]) {
    const { status, body } = await analyze(request("latte", { parameters }));
    assert.equal(status, 404);
    assert.equal(body.error.code, "NotFound");
  }
});

test("a hundred at once, each its own answer", async () => {
  const texts = Array.from({ length: 100 }, (_, i) => `cancel order ${i}`);
  const answers = await Promise.all(texts.map((text) => analyze(request(text))));
  answers.forEach((a, i) => assert.equal(a.body.result.query, texts[i]));
});

test("a swap under load: every answer is whole", async () => {
  await callJob(server, "PUT", "/shop/deployments/staging", { trainedModelLabel: "m1" });
  let running = true;
  const load = Array.from({ length: 8 }, async () => {
    for (let n = 0; running; n++) {
      const deploymentName = n % 2 ? "production" : "staging";
      const r = await analyze(request("one latte please", { parameters: { deploymentName } }));
      assert.equal(r.status, 200, JSON.stringify(r.body));
      assert.equal(r.body.result.prediction.topIntent, "Order");
    }
  });
  for (let i = 0; i < 10; i++)
    await callJob(server, "POST", "/shop/deployments/:swap",
      { firstDeploymentName: "production", secondDeploymentName: "staging" });
  running = false;
  await Promise.all(load);
});

test("logged and counted: no text, no key in the log; the counters move", async () => {
  const secret = "a very private latte";
  await analyze(request(secret, { parameters: { isLoggingEnabled: true } }));
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const count = (name) => Number(new RegExp(`^${name} (\\d+)`, "m").exec(metrics)?.[1]);
  assert.ok(count("dragoman_predictions_total") > 100);
  assert.ok(count('dragoman_http_requests_total\\{operation="analyze-conversations",status="200"\\}') > 100);
  assert.ok(count("dragoman_live_deployments") === 2);
  const status = await (await fetch(`${server.url}/status`)).json();
  assert.ok(status.ready && status.predictions > 100 && status.residentBytes > 0, JSON.stringify(status));
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  assert.doesNotMatch(server.log(), /private latte/);
  assert.ok(!server.log().includes(server.key));
});

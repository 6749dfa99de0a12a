// Orchestration projects: joined training data, routing, nested answers. Reference orchestration.md.
import assert from "node:assert/strict";
import test from "node:test";
import { author, homeApp, liveLuisApp } from "../luis.mjs";
import { call, callJob, fileServer, jobEnd, smallProject } from "../support.mjs";

let lights;
const knowledge = "/language/authoring/query-knowledgebases/projects";

async function knowledgeJob(method, path, body) {
  const r = await call(server, method, `${server.url}${knowledge}${path}`, body);
  assert.equal(r.status, 202, JSON.stringify(r.body));
  assert.equal((await jobEnd(server, r.headers.get("operation-location"))).status, "succeeded");
}

const faq = {
  metadata: { language: "en" },
  assets: { qnas: [
    { id: 1, answer: "We open at nine.", questions: ["what are your opening hours", "when does the shop open", "are you open on monday", "opening times please"] },
    { id: 2, answer: "Behind the house.", questions: ["where can i park my car", "is there a parking lot", "do you have parking", "parking for bicycles"] },
    { id: 3, answer: "Within two days.", questions: ["how long does the delivery take", "do you deliver to my home", "delivery time", "can it be delivered"] },
  ] },
};

const router = (intents) => ({
  projectFileVersion: "2023-04-01", stringIndexType: "Utf16CodeUnit",
  metadata: { projectKind: "Orchestration", projectName: "router", language: "en-us", settings: { confidenceThreshold: 0 } },
  assets: { projectKind: "Orchestration", intents,
    utterances: ["tell me a joke", "do you know a joke", "make me laugh", "say something funny", "another joke please"].map((text) =>
      ({ text, intent: "Joke", language: "en-us", dataset: "Train" })) },
});
const lightsOf = (more) => ({ category: "Lights", orchestration: { targetProjectKind: "Luis",
  luisOrchestration: { appId: lights, appVersion: "0.1", slotName: "production", ...more } } });
const linked = [
  { category: "Orders", orchestration: { targetProjectKind: "Conversation",
    conversationOrchestration: { projectName: "shop", deploymentName: "production" } } },
  { category: "Faq", orchestration: { targetProjectKind: "QuestionAnswering", questionAnsweringOrchestration: { projectName: "faq" } } },
  { category: "Joke" },
];

const server = fileServer(async () => {
  await callJob(server, "POST", "/shop/:import", smallProject("shop"));
  await callJob(server, "POST", "/shop/:train",
    { modelLabel: "m1", trainingMode: "standard", evaluationOptions: { kind: "manual" } });
  await callJob(server, "PUT", "/shop/deployments/production", { trainedModelLabel: "m1" });
  await knowledgeJob("POST", "/faq/:import", faq);
  await knowledgeJob("PUT", "/faq/deployments/production");
  await callJob(server, "POST", "/router/:import", router(linked));
  await callJob(server, "POST", "/router/:train", { modelLabel: "r1", trainingMode: "standard", evaluationOptions: { kind: "manual" } });
  await callJob(server, "PUT", "/router/deployments/production", { trainedModelLabel: "r1" });
});

const analyze = (text, parameters = {}) =>
  call(server, "POST", `${server.url}/language/:analyze-conversations`, {
    kind: "Conversation",
    analysisInput: { conversationItem: { id: "1", participantId: "u1", text } },
    parameters: { projectName: "router", deploymentName: "production", stringIndexType: "Utf16CodeUnit", ...parameters },
  });

test("a Conversation target answers inside", async () => {
  const { status, body } = await analyze("could i have a latte");
  assert.equal(status, 200, JSON.stringify(body));
  const { prediction } = body.result;
  assert.equal(prediction.projectKind, "Orchestration");
  assert.equal(prediction.topIntent, "Orders");
  assert.deepEqual(Object.keys(prediction.intents).sort(), ["Faq", "Joke", "None", "Orders"]);
  const scores = Object.values(prediction.intents).map((i) => i.confidenceScore);
  assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
  assert.equal(prediction.intents.None.targetProjectKind, "NonLinked");
  assert.equal(prediction.intents.Faq.targetProjectKind, "QuestionAnswering");
  assert.equal(prediction.intents.Faq.result, undefined);
  const child = prediction.intents.Orders.result;
  assert.equal(child.query, "could i have a latte");
  assert.equal(child.prediction.projectKind, "Conversation");
  assert.equal(child.prediction.topIntent, "Order");
});

test("the nested answer is the target's own", async () => {
  const direct = await call(server, "POST", `${server.url}/language/:analyze-conversations`, {
    kind: "Conversation",
    analysisInput: { conversationItem: { id: "1", participantId: "u1", text: "could i have a latte" } },
    parameters: { projectName: "shop", deploymentName: "production", stringIndexType: "Utf16CodeUnit" },
  });
  const routed = await analyze("could i have a latte");
  assert.deepEqual(routed.body.result.prediction.intents.Orders.result, direct.body.result);
});

test("a question answering target answers inside", async () => {
  const { body } = await analyze("when do you open on monday");
  assert.equal(body.result.prediction.topIntent, "Faq", JSON.stringify(body));
  const { answers } = body.result.prediction.intents.Faq.result;
  assert.equal(answers.length, 1);
  assert.equal(answers[0].id, 1);
});

test("an intent without a target has no result", async () => {
  const { body } = await analyze("do you know another joke");
  assert.equal(body.result.prediction.topIntent, "Joke", JSON.stringify(body));
  assert.deepEqual(Object.keys(body.result.prediction.intents.Joke), ["confidenceScore", "targetProjectKind"]);
});

test("directTarget chooses by intent or by project", async () => {
  for (const directTarget of ["Faq", "faq"]) {
    const { body } = await analyze("could i have a latte", { directTarget });
    assert.equal(body.result.prediction.topIntent, "Faq");
    assert.deepEqual(Object.keys(body.result.prediction.intents), ["Faq"]);
  }
  const r = await analyze("x", { directTarget: "Nowhere" });
  assert.equal(r.status, 400);
  assert.equal(r.body.error.target, "parameters.directTarget");
});

test("targetProjectParameters reach the target", async () => {
  const of = (options, kind = "QuestionAnswering") =>
    ({ directTarget: "Faq", targetProjectParameters: { Faq: { targetProjectKind: kind, apiVersion: "2021-10-01", callingOptions: options } } });
  const two = await analyze("parking and delivery", of({ top: 2 }));
  assert.equal(two.body.result.prediction.intents.Faq.result.answers.length, 2);
  assert.equal(two.body.result.prediction.intents.Faq.apiVersion, "2021-10-01");
  const other = await analyze("x", of({ question: "where can i park my car" }));
  assert.equal(other.body.result.prediction.intents.Faq.result.answers[0].id, 2);
  const none = await analyze("where can i park my car", of({ confidenceScoreThreshold: 1, question: "xyzzy" }));
  assert.equal(none.body.result.prediction.intents.Faq.result.answers[0].id, -1);
  assert.equal((await analyze("x", of({ top: 0 }))).status, 400);
  assert.equal((await analyze("x", of({}, "Luis"))).status, 400);
});

test("a target that is not deployed is named in the error", async () => {
  await callJob(server, "DELETE", "/shop/deployments/production");
  const r = await analyze("could i have a latte");
  assert.equal(r.status, 404);
  assert.match(r.body.error.message, /"production".*"shop"/);
  assert.equal((await analyze("when do you open on monday")).status, 200);
  await callJob(server, "PUT", "/shop/deployments/production", { trainedModelLabel: "m1" });
  assert.equal((await analyze("could i have a latte")).status, 200);
});

test("what an intent is connected to must be there at training", async () => {
  await callJob(server, "POST", "/lost/:import", { ...router([{ category: "A", orchestration: { targetProjectKind: "Conversation",
    conversationOrchestration: { projectName: "nowhere", deploymentName: "production" } } }, { category: "Joke" }]),
    metadata: { ...router([]).metadata, projectName: "lost" } });
  const r = await call(server, "POST", "/lost/:train", { modelLabel: "m1", trainingMode: "standard", evaluationOptions: { kind: "manual" } });
  const job = await jobEnd(server, r.headers.get("operation-location"));
  assert.equal(job.status, "failed");
  assert.match(job.errors[0].message, /"A".*"nowhere"/);
});

test("an orchestration of CLU, LUIS and question answering", async (t) => {
  const trained = { modelLabel: "r1", trainingMode: "standard", evaluationOptions: { kind: "manual" } };
  const projectNamed = (name, intents) => ({ ...router(intents), metadata: { ...router([]).metadata, projectName: name } });
  const ask = async (text, parameters) => {
    const { status, body } = await analyze(text, { projectName: "trio", ...parameters });
    return { status, body, p: body.result?.prediction, lights: body.result?.prediction.intents.Lights };
  };
  lights = await liveLuisApp(server, homeApp());
  await callJob(server, "POST", "/trio/:import", projectNamed("trio", [...linked, lightsOf()]));
  await callJob(server, "POST", "/trio/:train", trained);
  await callJob(server, "PUT", "/trio/deployments/production", { trainedModelLabel: "r1" });

  await t.test("each target answers in its own shape", async () => {
    const luis = await ask("please light up the Garage");
    assert.equal(luis.p.topIntent, "Lights");
    assert.deepEqual(Object.keys(luis.lights), ["confidenceScore", "targetProjectKind", "result"]);
    assert.equal(luis.lights.targetProjectKind, "Luis");
    const { query, prediction } = luis.lights.result;
    assert.equal(query, "please light up the Garage");
    assert.equal(prediction.topIntent, "TurnOn");
    assert.equal(Object.keys(prediction.intents).length, 7);
    assert.deepEqual(prediction.entities.Room, ["Garage"]);
    assert.equal(prediction.entities.$instance.Room[0].startIndex, 20);
    assert.deepEqual(Object.keys(luis.p.intents.Orders), ["confidenceScore", "targetProjectKind"]);
    const clu = await ask("could i have a latte");
    assert.equal(clu.p.intents[clu.p.topIntent].result.prediction.projectKind, "Conversation");
    const qna = await ask("where can i park my car");
    assert.equal(qna.p.intents[qna.p.topIntent].result.answers[0].id, 2);
    assert.equal((await ask("tell me another joke")).p.topIntent, "Joke");
  });

  await t.test("targetProjectParameters and directTarget", async () => {
    const of = (more) => ({ directTarget: "Lights", targetProjectParameters: { Lights: { targetProjectKind: "Luis", apiVersion: "v3.0", ...more } } });
    const other = await ask("hello", of({ query: "turn on the hall lights", callingOptions: { verbose: false, "show-all-intents": false, log: false, spellCheck: false } }));
    assert.equal(other.lights.apiVersion, "v3.0");
    assert.equal(other.lights.result.query, "turn on the hall lights");
    assert.deepEqual(other.lights.result.prediction.entities, { Room: ["hall"] });
    assert.deepEqual(Object.keys(other.lights.result.prediction.intents), ["TurnOn"]);
    const day = async (timezoneOffset) =>
      (await ask("today", of({ callingOptions: { timezoneOffset } }))).lights.result.prediction.entities.datetimeV2[0].values[0].resolution[0].value;
    assert.ok(await day(1440) > await day(0));
    assert.equal((await ask("x", { directTarget: lights })).p.topIntent, "Lights");
    assert.equal((await ask("x", of({ callingOptions: { verbose: "yes" } }))).status, 400);
    assert.equal((await ask("x", of({ query: "" }))).status, 400);
    assert.equal((await ask("x", of({ query: "x".repeat(501) }))).status, 414);
  });

  await t.test("a slot or an application that is not there", async () => {
    for (const [name, more] of [["staged", { slotName: "staging" }], ["nowhere", { slotName: "elsewhere" }]]) {
      await callJob(server, "POST", `/${name}/:import`, projectNamed(name, [lightsOf(more), { category: "Joke" }]));
      await callJob(server, "POST", `/${name}/:train`, trained);
      await callJob(server, "PUT", `/${name}/deployments/production`, { trainedModelLabel: "r1" });
      const r = await ask("x", { projectName: name, directTarget: "Lights" });
      assert.equal(r.status, 404);
      assert.equal(r.body.error.code, "NotFound");
    }
    const lost = async (more) => {
      await callJob(server, "POST", "/lost2/:import", projectNamed("lost2", [lightsOf(more), { category: "Joke" }]));
      const r = await call(server, "POST", "/lost2/:train", trained);
      const job = await jobEnd(server, r.headers.get("operation-location"));
      assert.equal(job.status, "failed");
      return job.errors[0].message;
    };
    assert.match(await lost({ appVersion: "7" }), /"Lights".*version "7"/);
    assert.match(await lost({ appId: "00000000-0000-4000-8000-000000000000" }), /"Lights".*00000000/);
    await author(server, "DELETE", `/apps/${lights}`);
    assert.equal((await ask("x", { directTarget: "Lights" })).status, 404);
    assert.equal((await ask("where can i park my car")).status, 200);
  });
});

test("evaluation is of the router's own test utterances", async () => {
  const d = router(linked);
  d.assets.utterances.push({ text: "one latte to go please", intent: "Orders", language: "en-us", dataset: "Test" },
    { text: "is parking possible", intent: "Faq", language: "en-us", dataset: "Test" });
  await callJob(server, "POST", "/router/:import", d);
  await callJob(server, "POST", "/router/:train", { modelLabel: "r2", trainingMode: "standard", evaluationOptions: { kind: "manual" } });
  const { body } = await call(server, "GET", "/router/models/r2/evaluation/summary-result");
  assert.deepEqual(body.entitiesEvaluation.entities, {});
  assert.deepEqual(Object.keys(body.intentsEvaluation.intents).filter((i) => body.intentsEvaluation.intents[i].truePositiveCount).sort(), ["Faq", "Orders"]);
  const { value } = (await call(server, "GET", "/router/models/r2/evaluation/result?stringIndexType=Utf16CodeUnit")).body;
  assert.equal(value.length, 2);
});

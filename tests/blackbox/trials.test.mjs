// Shadow and canary over HTTP and by command.
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { call, callJob, dragoman, dragomanOk, smallProject, startServer, temporaryDirectory } from "../support.mjs";
import { own, ownJob } from "./own.mjs";

/** Order and Cancel the other way round. */
function turnedProject(name) {
  const p = smallProject(name);
  const other = { Order: "Cancel", Cancel: "Order" };
  for (const u of p.assets.utterances) u.intent = other[u.intent];
  return p;
}

let server, data;
const cleanups = [];
before(async () => {
  data = join(temporaryDirectory({ after: (f) => cleanups.push(f) }), "data");
  server = await startServer(data);
  for (const [label, project] of [["m1", smallProject("shop")], ["turned", turnedProject("shop")]]) {
    await callJob(server, "POST", "/shop/:import", project);
    await callJob(server, "POST", "/shop/:train", { modelLabel: label, trainingMode: "standard" });
  }
  await callJob(server, "PUT", "/shop/deployments/prod", { trainedModelLabel: "m1" });
});
after(async () => {
  await server?.stop();
  for (const f of cleanups) f();
});

const text = "one latte please";

/** The top intent that a participant gets. */
async function askAs(participantId, { language } = {}) {
  const r = await fetch(`${server.url}/language/:analyze-conversations?api-version=2023-04-01`, {
    method: "POST",
    headers: { "Ocp-Apim-Subscription-Key": server.key, "Content-Type": "application/json" },
    body: JSON.stringify({
      kind: "Conversation",
      analysisInput: { conversationItem: { id: "1", participantId, text, language } },
      parameters: { projectName: "shop", deploymentName: "prod" },
    }),
  });
  const body = await r.json();
  return r.status === 200 ? body.result.prediction.topIntent : r.status;
}

const path = (kind) => `/shop/deployments/prod/${kind}`;
const start = async (kind, body) => {
  const job = await ownJob(server, "PUT", path(kind), { trainedModelLabel: "turned", ...body });
  assert.equal(job.status, "succeeded", JSON.stringify(job));
};

/** The trial, once the condition holds. */
async function when(kind, condition) {
  for (const giveUp = Date.now() + 30_000; ;) {
    const { body } = await own(server, "GET", path(kind));
    if (condition(body)) return body;
    if (Date.now() > giveUp) assert.fail(JSON.stringify(body));
    await new Promise((done) => setTimeout(done, 50));
  }
}

const metric = async (name) => {
  const lines = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(lines)[1]);
};

test("a shadow is compared, counted, never heard", async () => {
  await start("shadow", {});
  for (let i = 0; i < 100; i++) assert.equal(await askAs(`p${i}`), "Order");
  const shadow = await when("shadow", (t) => t.compared === 100);
  assert.equal(shadow.intentDiffers, 100);
  assert.equal(shadow.status, "running");
  assert.match(shadow.modelId, /^turned-/);
  assert.equal(shadow.percent, 100);
  assert.equal(await metric("dragoman_shadow_compared_total"), 100);
  assert.equal(await metric("dragoman_shadows"), 1);
  const job = await ownJob(server, "DELETE", path("shadow"));
  assert.equal(job.status, "succeeded");
  assert.equal((await own(server, "GET", path("shadow"))).body.status, "ended");
  assert.equal((await own(server, "DELETE", path("shadow"))).status, 404);
});

test("a canary answers its share, and sticks to participants over a restart", async () => {
  await start("canary", { percent: 30 });
  const share = async () => Promise.all(Array.from({ length: 200 }, (_, i) => askAs(`p${i}`)));
  const first = await share();
  const taken = first.filter((intent) => intent === "Cancel").length;
  assert.ok(taken > 35 && taken < 85, `${taken} of 200`);
  assert.ok(first.every((intent) => intent === "Order" || intent === "Cancel"));
  assert.deepEqual(await share(), first);
  await when("canary", (t) => t.answered === 2 * taken && t.compared === 2 * taken && t.intentDiffers === 2 * taken);
  await server.stop();
  server = await startServer(data);
  assert.deepEqual(await share(), first);
  const canary = await when("canary", (t) => t.answered === 3 * taken);
  assert.equal(canary.status, "running");
  assert.equal(canary.stickyBy, "participant");
});

test("beyond its bound a canary is taken back by itself", async () => {
  await start("canary", { percent: 100, maxDisagreement: 0.1, maxErrorRate: 0.5, window: 40 });
  const returned = await metric("dragoman_canary_returned_total");
  for (let i = 0; i < 10; i++) await askAs(`p${i}`);
  const canary = await when("canary", (t) => t.status !== "running");
  assert.equal(canary.status, "returned");
  assert.match(canary.reason, /^disagreement: 5 of the newest 5 answers, more than 0.1 of 40/);
  assert.ok(canary.endDateTime >= canary.startDateTime);
  assert.equal(await askAs("p1"), "Order");
  assert.equal(await metric("dragoman_canary_returned_total"), returned + 1);
  await server.kill();
  server = await startServer(data);
  assert.equal(await askAs("p1"), "Order");
  assert.equal((await own(server, "GET", path("canary"))).body.status, "returned");
  const status = await (await fetch(`${server.url}/status`)).json();
  assert.equal(status.canaries, 0);
});

test("errors of a canary count against it", async () => {
  await start("canary", { percent: 100, maxErrorRate: 0, window: 10 });
  assert.equal(await askAs("p1", { language: "xx" }), 400);
  assert.match((await when("canary", (t) => t.status === "returned")).reason, /^errors: 1 of/);
});

test("what trials refuse", async () => {
  const refused = async (kind, body, status, code) => {
    const r = await own(server, "PUT", path(kind), body);
    assert.equal(r.status, status, `${JSON.stringify(body)}: ${JSON.stringify(r.body)}`);
    assert.equal(r.body.error.code, code);
  };
  const m = { trainedModelLabel: "turned" };
  for (const body of [{}, { ...m, percent: 0 }, { ...m, percent: 101 }, { ...m, percent: "5" }, { ...m, stickyBy: "mood" },
    { ...m, maxNoneRate: 2 }, { ...m, maxErrorRate: -0.1 }, { ...m, window: 0 }, { ...m, window: 1.5 }])
    await refused("canary", body, 400, "InvalidArgument");
  await refused("shadow", { trainedModelLabel: "none" }, 404, "NotFound");
  assert.equal((await own(server, "PUT", "/shop/deployments/none/canary", m)).status, 404);
  assert.equal((await own(server, "GET", "/shop/deployments/none/canary")).status, 404);
  assert.equal((await own(server, "GET", "/none/deployments/prod/canary")).body.error.code, "ProjectNotFound");
});

test("the same with commands, and promotion", async () => {
  const env = server.env;
  const run = (...args) => dragomanOk(["deployments", ...args], { env });
  assert.match(run("canary", "shop", "prod", "turned", "--percent", "100", "--max-none-rate", "0.9", "--window", "30"),
    /turned is the canary of prod/);
  assert.match(run("shadow", "shop", "prod", "turned", "--percent", "50"), /turned is the shadow of prod/);
  assert.equal(await askAs("p1"), "Cancel");
  assert.match(run("trial", "shop", "prod", "canary"), /^status +running$/m);
  assert.equal((await call(server, "DELETE", "/shop/models/turned")).status, 409);
  assert.match(run("end-trial", "shop", "prod", "shadow"), /over/);
  run("deploy", "shop", "prod", "turned");
  assert.equal(await askAs("p1"), "Cancel");
  assert.equal(JSON.parse(run("trial", "shop", "prod", "canary", "--json")).reason, "deploy");
  assert.equal(dragoman(["deployments", "canary", "shop", "prod", "turned", "--percent", "many"], { env }).status, 1);
});

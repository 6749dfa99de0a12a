// Exported models, their bundles, and a server that is nothing but one of them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { ask, call, callJob, dragoman, dragomanOk, program, smallProject, startServer, temporaryDirectory } from "../support.mjs";

let server, dir, bundle;
const cleanups = [];
before(async () => {
  dir = temporaryDirectory({ after: (f) => cleanups.push(f) });
  server = await startServer(join(dir, "data"));
  await callJob(server, "POST", "/shop/:import", smallProject("shop"));
  await callJob(server, "POST", "/shop/:train", { modelLabel: "m1", trainingMode: "standard" });
  await callJob(server, "PUT", "/shop/deployments/prod", { trainedModelLabel: "m1" });
  bundle = join(dir, "shop.bundle");
});
after(async () => {
  await server?.stop();
  for (const f of cleanups) f();
});

/** A server on the bundle: { url, stop, log }. In an empty directory, without any environment. */
async function serveBundle(t, file, ...args) {
  const cwd = temporaryDirectory(t);
  const child = spawn(program, ["serve", "--model", file, "--listen", "127.0.0.1:0", ...args],
    { cwd, env: {}, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let log = "";
  child.stderr.on("data", (d) => { log += d; });
  const url = await new Promise((found, failed) => {
    child.stdout.on("data", (d) => found(/^listening on (\S+)$/m.exec(d)[1]));
    child.on("exit", (code) => failed(new Error(`${code}: ${log}`)));
  });
  return { url, cwd, log: () => log, key: "" };
}

test("X1 to X5", async () => {
  const r = await call(server, "PUT", "/shop/exported-models/kiosk", { trainedModelLabel: "m1" });
  assert.equal(r.status, 202);
  assert.match(r.headers.get("operation-location"), /\/projects\/shop\/exported-models\/kiosk\/jobs\//);
  await callJob(server, "PUT", "/shop/exported-models/kiosk?api-version=2024-11-15-preview", { trainedModelLabel: "m1" });
  const one = await call(server, "GET", "/shop/exported-models/kiosk");
  assert.deepEqual(Object.keys(one.body), ["exportedModelName", "modelId", "lastTrainedDateTime",
    "lastExportedModelDateTime", "modelExpirationDate", "modelTrainingConfigVersion"]);
  assert.match(one.body.modelId, /^m1-/);
  await callJob(server, "PUT", "/shop/exported-models/other", { trainedModelLabel: "m1" });
  const list = await call(server, "GET", "/shop/exported-models");
  assert.deepEqual(list.body.value.map((x) => x.exportedModelName), ["kiosk", "other"]);
  assert.equal(list.body.nextLink, null);
  await callJob(server, "DELETE", "/shop/exported-models/other");
  assert.equal((await call(server, "GET", "/shop/exported-models/other")).body.error.code, "NotFound");
  const refused = async (method, path, body, status) =>
    assert.equal((await call(server, method, path, body)).status, status, path);
  await refused("PUT", "/shop/exported-models/x", {}, 400);
  await refused("PUT", "/shop/exported-models/x", { trainedModelLabel: "none" }, 404);
  await refused("PUT", "/shop/exported-models/a%20b", { trainedModelLabel: "m1" }, 400);
  await refused("DELETE", "/shop/exported-models/none", undefined, 404);
  const routes = { ...smallProject("routes"), assets: { projectKind: "Orchestration",
    intents: [{ category: "None" }, { category: "A", orchestration: { targetProjectKind: "Conversation",
      conversationOrchestration: { projectName: "shop", deploymentName: "prod" } } }],
    utterances: ["yes", "good", "fine"].map((text) => ({ text, intent: "A", dataset: "Train" })) } };
  routes.metadata.projectKind = "Orchestration";
  await callJob(server, "POST", "/routes/:import", routes);
  await callJob(server, "POST", "/routes/:train", { modelLabel: "m1", trainingMode: "standard" });
  await refused("PUT", "/routes/exported-models/x", { trainedModelLabel: "m1" }, 400);
  await refused("GET", "/none/exported-models", undefined, 404);
  await refused("GET", "/shop/exported-models/kiosk/jobs/none", undefined, 404);
});

test("the bundle outlives its model, and answers as the deployment does", async (t) => {
  assert.match(dragomanOk(["models", "bundle", "shop", "kiosk", "-o", bundle], { env: server.env }), /shop\.bundle: \d+ bytes/);
  const alone = await serveBundle(t, bundle);
  for (const text of ["one latte please", "cancel order 3", "qqq", "bring me two cocoa to the table"]) {
    const here = await ask(server, "shop", "prod", text);
    const there = await ask(alone, "shop", "prod", text); // without a key, under the name that clients know
    assert.equal(there.status, 200);
    assert.deepEqual(there.body, here.body);
  }
  assert.equal((await ask(alone, "shop", "whatever", "one latte please")).status, 200);
  assert.equal((await ask(alone, "bank", "prod", "one latte please")).status, 404);
  assert.equal((await fetch(`${alone.url}/readyz`)).status, 200);
  assert.equal((await (await fetch(`${alone.url}/status`)).json()).predictions, 5);
  assert.match(await (await fetch(`${alone.url}/metrics`)).text(), /^dragoman_predictions_total 5$/m);
  const authoring = `${alone.url}/language/authoring/analyze-conversations/projects?api-version=2023-04-01`;
  assert.equal((await fetch(authoring)).status, 404);
  assert.deepEqual(readdirSync(alone.cwd), []); // nothing is kept

  await callJob(server, "DELETE", "/shop/deployments/prod");
  assert.equal((await call(server, "DELETE", "/shop/models/m1")).status, 204);
  await server.stop();
  server = await startServer(server.data); // cleans up
  dragomanOk(["models", "bundle", "shop", "kiosk", "-o", `${bundle}.2`], { env: server.env });
  assert.ok(readFileSync(bundle).equals(readFileSync(`${bundle}.2`)));
});

test("with a key, and a signer", async (t) => {
  const file = readFileSync(bundle);
  const signer = file.subarray(24, 56).toString("hex");
  const alone = await serveBundle(t, bundle, "--model-key", "open sesame", "--model-signer", signer);
  assert.equal((await ask(alone, "shop", "prod", "one latte please")).status, 401);
  assert.equal((await ask({ ...alone, key: "wrong" }, "shop", "prod", "one latte please")).status, 401);
  assert.equal((await ask({ ...alone, key: "open sesame" }, "shop", "prod", "one latte please")).status, 200);
  while (!alone.log().includes(signer)) await new Promise((done) => setTimeout(done, 20)); // written beside the work
  const refused = (path, ...args) => {
    const r = dragoman(["serve", "--model", path, "--listen", "127.0.0.1:0", ...args]);
    assert.equal(r.status, 1, path);
    return r.stderr;
  };
  assert.match(refused(bundle, "--model-signer", "0".repeat(64)), /signed by/);
  assert.match(refused(join(dir, "none")), /none/);
  const bad = join(dir, "bad.bundle");
  const damage = (at) => {
    const copy = Buffer.from(file);
    copy[at] ^= 1;
    writeFileSync(bad, copy);
  };
  for (const at of [0, 8, 12, 16, 20, 24, 60, 70, 1000, file.length - 70, file.length - 1]) {
    damage(at);
    assert.match(refused(bad), /model bundle/, `byte ${at}`);
  }
  for (const n of [0, 10, 64, 128, file.length - 1]) {
    writeFileSync(bad, file.subarray(0, n));
    assert.match(refused(bad), /model bundle/, `${n} bytes`);
  }
});

test("the same with commands", () => {
  const run = (...args) => dragomanOk(["models", ...args], { env: server.env });
  dragomanOk(["projects", "train", "shop", "m2"], { env: server.env });
  assert.match(run("export", "shop", "booth", "m2"), /m2 exported as booth/);
  assert.match(run("exported", "shop"), /^booth +m2-/m);
  assert.match(run("unexport", "shop", "booth"), /booth deleted/);
  assert.equal(dragoman(["models", "bundle", "shop", "booth"], { env: server.env }).status, 1);
});

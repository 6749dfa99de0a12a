// History and rollback over HTTP and by command: what was served comes back.
import assert from "node:assert/strict";
import test from "node:test";
import { ask, call, callJob, dragoman, dragomanOk, fileServer, smallProject } from "../support.mjs";
import { own, ownJob } from "./own.mjs";

const server = fileServer(async () => {
  await callJob(server, "POST", "/shop/:import", smallProject("shop"));
  for (const label of ["m1", "m2"])
    await callJob(server, "POST", "/shop/:train", { modelLabel: label, trainingMode: "standard" });
  for (const label of ["m1", "m2"])
    await callJob(server, "PUT", "/shop/deployments/prod", { trainedModelLabel: label });
});

const serves = async (name) => {
  const r = await call(server, "GET", `/shop/deployments/${name}`);
  const answer = await ask(server, "shop", name, "one latte please");
  assert.equal(answer.status, r.status);
  return r.status === 200 ? r.body.modelId.slice(0, 2) : r.status;
};

test("history of a deployment, and of the project", async () => {
  let r = await own(server, "GET", "/shop/deployments/prod/history");
  assert.equal(r.status, 200);
  assert.equal(r.body.nextLink, null);
  assert.deepEqual(r.body.value.map((h) => [h.deploymentName, h.cause, h.trainedModelLabel]),
    [["prod", "deploy", "m2"], ["prod", "deploy", "m1"]]);
  const [newest] = r.body.value;
  assert.match(newest.modelId, /^m2-/);
  assert.match(newest.dateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.ok(newest.jobId.length > 40);
  r = await own(server, "GET", "/shop/history?maxpagesize=1");
  assert.equal(r.body.value.length, 1);
  const next = await own(server, "GET", r.body.nextLink);
  assert.equal(next.body.value[0].trainedModelLabel, "m1");
});

test("back one step, to an entry, to a time", async () => {
  const entries = (await own(server, "GET", "/shop/deployments/prod/history")).body.value;
  const job = await ownJob(server, "POST", "/shop/deployments/prod/:rollback");
  assert.equal(job.status, "succeeded");
  assert.match(job.result.deployments[0].modelId, /^m1-/);
  assert.equal(await serves("prod"), "m1");
  assert.equal((await ownJob(server, "POST", "/shop/deployments/prod/:rollback", { to: entries[0].id })).status, "succeeded");
  assert.equal(await serves("prod"), "m2");
  assert.equal((await ownJob(server, "POST", "/shop/deployments/prod/:rollback", { at: entries[1].dateTime })).status, "succeeded");
  assert.equal(await serves("prod"), "m1");

  const then = new Date().toISOString();
  await callJob(server, "PUT", "/shop/deployments/other", { trainedModelLabel: "m2" });
  await callJob(server, "DELETE", "/shop/deployments/prod");
  assert.equal(await serves("prod"), 404);
  assert.equal((await ownJob(server, "POST", "/shop/deployments/:rollback", { at: then })).status, "succeeded");
  assert.equal(await serves("prod"), "m1");
  assert.equal(await serves("other"), 404);
});

test("what a rollback refuses", async () => {
  const refused = async (path, body, status, code) => {
    const r = await own(server, "POST", path, body);
    assert.equal(r.status, status, `${path} ${JSON.stringify(body)}: ${JSON.stringify(r.body)}`);
    assert.equal(r.body.error.code, code);
  };
  const p = "/shop/deployments/prod/:rollback";
  for (const body of [{ to: 0 }, { to: "1" }, { at: "yesterday" }, { at: 7 }, { to: 1, at: "2026-01-01T00:00:00Z" }])
    await refused(p, body, 400, "InvalidArgument");
  await refused(p, "{", 400, "InvalidArgument");
  await refused(p, { to: 999999 }, 404, "NotFound");
  await refused("/shop/deployments/never/:rollback", {}, 404, "NotFound");
  await refused("/none/deployments/prod/:rollback", {}, 404, "ProjectNotFound");
  await refused("/shop/deployments/:rollback", {}, 400, "InvalidArgument");
  assert.equal((await own(server, "GET", "/shop/deployments/never/history")).status, 404);
  assert.equal((await own(server, "GET", "/shop/jobs/none")).body.error.code, "OperationNotFound");
  assert.equal((await own({ ...server, key: "0".repeat(32) }, "GET", "/shop/history")).status, 401);
});

test("the same with commands", async () => {
  const env = server.env;
  const run = (...args) => dragomanOk(["deployments", ...args], { env });
  assert.match(run("history", "shop", "prod"), /^ID +SINCE +CAUSE +MODEL\n\d+ +\S+Z +rollback +m1-/);
  await callJob(server, "PUT", "/shop/deployments/prod", { trainedModelLabel: "m2" });
  assert.match(run("rollback", "shop", "prod"), /prod rolled back/);
  assert.equal(await serves("prod"), "m1");
  const { value } = JSON.parse(run("history", "shop", "prod", "--json"));
  const m2 = value.find((h) => h.trainedModelLabel === "m2");
  const op = run("rollback", "shop", "prod", "--to", String(m2.id), "--no-wait").trim();
  assert.match(op, /^shop\/jobs\//);
  assert.equal(dragomanOk(["jobs", "wait", op], { env }).trim(), "succeeded");
  assert.match(dragomanOk(["jobs", "show", op], { env }), /succeeded/);
  assert.equal(await serves("prod"), "m2");
  run("restore", "shop", value[0].dateTime);
  assert.equal(await serves("prod"), "m1");
  assert.equal(dragoman(["deployments", "rollback", "shop", "never"], { env }).status, 1);
});

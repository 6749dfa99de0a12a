// `dragoman replicate`: the fail-over procedure between two servers, only what is newer, once and as a
// daemon; errors of one project do not keep the others back.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { answering, awaitAnswer, trainBoth } from "../nodes.mjs";
import { call, callJob, dragoman, program, smallProject, startServer, temporaryDirectory } from "../support.mjs";

test("replicate: models, deployments, working copies, and again only what is newer", async (t) => {
  const dir = temporaryDirectory(t);
  const a = await startServer(join(dir, "a"));
  const b = await startServer(join(dir, "b"));
  const env = { DRAGOMAN_FROM_KEY: a.key, DRAGOMAN_TO_KEY: b.key };
  const args = ["replicate", "--from", a.url, "--to", b.url];
  const replicate = (...more) => dragoman([...args, ...more], { env });
  await trainBoth(a);
  await callJob(a, "PUT", "/shop/deployments/production", { trainedModelLabel: "Order" });
  await callJob(a, "PUT", "/shop/deployments/staging", { trainedModelLabel: "Buy" });
  await callJob(a, "POST", "/only-text/:import", smallProject("only-text"));

  const first = replicate();
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stdout, /shop: Order trained/);
  assert.match(first.stdout, /shop: production serves Order/);
  assert.match(first.stdout, /only-text: working copy imported/);
  assert.equal(await answering(b), "Order");
  assert.equal(await answering(b, "staging"), "Buy");
  // The working copy is the newest, not the snapshot of a model that was carried over.
  const exported = async (server) => {
    const job = await callJob(server, "POST", "/shop/:export?stringIndexType=Utf16CodeUnit");
    return (await call(server, "GET", job.resultUrl)).body;
  };
  assert.deepEqual(await exported(b), await exported(a));

  assert.match(replicate().stdout, /^0 steps, 0 projects failed$/m);

  // Times have seconds, so what changes next must be a second later.
  await new Promise((done) => setTimeout(done, 1100));
  await callJob(a, "POST", "/shop/deployments/:swap", { firstDeploymentName: "production", secondDeploymentName: "staging" });
  const swapped = replicate("--project", "shop");
  assert.match(swapped.stdout, /production serves Buy/);
  assert.doesNotMatch(swapped.stdout, /trained|imported/);
  assert.equal(await answering(b), "Buy");

  const daemon = spawn(program, [...args, "--every", "1"], { env: { ...process.env, ...env }, stdio: "ignore" });
  t.after(() => daemon.kill());
  await new Promise((done) => setTimeout(done, 1100));
  await callJob(a, "PUT", "/shop/deployments/production", { trainedModelLabel: "Order" });
  await awaitAnswer(b, "Order");
});

test("replicate: what cannot be done is said", async (t) => {
  const dir = temporaryDirectory(t);
  const a = await startServer(join(dir, "a"));
  const b = await startServer(join(dir, "b"));
  const keys = ["--from-key", a.key, "--to-key", b.key];
  assert.equal(dragoman(["replicate", "--from", a.url, "--to", b.url]).status, 2);
  const nobody = dragoman(["replicate", "--from", "http://127.0.0.1:1", "--to", b.url, ...keys]);
  assert.equal(nobody.status, 1);
  const wrong = dragoman(["replicate", "--from", a.url, "--to", b.url, "--from-key", "x", "--to-key", b.key]);
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /401/);

  // A project of another kind is in the way of one; the other is brought over.
  await callJob(a, "POST", "/good/:import", smallProject("good"));
  await callJob(a, "POST", "/taken/:import", smallProject("taken"));
  const body = { projectName: "taken", projectKind: "Orchestration", language: "en-us" };
  assert.equal((await call(b, "PATCH", "/taken", body, "application/merge-patch+json")).status, 201);
  await new Promise((done) => setTimeout(done, 1100));
  await callJob(a, "POST", "/taken/:import", smallProject("taken"));
  const partly = dragoman(["replicate", "--from", a.url, "--to", b.url, ...keys]);
  assert.equal(partly.status, 1);
  assert.match(partly.stdout, /good: working copy imported/);
  assert.match(partly.stdout, /taken: .*kind/i);
  assert.equal((await call(b, "GET", "/good")).status, 200);
});

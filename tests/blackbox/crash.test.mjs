// kill -9 at random moments of import, training and deployment. After each the server is started
// again on the same data, and
//  - what was acknowledged is there;
//  - a job that was accepted ends: it succeeded, or failed with a reason;
//  - the state is the one before or the one after, never between.
// The moments differ from run to run, what must hold does not.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { ask, call, callJob, jobEnd, smallProject, startServer, temporaryDirectory } from "../support.mjs";

const rounds = 10; // no more models fit into a project
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Sends the request, kills the server `afterMs` later; the acknowledgement, or null when none came. */
async function interrupted(server, afterMs, request) {
  const answer = request().catch(() => null);
  await pause(afterMs);
  const acknowledged = await Promise.race([answer, pause(0).then(() => null)]);
  await server.kill();
  return acknowledged ?? (await answer);
}

/** Restarts; an acknowledged job must come to an end there. */
async function restarted(data, acknowledged) {
  const server = await startServer(data);
  if (!acknowledged) return { server, job: null };
  assert.equal(acknowledged.status, 202);
  const job = await jobEnd(server, acknowledged.headers.get("operation-location"));
  if (job.status !== "succeeded") {
    assert.equal(job.status, "failed");
    assert.ok(job.errors?.length > 0 && job.errors[0].message.length > 0, "a reason");
  }
  return { server, job };
}

test("kill -9 during import", async (t) => {
  const data = join(temporaryDirectory(t), "data");
  let server = await startServer(data);
  await callJob(server, "POST", "/shop/:import", smallProject("shop", { description: "0" }));
  for (let i = 1; i <= rounds; i++) {
    const before = String((await call(server, "GET", "/shop")).body.description);
    const document = smallProject("shop", { description: String(i), rounds: 400 + i });
    const acknowledged = await interrupted(server, Math.random() * 60, () =>
      call(server, "POST", "/shop/:import", document));
    let job;
    ({ server, job } = await restarted(data, acknowledged));
    // Jobs of a project run in turn: an import that was committed but not acknowledged is over after this one.
    const exported = await callJob(server, "POST", "/shop/:export?stringIndexType=Utf16CodeUnit");
    const metadata = (await call(server, "GET", "/shop")).body;
    assert.ok([before, String(i)].includes(metadata.description), `description ${metadata.description} in round ${i}`);
    if (job?.status === "succeeded") assert.equal(metadata.description, String(i));
    const file = (await call(server, "GET", exported.resultUrl)).body;
    assert.equal(file.metadata.description, metadata.description, "document and metadata are of one version");
    assert.equal(file.assets.utterances.length, metadata.description === "0" ? 48 : 6 * (400 + Number(metadata.description)));
  }
});

test("kill -9 after an acknowledged change of metadata", async (t) => {
  const data = join(temporaryDirectory(t), "data");
  let server = await startServer(data);
  for (let i = 0; i < rounds; i++) {
    const body = { projectName: "p", projectKind: "Conversation", language: "en-us", description: `version ${i}` };
    const r = await call(server, "PATCH", "/p", body, "application/merge-patch+json");
    assert.equal(r.status, i === 0 ? 201 : 200);
    await server.kill();
    server = await startServer(data);
    assert.equal((await call(server, "GET", "/p")).body.description, `version ${i}`);
  }
});

test("kill -9 during training", async (t) => {
  const data = join(temporaryDirectory(t), "data");
  let server = await startServer(data);
  await callJob(server, "POST", "/shop/:import", smallProject("shop", { rounds: 60 }));
  for (let i = 1; i <= rounds; i++) {
    const body = { modelLabel: `m${i}`, trainingMode: "standard", evaluationOptions: { kind: "manual" } };
    const acknowledged = await interrupted(server, Math.random() * 400, () => call(server, "POST", "/shop/:train", body));
    let job;
    ({ server, job } = await restarted(data, acknowledged));
    const model = await call(server, "GET", `/shop/models/m${i}`);
    if (job?.status === "succeeded") {
      assert.equal(model.status, 200);
      await callJob(server, "PUT", "/shop/deployments/production", { trainedModelLabel: `m${i}` });
      assert.equal((await ask(server, "shop", "production", "could i have a latte")).body.result.prediction.topIntent, "Order");
    } else if (job) {
      assert.equal(model.status, 404);
    }
    const jobs = (await call(server, "GET", "/shop/train/jobs")).body.value;
    assert.ok(jobs.every((j) => j.status === "succeeded" || j.status === "failed" || !acknowledged));
    // A training that was committed but not acknowledged goes on by itself; the next one needs its place.
    for (const j of jobs)
      await jobEnd(server, `${server.url}/language/authoring/analyze-conversations/projects/shop/train/jobs/${j.jobId}`);
  }
});

test("kill -9 during deployment and swap", async (t) => {
  const data = join(temporaryDirectory(t), "data");
  let server = await startServer(data);
  await callJob(server, "POST", "/shop/:import", smallProject("shop"));
  for (const label of ["m1", "m2"])
    await callJob(server, "POST", "/shop/:train", { modelLabel: label, trainingMode: "standard" });
  await callJob(server, "PUT", "/shop/deployments/production", { trainedModelLabel: "m1" });
  await callJob(server, "PUT", "/shop/deployments/staging", { trainedModelLabel: "m2" });
  const serves = async (name) => (await call(server, "GET", `/shop/deployments/${name}`)).body.modelId.slice(0, 2);
  for (let i = 0; i < 2 * rounds; i++) {
    const before = [await serves("production"), await serves("staging")];
    const swap = i % 2 === 0;
    const other = before[0] === "m1" ? "m2" : "m1";
    const acknowledged = await interrupted(server, Math.random() * 25, () =>
      swap
        ? call(server, "POST", "/shop/deployments/:swap", { firstDeploymentName: "production", secondDeploymentName: "staging" })
        : call(server, "PUT", "/shop/deployments/production", { trainedModelLabel: other }));
    let job;
    ({ server, job } = await restarted(data, acknowledged));
    const now = [await serves("production"), await serves("staging")];
    const after = swap ? [before[1], before[0]] : [other, before[1]];
    if (job?.status === "succeeded") assert.deepEqual(now, after);
    else assert.ok([before.join(), after.join()].includes(now.join()), `${before} -> ${now}, not ${after}`);
    for (const name of ["production", "staging"])
      assert.equal((await ask(server, "shop", name, "please cancel it")).body.result.prediction.topIntent, "Cancel");
  }
});

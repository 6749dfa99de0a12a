// kill -9 at every durable step of a deployment, a swap, a rollback, a deletion from a resource and the
// start of a canary: before and after each write that reaches the disk (kill_at_sync.c). After each death
// the server is started again, and
//  - what was acknowledged comes to be, and nothing is between;
//  - what the API says is deployed is what answers, on every resource.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ask, call, callJob, jobEnd, smallProject, startServer, temporaryDirectory } from "../support.mjs";
import { killable } from "./killable.mjs";
import { own } from "./own.mjs";
import { as, resourceId, startWithResources } from "./regions.mjs";

const text = "one latte please";

/** Order and Cancel the other way round, so that answers tell the models apart. */
function turnedProject(name) {
  const p = smallProject(name);
  const other = { Order: "Cancel", Cancel: "Order" };
  for (const u of p.assets.utterances) u.intent = other[u.intent];
  return p;
}

const models = { Order: "m1", Cancel: "m2" };

/** What every deployment is by the API, checked against the answers: { name: "m1", … }. */
async function served(server) {
  const { value } = (await call(server, "GET", "/shop/deployments")).body;
  const state = {};
  for (const d of value) {
    const label = d.modelId.slice(0, 2);
    state[d.deploymentName] = label + (d.assignedResources ? "+west" : "");
    for (const [on, status] of [[server, 200], [as(server, "west"), d.assignedResources ? 200 : 404]]) {
      const r = await ask(on, "shop", d.deploymentName, text);
      assert.equal(r.status, status);
      if (status === 200) assert.equal(models[r.body.result.prediction.topIntent], label, d.deploymentName);
    }
  }
  return state;
}

/** Until no job waits or runs. */
async function idle(server) {
  for (;;) {
    const s = await (await fetch(`${server.url}/status`)).json();
    if (s.jobsWaiting + s.jobsRunning === 0) return;
    await new Promise((done) => setTimeout(done, 10));
  }
}

const deploy = (server, name, label, on) =>
  callJob(server, "PUT", `/shop/deployments/${name}`, { trainedModelLabel: label, assignedResourceIds: on && [resourceId("west")] });

/** What is done from { prod: m1+west, next: m2+west }, and what must be then. */
const changes = {
  deploy: {
    request: (s) => call(s, "PUT", "/shop/deployments/prod", { trainedModelLabel: "m2" }),
    after: { prod: "m2", next: "m2+west" },
  },
  swap: {
    request: (s) => call(s, "POST", "/shop/deployments/:swap", { firstDeploymentName: "prod", secondDeploymentName: "next" }),
    after: { prod: "m2+west", next: "m1+west" },
  },
  rollback: { // to the time when neither was there
    request: (s) => own(s, "POST", "/shop/deployments/:rollback", { at: "2020-01-01T00:00:00Z" }),
    after: {},
  },
  "delete from resources": {
    request: (s) => call(s, "POST", "/shop/deployments/prod/:delete-from-resources", {}),
    after: { prod: "m1", next: "m2+west" },
  },
  unassign: {
    request: (s) => call(s, "POST", "/shop/resources/:unassign", { assignedResourceIds: [resourceId("west")] }),
    after: { prod: "m1", next: "m2" },
  },
  canary: {
    request: (s) => own(s, "PUT", "/shop/deployments/next/canary", { trainedModelLabel: "m2", percent: 100 }),
    after: { prod: "m1+west", next: "m2+west" },
  },
};

for (const [name, { request, after }] of Object.entries(changes))
  test(`kill -9 at each step: ${name}`, async (t) => {
    const dir = temporaryDirectory(t);
    const data = join(dir, "data");
    const { arm, startKillable } = killable(dir, data);
    let server = await startWithResources(data, { west: "westus2" });
    for (const [label, project] of [["m1", smallProject("shop")], ["m2", turnedProject("shop")]]) {
      await callJob(server, "POST", "/shop/:import", project);
      await callJob(server, "POST", "/shop/:train", { modelLabel: label, trainingMode: "standard" });
    }
    const claim = { azureResourceId: resourceId("west"), customDomain: "west", region: "westus2" };
    const before = { next: "m2+west", prod: "m1+west" };
    let deaths = 0;
    for (const when of ["before", "after"])
      for (let step = 1, alive = false; !alive; step++) {
        await callJob(server, "POST", "/shop/resources/:assign", { resourcesMetadata: [claim] });
        await deploy(server, "prod", "m1", true);
        await deploy(server, "next", "m2", true);
        assert.deepEqual(await served(server), before);
        await server.stop();

        server = await startKillable();
        writeFileSync(arm, `${when} ${step}`);
        const r = await request(server).catch(() => null);
        if (r) assert.equal(r.status, 202, JSON.stringify(r.body));
        const job = r && (await jobEnd(server, r.headers.get("operation-location")).catch(() => null));
        rmSync(arm);
        alive = job !== null && job !== undefined;
        if (alive) assert.equal(job.status, "succeeded", JSON.stringify(job));
        else deaths++;
        await server.kill();

        server = await startServer(data);
        if (r && !alive) {
          const end = await jobEnd(server, r.headers.get("operation-location"));
          assert.equal(end.status, "succeeded", `${when} ${step}: ${JSON.stringify(end)}`);
        }
        await idle(server); // not acknowledged, it may have been taken up all the same: then it goes on by itself
        const now = await served(server);
        if (r) assert.deepEqual(now, after, `${when} step ${step}`);
        else assert.ok([before, after].some((s) => same(s, now)), `${when} step ${step}: ${JSON.stringify(now)}`);
        assert.ok(step < 60, "the change ends");
      }
    assert.ok(deaths >= 6, `${deaths} deaths`); // asking, claiming, doing and ending, before and after
    await server.stop();
  });

function same(a, b) {
  const text = (state) => JSON.stringify(Object.entries(state).sort());
  return text(a) === text(b);
}

// Deployments over several resources, as a client of the REST API and the command line see them.
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { ask, call, callJob, dragoman, dragomanOk, jobEnd, smallProject, temporaryDirectory } from "../support.mjs";
import { as, resourceId, startWithResources } from "./regions.mjs";

let server, west, north;
const cleanups = [];
before(async () => {
  const data = join(temporaryDirectory({ after: (f) => cleanups.push(f) }), "data");
  server = await startWithResources(data, { west: "westus2", north: "northeurope" });
  [west, north] = [as(server, "west"), as(server, "north")];
  await callJob(server, "POST", "/shop/:import", smallProject("shop"));
  await callJob(server, "POST", "/shop/:train", { modelLabel: "m1", trainingMode: "standard" });
});
after(async () => {
  await server?.stop();
  for (const f of cleanups) f();
});

const claim = (name, region) =>
  ({ azureResourceId: resourceId(name), customDomain: `${name}.cognitiveservices.azure.com`, region });
const assign = (on, name, region) => call(on, "POST", "/shop/resources/:assign", { resourcesMetadata: [claim(name, region)] });

/** [owner, west, north]: status of a prediction by that deployment. */
const statuses = async (deployment) =>
  Promise.all([server, west, north].map(async (s) => (await ask(s, "shop", deployment, "one latte please")).status));

test("assign, deploy to a choice, withdraw, unassign", async () => {
  let r = await assign(server, "west", "westus2");
  assert.equal(r.status, 202);
  assert.match(r.headers.get("operation-location"), /\/projects\/shop\/resources\/assign\/jobs\/[^/]+\?api-version=/);
  assert.equal((await jobEnd(server, r.headers.get("operation-location"))).status, "succeeded");
  // the names of the newest preview
  await callJob(server, "POST", "/shop/resources/:assign?api-version=2025-11-15-preview",
    { projectResources: [claim("north", "northeurope")] });
  r = await call(server, "GET", "/shop/resources");
  assert.deepEqual(r.body, {
    value: [{ azureResourceId: resourceId("north"), region: "northeurope" },
      { azureResourceId: resourceId("west"), region: "westus2" }],
    nextLink: null,
  });
  r = await call(server, "GET", "/shop/resources?maxpagesize=1");
  assert.equal(r.body.value.length, 1);
  assert.match(r.body.nextLink, /skip=1/);

  await callJob(server, "PUT", "/shop/deployments/prod",
    { trainedModelLabel: "m1", assignedResourceIds: [resourceId("west"), resourceId("north")] });
  await callJob(server, "PUT", "/shop/deployments/near", { trainedModelLabel: "m1", assignedResources: [
    { resourceId: resourceId("west").toUpperCase(), region: "westus2" }] });
  assert.deepEqual(await statuses("prod"), [200, 200, 200]);
  assert.deepEqual(await statuses("near"), [200, 200, 404]);
  const here = await ask(server, "shop", "prod", "one latte please");
  assert.deepEqual((await ask(west, "shop", "prod", "one latte please")).body, here.body);

  r = await call(server, "GET", "/shop/deployments/near");
  assert.deepEqual(r.body.assignedResources, [{ resourceId: resourceId("west"), region: "westus2" }]);
  r = await call(server, "GET", "/shop/deployments/near?api-version=2025-11-15-preview");
  assert.deepEqual(r.body.assignedResources, [{ azureResourceId: resourceId("west"), region: "westus2" }]);

  r = await call(west, "GET", "/global/deployments/resources");
  assert.deepEqual(r.body.value.map((p) => [p.projectName, p.deploymentsMetadata.map((d) => d.deploymentName)]),
    [["shop", ["near", "prod"]]]);
  assert.match(r.body.value[0].deploymentsMetadata[0].lastDeployedDateTime, /^\d{4}-.*Z$/);
  assert.match(r.body.value[0].deploymentsMetadata[0].deploymentExpirationDate, /^\d{4}-\d\d-\d\d$/);
  assert.deepEqual((await call(server, "GET", "/global/deployments/resources")).body.value, []);
  assert.deepEqual((await call(west, "GET", "")).body.value, []);
  for (const path of ["/shop", "/shop/deployments", "/shop/models", "/shop/resources"])
    assert.equal((await call(west, "GET", path)).status, 404, path); // to answer is not to own

  r = await call(server, "POST", "/shop/deployments/:swap", { firstDeploymentName: "prod", secondDeploymentName: "near" });
  const swap = await jobEnd(server, r.headers.get("operation-location"));
  assert.equal(swap.status, "failed");
  assert.equal(swap.errors[0].code, "InvalidArgument");

  r = await call(server, "POST", "/shop/deployments/prod/:delete-from-resources", { assignedResourceIds: [resourceId("west")] });
  assert.match(r.headers.get("operation-location"), /\/deployments\/prod\/delete-from-resources\/jobs\//);
  assert.equal((await jobEnd(server, r.headers.get("operation-location"))).status, "succeeded");
  assert.deepEqual(await statuses("prod"), [200, 404, 200]);
  await callJob(server, "POST", "/shop/deployments/prod/:delete-from-resources"); // no body: from all
  assert.deepEqual(await statuses("prod"), [200, 404, 404]);

  await callJob(server, "POST", "/shop/resources/:unassign?api-version=2025-11-15-preview",
    { azureResourceIds: [resourceId("west")] });
  assert.deepEqual(await statuses("near"), [200, 404, 404]);
  r = await call(server, "GET", "/shop/deployments/near");
  assert.equal("assignedResources" in r.body, false);
});

test("what assigning and unassigning refuse", async () => {
  const refused = async (path, body, status, code) => {
    const r = await call(server, "POST", path, body);
    assert.equal(r.status, status, `${path} ${JSON.stringify(body)}: ${JSON.stringify(r.body)}`);
    assert.equal(r.body.error.code, code);
  };
  const a = "/shop/resources/:assign";
  for (const body of [{}, { resourcesMetadata: [] }, { resourcesMetadata: {} }, { resourcesMetadata: [7] },
    { resourcesMetadata: [{ azureResourceId: resourceId("west"), region: "westus2" }] },
    { resourcesMetadata: [claim("nowhere", "westus2")] }, { resourcesMetadata: [claim("west", "eastus")] }])
    await refused(a, body, 400, "InvalidArgument");
  await refused("/none/resources/:assign", { resourcesMetadata: [claim("west", "westus2")] }, 404, "ProjectNotFound");
  await refused("/shop/resources/:unassign", {}, 400, "InvalidArgument");
  await refused("/shop/resources/:unassign", { assignedResourceIds: [resourceId("west")] }, 404, "NotFound");
  await refused("/shop/deployments/near/:delete-from-resources", { assignedResourceIds: [resourceId("west")] }, 404, "NotFound");
  await refused("/shop/deployments/none/:delete-from-resources", {}, 404, "NotFound");
  const r = await call(server, "PUT", "/shop/deployments/x", { trainedModelLabel: "m1", assignedResourceIds: [resourceId("west")] });
  assert.equal(r.status, 400);
  assert.equal(r.body.error.target, "assignedResourceIds[0]");
  for (const path of ["/shop/resources/assign/jobs/none", "/shop/resources/unassign/jobs/none",
    "/shop/deployments/near/delete-from-resources/jobs/none"])
    assert.equal((await call(server, "GET", path)).body.error.code, "OperationNotFound");
});

test("a name belongs to one project on a resource", async () => {
  await callJob(server, "POST", "/shop/resources/:unassign", { assignedResourceIds: [resourceId("north")] });
  await callJob(north, "POST", "/shop/:import", smallProject("shop"));
  const r = await assign(server, "north", "northeurope");
  const job = await jobEnd(server, r.headers.get("operation-location"));
  assert.equal(job.status, "failed");
  assert.equal(job.errors[0].code, "Conflict");
  await jobEnd(server, (await assign(server, "west", "westus2")).headers.get("operation-location"));
  const taken = await call(west, "PATCH", "/shop", { projectName: "shop", projectKind: "Conversation", language: "en" },
    "application/merge-patch+json");
  assert.equal(taken.status, 409);
  await callJob(server, "POST", "/shop/resources/:unassign", { assignedResourceIds: [resourceId("west")] });
  const free = await call(west, "PATCH", "/shop", { projectName: "shop", projectKind: "Conversation", language: "en" },
    "application/merge-patch+json");
  assert.equal(free.status, 201);
  await callJob(west, "DELETE", "/shop");
});

test("the same with commands", async () => {
  const env = server.env;
  dragomanOk(["projects", "assign", "shop", resourceId("west"), "westus2"], { env });
  assert.match(dragomanOk(["projects", "resources", "shop"], { env }), /westus2 +\/subscriptions\/s1/);
  dragomanOk(["deployments", "deploy", "shop", "cli", "m1", "--on", resourceId("west")], { env });
  assert.deepEqual(await statuses("cli"), [200, 200, 404]);
  dragomanOk(["deployments", "withdraw", "shop", "cli", "--on", resourceId("west")], { env });
  assert.deepEqual(await statuses("cli"), [200, 404, 404]);
  dragomanOk(["projects", "unassign", "shop", resourceId("west")], { env });
  const again = dragoman(["projects", "unassign", "shop", resourceId("west")], { env });
  assert.equal(again.status, 1);
  assert.match(again.stderr, /not assigned/);
});

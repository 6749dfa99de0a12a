// A project is copied from one server to another, which has given a token for it. Two real servers.
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { call, callJob, dragoman, dragomanOk, jobEnd, smallProject, startServer, temporaryDirectory } from "../support.mjs";
import { as, resourceId, startWithResources } from "./regions.mjs";

let source, target, west;
const cleanups = [];
before(async () => {
  const dir = temporaryDirectory({ after: (f) => cleanups.push(f) });
  source = await startServer(join(dir, "source"));
  target = await startWithResources(join(dir, "target"), { west: "westus2" });
  west = as(target, "west");
  await callJob(source, "POST", "/shop/:import", smallProject("shop", { description: "first" }));
});
after(async () => {
  await source?.stop();
  await target?.stop();
  for (const f of cleanups) f();
});

const authorize = (on, name, body = {}) =>
  call(on, "POST", `/${name}/:authorize-copy`, { projectKind: "Conversation", ...body });

/** The end of the copy that was authorized. */
async function copied(authorization, from = "shop") {
  const r = await call(source, "POST", `/${from}/:copy`, authorization);
  assert.equal(r.status, 202, JSON.stringify(r.body));
  assert.match(r.headers.get("operation-location"), new RegExp(`/projects/${from}/copy/jobs/`));
  return jobEnd(source, r.headers.get("operation-location"));
}

async function exported(server, name) {
  const job = await callJob(server, "POST", `/${name}/:export?stringIndexType=Utf16CodeUnit`);
  return (await call(server, "GET", job.resultUrl)).body;
}

test("authorized by the target, sent by the source, under another name", async () => {
  const r = await authorize(west, "bakery");
  assert.equal(r.status, 200);
  assert.deepEqual(Object.keys(r.body),
    ["projectKind", "targetProjectName", "accessToken", "expiresAt", "targetResourceId", "targetResourceRegion"]);
  assert.equal(r.body.targetProjectName, "bakery");
  assert.equal(r.body.targetResourceId, resourceId("west"));
  assert.equal(r.body.targetResourceRegion, "westus2");
  assert.ok(new Date(r.body.expiresAt) > new Date());
  const job = await copied(r.body);
  assert.equal(job.status, "succeeded", JSON.stringify(job));
  const [mine, theirs] = [await exported(source, "shop"), await exported(west, "bakery")];
  assert.equal(theirs.metadata.projectName, "bakery");
  assert.deepEqual(theirs.assets, mine.assets);
  assert.equal((await call(target, "GET", "/bakery")).status, 404); // another resource of that server
  assert.equal((await call(west, "GET", "/bakery/models")).body.value.length, 0);
  assert.equal((await copied(r.body)).status, "succeeded"); // once more: it is there as it should be
});

test("a project that is there is replaced only when allowed", async () => {
  await callJob(source, "POST", "/shop/:import", smallProject("shop", { description: "second", rounds: 9 }));
  assert.equal((await authorize(west, "bakery")).status, 409);
  const { body: token } = await authorize(west, "later");
  await callJob(west, "POST", "/later/:import", smallProject("later", { description: "made meanwhile" }));
  const job = await copied(token);
  assert.equal(job.status, "failed");
  assert.equal(job.errors[0].code, "Conflict");
  assert.match(job.errors[0].message, /allowOverwrite/);
  assert.equal((await call(west, "GET", "/later")).body.description, "made meanwhile");
  const allowed = await authorize(west, "bakery", { allowOverwrite: true });
  assert.equal((await copied(allowed.body)).status, "succeeded");
  assert.equal((await call(west, "GET", "/bakery")).body.description, "second");
});

test("to a resource of the same server", async () => {
  await callJob(target, "POST", "/home/:import", smallProject("home"));
  const { body } = await authorize(west, "home");
  const r = await call(target, "POST", "/home/:copy", body);
  assert.equal((await jobEnd(target, r.headers.get("operation-location"))).status, "succeeded");
  assert.equal((await call(west, "GET", "/home")).status, 200);
});

test("what is no right token opens nothing", async () => {
  const { body: good } = await authorize(west, "fresh");
  const send = (token, document) => fetch(`${target.url}/dragoman/copies`, {
    method: "POST", body: JSON.stringify(document),
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
  });
  const t = good.accessToken;
  const sealed = t.indexOf(".");
  const last = t.at(-1) === "0" ? "1" : "0";
  const wrong = [undefined, "x", west.key, `${t.slice(0, -1)}${last}`, `${t}0`, t.slice(0, sealed), t.slice(sealed),
    `${Buffer.from(Buffer.from(t.slice(0, sealed), "hex").toString().replace("fresh", "other")).toString("hex")}${t.slice(sealed)}`];
  for (const token of wrong) {
    const r = await send(token, smallProject("fresh"));
    assert.equal(r.status, 401, token);
    assert.equal((await r.json()).error.code, "Unauthorized");
  }
  assert.equal((await call(west, "GET", "/fresh")).status, 404);
  // the right one opens that project alone, for a document of that kind
  assert.equal((await send(t, smallProject("other"))).status, 400);
  assert.equal((await send(t, { projectFileVersion: "x" })).status, 400);
  const asKey = await fetch(`${target.url}/language/authoring/analyze-conversations/projects?api-version=2023-04-01`,
    { headers: { "Ocp-Apim-Subscription-Key": t } });
  assert.equal(asKey.status, 401);
  assert.equal((await send(t, smallProject("fresh"))).status, 200);
});

test("what copying refuses", async () => {
  const { body: good } = await authorize(west, "refused");
  const refused = async (body, status, target) => {
    const r = await call(source, "POST", "/shop/:copy", body);
    assert.equal(r.status, status, `${JSON.stringify(body)}: ${JSON.stringify(r.body)}`);
    if (target) assert.equal(r.body.error.target, target);
  };
  for (const member of Object.keys(good)) await refused({ ...good, [member]: undefined }, 400, member);
  await refused({ ...good, accessToken: "no token" }, 400, "accessToken");
  await refused({ ...good, projectKind: "Orchestration" }, 400, "projectKind");
  await refused({ ...good, targetProjectName: "another" }, 400, "targetProjectName");
  await refused({ ...good, expiresAt: "soon" }, 400, "expiresAt");
  assert.equal((await call(source, "POST", "/none/:copy", good)).status, 404);
  assert.equal((await authorize(west, "x", { projectKind: "Novel" })).status, 400);
  assert.equal((await authorize(west, "global")).status, 400);
  assert.equal((await call(source, "GET", "/shop/copy/jobs/none")).body.error.code, "OperationNotFound");
});

test("a target that is away fails the job; one that is not allowed is never asked", async (t) => {
  const dir = temporaryDirectory(t);
  const gone = await startServer(join(dir, "gone"));
  const { body: away } = await authorize(gone, "shop");
  await gone.stop();
  const job = await copied(away);
  assert.equal(job.status, "failed");
  assert.match(job.errors[0].message, /cannot be reached/);

  const careful = await startServer(join(dir, "careful"), ["--copy-targets", "https://b.example"]);
  await callJob(careful, "POST", "/shop/:import", smallProject("shop"));
  const { body } = await authorize(west, "careful");
  assert.equal((await call(careful, "POST", "/shop/:copy", body)).status, 403);
  await careful.stop();
});

test("the same with a command", async () => {
  const args = ["projects", "copy", "shop", "--to", target.url, "--to-key", west.key];
  assert.match(dragomanOk([...args, "--as", "by-hand"], { env: source.env }), /shop copied to .* as by-hand/);
  assert.equal((await call(west, "GET", "/by-hand")).body.description, "second");
  const again = dragoman([...args, "--as", "by-hand"], { env: source.env });
  assert.equal(again.status, 1);
  assert.match(again.stderr, /the target: .*there already/);
  dragomanOk([...args, "--as", "by-hand", "--overwrite"], { env: source.env });
  assert.equal(dragoman(["projects", "copy", "shop"], { env: source.env }).status, 1);
});

// Who opens what: every operation of the server's own table, with no key, with the keys and tokens of
// other resources, with each role, with an admin's token.
import assert from "node:assert/strict";
import test from "node:test";
import { ask, call, callJob, dragomanOk, fileServer, jobEnd, smallProject } from "../support.mjs";

const CLU = "/language/authoring/analyze-conversations/projects";
const QNA = "/language/authoring/query-knowledgebases/projects";
const roles = ["Reader", "Writer", "Owner"];
const secret = "quetzal"; // stands in all that the owner has

/** { id, method, path, family, opens } of each operation. */
const operations = dragomanOk(["serve", "--routes"]).split("\n")
  .map((line) => /^\| (\S+) \| (\S+) `(\S+)` \| (\S+) \| \S+ \| (\S+) \|$/.exec(line))
  .filter(Boolean).map(([, id, method, path, family, opens]) => ({ id, method, path, family, opens }));
const ofResources = operations.filter((o) => roles.includes(o.opens));
const ofAdmins = operations.filter((o) => o.opens === "admin");

let local, admin;
const keysOf = (name) => JSON.parse(dragomanOk(["keys", name, ...local, "--json"]));
const tokenFor = (role, resource) => JSON.parse(dragomanOk(["tokens", "create", "--role", role, "--resource", resource, ...local, "--json"])).token;
const byKey = (key) => ({ "Ocp-Apim-Subscription-Key": key });
const byToken = (token) => ({ Authorization: `Bearer ${token}` });

const server = fileServer(async () => {
  local = ["--data", server.data];
  admin = dragomanOk(["tokens", "admin", ...local]).trim();
});

/** What is asked for, by the parameters of the paths. */
const names = {
  p: "shop", m: "m", d: "production", x: "kiosk", j: "none", t: "none", s: "s1", g: "g", a: "a1", l: "eastus",
  app: "none", v: "0.1", version: "0.1", slot: "production", culture: "en-us",
};

const isLuis = (path) => path.startsWith("/luis/");
const isLuisPrediction = (path) => isLuis(path) && !/^\/luis\/(authoring|api)\//.test(path);

/** One operation, with an api-version that its family has. */
async function perform({ method, path, id, family }, headers, body, { job } = {}) {
  const at = path.replace(/\{(\w+)\}/g, (_, name) => (name === "j" && job ? job : (names[name] ?? "none")));
  const url = new URL(server.url + at);
  if (!path.startsWith("/dragoman")) url.searchParams.set("api-version", family.startsWith("qna-authoring-2021") ? "2021-10-01" : "2023-04-01");
  if (["P6", "M4"].includes(id)) url.searchParams.set("stringIndexType", "Utf16CodeUnit");
  if (id.startsWith("G")) url.search += "&projectKind=Conversation&language=en-us";
  if (path.startsWith("/luis/v2.0")) url.searchParams.set("q", "anything");
  else if (isLuisPrediction(path)) url.searchParams.set("query", "anything");
  if (id === "query-knowledgebases") url.search += "&projectName=shop&deploymentName=production";
  const r = await fetch(url, {
    method, headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: r.status, text: await r.text() };
}
const label = (o, who = "") => `${who} ${o.id} ${o.method} ${o.path}`;

test("the table is there", () => {
  assert.ok(ofResources.length > 80 && ofAdmins.length > 20, `${ofResources.length}, ${ofAdmins.length}`);
  const keyless = operations.filter((o) => o.opens === "no").map((o) => o.id);
  assert.deepEqual(keyless, ["healthz", "readyz", "status", "metrics"]);
  assert.deepEqual(operations.filter((o) => o.opens === "ticket").map((o) => o.id), ["receive-copy"]);
});

test("without a key, or with a wrong one, nothing is opened", async () => {
  const wrong = { ...byKey("0".repeat(32)) }, forged = byToken(`dragoman_${"0".repeat(64)}`);
  for (const o of [...ofResources, ...ofAdmins])
    // Clients of LUIS send their key as a bearer, too.
    for (const headers of [{}, wrong, forged, ...(isLuis(o.path) ? [] : [byToken(server.key)])])
      assert.equal((await perform(o, headers, o.method === "GET" ? undefined : {})).status, 401, label(o, JSON.stringify(headers)));
});

test("an admin's token opens the management alone, a resource's key or token never that", async () => {
  for (const o of ofResources)
    assert.equal((await perform(o, byToken(admin), o.method === "GET" ? undefined : {})).status, 403, label(o));
  const tokens = roles.map((role) => tokenFor(role, "local"));
  for (const o of ofAdmins) {
    const body = o.method === "GET" ? undefined : {};
    assert.equal((await perform(o, byKey(server.key), body)).status, 401, label(o, "key"));
    for (const token of tokens) assert.equal((await perform(o, byToken(token), body)).status, 403, label(o, "token"));
    if (o.id !== "admin-token") assert.ok(![401, 403].includes((await perform(o, byToken(admin), body)).status), label(o, "admin"));
  }
});

/** What stands in a version is edited by deleting it. */
function leastLuisRole(method, path) {
  if (method === "GET" || isLuisPrediction(path) || path.endsWith("/querylogsasync")) return "Reader";
  if (/\/(publish|azureaccounts|\{app\}\/settings)$/.test(path)) return "Owner";
  return method === "DELETE" && !path.includes("/versions/{v}/") ? "Owner" : "Writer";
}

/** The rules in the reference's words: all GETs, export and predictions; all other edits; deploying and deleting. */
function leastRole({ id, method, path }) {
  if (isLuis(path)) return leastLuisRole(method, path);
  if (method === "GET" || /:(export|analyze-conversations|query-knowledgebases|query-text)$/.test(path)) return "Reader";
  const deploys = /\/deployments\//.test(path) || /\/resources\/:(un)?assign$/.test(path);
  return method === "DELETE" || deploys ? "Owner" : "Writer";
}

test("each role opens what is its own, on every operation", async () => {
  const tokens = Object.fromEntries(roles.map((role) => [role, tokenFor(role, "local")]));
  for (const o of ofResources) {
    assert.equal(o.opens, leastRole(o), label(o));
    for (const role of roles) {
      const { status, text } = await perform(o, byToken(tokens[role]), o.method === "GET" ? undefined : {});
      const may = roles.indexOf(role) >= roles.indexOf(o.opens);
      assert.notEqual(status, 401, label(o, role));
      assert.equal(status !== 403, may, `${label(o, role)}: ${status} ${text}`);
      if (!may) assert.match(text, new RegExp(`has the role ${role}; this operation takes the role ${o.opens}`));
    }
  }
});

test("roles at work: a Writer trains, an Owner deploys, a Reader asks", async () => {
  const as = Object.fromEntries(roles.map((role) => [role, tokenFor(role, "local")]));
  const command = (role, ...args) => dragomanOk(args, { env: { DRAGOMAN_URL: server.url, DRAGOMAN_KEY: as[role] } });
  await callJob(server, "POST", "/desk/:import", smallProject("desk"));
  command("Writer", "projects", "train", "desk", "m");
  assert.throws(() => command("Writer", "deployments", "deploy", "desk", "live", "m"), /takes the role Owner/);
  command("Owner", "deployments", "deploy", "desk", "live", "m");
  const asked = await fetch(`${server.url}/language/:analyze-conversations?api-version=2023-04-01`, {
    method: "POST", headers: { ...byToken(as.Reader), "Content-Type": "application/json" },
    body: JSON.stringify({
      kind: "Conversation", analysisInput: { conversationItem: { id: "1", participantId: "1", text: "one latte please" } },
      parameters: { projectName: "desk", deploymentName: "live" },
    }),
  });
  assert.equal(asked.status, 200);
  assert.equal((await asked.json()).result.prediction.topIntent, "Order");
  assert.throws(() => command("Reader", "projects", "train", "desk", "n"), /takes the role Writer/);
});

const LUIS = "/luis/authoring/v3.0-preview/apps";

/** A LUIS app with all that a version can have, published. */
async function furnishLuis() {
  const luis = (method, path, body) => call(server, method, `${server.url}${LUIS}${path}`, body);
  const made = await luis("POST", "/import", {
    luis_schema_version: "7.0.0", versionId: "0.1", name: `app ${secret}`, culture: "en-us",
    intents: [{ name: "None" }, { name: "Order" }], entities: [{ name: "Thing", roles: ["wanted"], children: [] }],
    phraselists: [{ name: "Words", words: `${secret},tea`, mode: true, activated: true, enabledForAllModels: true }],
    patterns: [{ pattern: `${secret} {Thing}`, intent: "Order" }],
    utterances: [{ text: `${secret} please`, intent: "Order", entities: [] }, { text: "hello", intent: "None", entities: [] }],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  names.app = made.body;
  assert.equal((await luis("POST", `/${names.app}/versions/0.1/train`, {})).status, 202);
  for (let rows = []; !rows.length || rows.some((row) => row.details.statusId > 2);)
    rows = (await luis("GET", `/${names.app}/versions/0.1/train`)).body;
  assert.equal((await luis("POST", `/${names.app}/publish`, { versionId: "0.1" })).status, 201);
  names.id = (await luis("GET", `/${names.app}/versions/0.1/intents`)).body[1].id;
}

/** Fills the resource local: a CLU project with everything below it, a question answering project. */
async function furnish() {
  const document = smallProject("shop", { description: secret });
  document.assets.utterances.push({ text: `${secret} please`, intent: "Order", dataset: "Train", entities: [] });
  const jobs = [await callJob(server, "POST", "/shop/:import", document)];
  for (const m of ["m", "n"]) jobs.push(await callJob(server, "POST", "/shop/:train", { modelLabel: m, trainingMode: "standard" }));
  for (const d of ["production", "staging"]) jobs.push(await callJob(server, "PUT", `/shop/deployments/${d}`, { trainedModelLabel: "m" }));
  jobs.push(await callJob(server, "POST", "/shop/deployments/:swap", { firstDeploymentName: "production", secondDeploymentName: "staging" }));
  jobs.push(await callJob(server, "PUT", "/shop/exported-models/kiosk", { trainedModelLabel: "m" }));
  jobs.push(await callJob(server, "POST", "/shop/:export?stringIndexType=Utf16CodeUnit"));
  jobs.push(await callJob(server, "POST", "/shop/models/m/:evaluate", { kind: "percentage", trainingSplitPercentage: 80, testingSplitPercentage: 20 }));
  for (const [path, body] of [["/shop/:import", {
    metadata: { language: "en" }, assets: { qnas: [{ id: 1, answer: `The ${secret} is closed.`, questions: ["is it closed?"] }] },
  }], ["/shop/deployments/production", undefined]]) {
    const r = await call(server, body ? "POST" : "PUT", `${server.url}${QNA}${path}`, body);
    assert.equal(r.status, 202, JSON.stringify(r.body));
    jobs.push(await jobEnd(server, r.headers.get("operation-location")));
  }
  for (const j of jobs) assert.equal(j.status, "succeeded");
  await furnishLuis();
  return jobs.map((j) => j.jobId);
}

/** What can be read of all that, without the times of reading. */
async function inventory() {
  const paths = ["", "/shop", "/shop/models", "/shop/deployments", "/shop/train/jobs", "/shop/exported-models", "/shop/resources"];
  const all = [...paths.map((p) => CLU + p), ...["", "/shop", "/shop/qnas", "/shop/deployments", "/shop/synonyms"].map((p) => QNA + p),
    "/dragoman/projects/shop/history",
    ...["", ...["", "/versions", "/settings", "/permissions", ...["export", "examples", "models", "phraselists", "patternrules", "train"]
      .map((part) => `/versions/0.1/${part}`)].map((path) => `/${names.app}${path}`)].map((path) => LUIS + path)];
  const bodies = [];
  for (const path of all) {
    const r = await call(server, "GET", server.url + path);
    assert.equal(r.status, 200, path);
    bodies.push([path, r.body]);
  }
  return bodies;
}

const question = { question: "is it closed?" };
/** Requests that would work on the owner's resource; P11 is what P13 answers. */
const bodies = {
  "analyze-conversations": {
    kind: "Conversation", analysisInput: { conversationItem: { id: "1", participantId: "1", text: `${secret} please` } },
    parameters: { projectName: "shop", deploymentName: "production", stringIndexType: "Utf16CodeUnit" },
  },
  "query-knowledgebases": question,
  "query-text": { question: "what?", records: [{ id: "1", text: "Nothing." }] },
  P3: { projectKind: "Conversation", projectName: "shop", language: "en", description: "mine" },
  P9: smallProject("shop"), P13: { projectKind: "Conversation", allowOverwrite: true },
  T1: { modelLabel: "n", trainingMode: "standard" },
  M8: { kind: "percentage", trainingSplitPercentage: 80, testingSplitPercentage: 20 },
  R2: { resourcesMetadata: [{ azureResourceId: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/dragoman/providers/Microsoft.CognitiveServices/accounts/east", customDomain: "east", region: "eastus" }] },
  R4: { assignedResourceIds: ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/dragoman/providers/Microsoft.CognitiveServices/accounts/east"] },
  D3: { trainedModelLabel: "n" }, D6: { firstDeploymentName: "production", secondDeploymentName: "staging" },
  D8: { assignedResourceIds: [] }, X3: { trainedModelLabel: "n" },
  rollback: { at: new Date().toISOString() }, shadow: { trainedModelLabel: "n", percent: 10 }, canary: { trainedModelLabel: "n", percent: 10 },
  Q3: { language: "en", description: "mine" },
  Q9: { metadata: { language: "en" }, assets: { qnas: [{ id: 1, answer: "Mine.", questions: ["q"] }] } },
  Q15: [{ op: "delete", value: { id: 1 } }],
  Q17: [{ op: "delete", value: { source: "Editorial" } }],
  Q19: { value: [{ alterations: ["a", "b"] }] },
  Q20: { records: [{ userId: "1", userQuestion: "x", qnaId: 1 }] },
};
/** These make something of that name on the asker's own resource. */
const makes = new Set(["P3", "P9", "P13", "Q3", "Q9"]);
/** These name nothing of the owner, so they are answered, from the asker's own. */
const general = new Set(["P1", "Q1", "G1", "G2", "G3", "R6", "query-text",
  "LA2", "LA7", "LA8", "LA9", "LA10", "LA13", "LA14", "LC4"]);

test("a key or token of another resource finds nothing and changes nothing, on every operation", async () => {
  for (const name of ["east", "west"]) dragomanOk(["resources", "create", name, "--region", name === "east" ? "eastus" : "westus2", ...local]);
  const jobIds = await furnish();
  const { body: authorization } = await call(server, "POST", "/copy/:authorize-copy", bodies.P13);
  const requests = { ...bodies, P11: authorization };
  const before = await inventory();
  assert.match(JSON.stringify(before), new RegExp(secret));
  const others = ["east", "west"].flatMap((name) => {
    const { key1, key2 } = keysOf(name);
    return [[`${name} key1`, byKey(key1)], [`${name} key2`, byKey(key2)], [`${name} token`, byToken(tokenFor("Owner", name))]];
  });
  const bodyOf = (o) => (isLuisPrediction(o.path) && o.method === "POST"
    ? (o.path.startsWith("/luis/v2.0") ? "anything" : { query: "anything" }) : o.method === "GET" || o.method === "DELETE" ? undefined : (requests[o.id] ?? {}));
  const tryAll = async (wanted, check) => {
    for (const [who, headers] of others)
      for (const o of ofResources.filter(wanted))
        for (const job of o.path.includes("{j}") ? jobIds : [undefined]) {
          const r = await perform(o, headers, bodyOf(o), { job });
          assert.ok(!r.text.includes(secret), label(o, who));
          check(r, o, who);
        }
  };
  await tryAll((o) => general.has(o.id), (r, o, who) => assert.equal(r.status, 200, label(o, who)));
  await tryAll((o) => !general.has(o.id) && !makes.has(o.id),
    // The authoring of LUIS calls what it does not find a bad argument.
    (r, o, who) => assert.ok(r.status === 404 || (isLuis(o.path) && r.status === 400), `${label(o, who)}: ${r.status} ${r.text}`));
  await tryAll((o) => makes.has(o.id), (r, o, who) => assert.ok(r.status < 300, `${label(o, who)}: ${r.status} ${r.text}`));
  assert.deepEqual(await inventory(), before, "the owner's resource is as it was");
  assert.equal((await ask(server, "shop", "production", `${secret} please`)).status, 200);
});

// Resources made, changed and deleted while the server runs; keys rotated; tokens with roles.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { ask, call, callJob, dragoman, dragomanOk, root, smallProject, startServer, temporaryDirectory } from "../support.mjs";

const run = (command, args, cwd) => {
  const r = spawnSync(command, args, { cwd, encoding: "utf8" });
  assert.equal(r.status, 0, r.stderr);
};

/** ca.pem, and cert.pem with key.pem for 127.0.0.1. */
function makeCertificates(dir) {
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  run("openssl", ["req", "-x509", ...ec, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=test CA"], dir);
  run("openssl", ["req", "-x509", "-CA", "ca.pem", "-CAkey", "ca-key.pem", ...ec, "-keyout", "key.pem", "-out", "cert.pem",
    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"], dir);
}

test("@azure/arm-cognitiveservices", async (t) => {
  const dir = temporaryDirectory(t);
  makeCertificates(dir);
  const server = await startServer(join(dir, "data"), ["--tls-cert", join(dir, "cert.pem"), "--tls-key", join(dir, "key.pem")]);
  t.after(() => server.stop());
  const token = dragomanOk(["tokens", "admin", "--data", server.data]).trim();
  const r = spawnSync(process.execPath, [join(root, "tests/blackbox/arm_client.mjs")], {
    encoding: "utf8", timeout: 60_000,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(dir, "ca.pem"), ARM_URL: server.url, ARM_TOKEN: token },
  });
  assert.equal(r.status, 0, `${r.stdout}${r.stderr}`);
});

/** A server, and its admin. */
async function start(t, args = []) {
  const server = await startServer(join(temporaryDirectory(t), "data"), args);
  t.after(() => server.stop());
  const local = ["--data", server.data];
  return {
    server, local, token: dragomanOk(["tokens", "admin", ...local]).trim(),
    create: (name, ...more) => JSON.parse(dragomanOk(["resources", "create", name, ...more, ...local, "--json"])),
    keysOf: (name) => JSON.parse(dragomanOk(["keys", name, ...local, "--json"])),
    tokenFor: (role, ...more) => JSON.parse(dragomanOk(["tokens", "create", "--role", role, ...more, ...local, "--json"])),
  };
}

/** One request with an Authorization header. */
async function bearer(server, token, method, path, body, headers = {}) {
  const r = await fetch(server.url + path, {
    method, body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
  });
  const text = await r.text();
  return { status: r.status, headers: r.headers, body: text ? JSON.parse(text) : undefined };
}
const provider = "/subscriptions/s1/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts";
const version = "?api-version=2024-10-01";

test("the management's envelope", async (t) => {
  const { server, token } = await start(t);
  const asks = async (path, wanted, { method = "GET", as = token, body } = {}) => {
    const r = await bearer(server, as, method, path, body);
    assert.deepEqual([r.status, r.body.error.code], wanted, `${method} ${path}: ${JSON.stringify(r.body)}`);
    assert.ok(r.body.error.message && r.headers.get("x-ms-request-id"));
    return r;
  };
  const unauthorized = await asks(`${provider}/a1${version}`, [401, "AuthenticationFailed"], { as: "" });
  assert.match(unauthorized.headers.get("www-authenticate"), /^Bearer/);
  for (const wrong of ["x", token.slice(0, -1), `${token}0`, token.toUpperCase(), server.key])
    await asks(`${provider}/a1${version}`, [401, "AuthenticationFailed"], { as: wrong });
  await asks(`${provider}/a1`, [400, "MissingApiVersionParameter"]);
  await asks(`${provider}/a1?api-version=new`, [400, "InvalidApiVersionParameter"]);
  await asks(`${provider}/a1?api-version=2024-10-01-x`, [400, "InvalidApiVersionParameter"]);
  await asks(`${provider}/a1?API-Version=2099-01-01-preview`, [404, "ResourceGroupNotFound"]);
  await asks(`/SUBSCRIPTIONS/s1/resourcegroups/g/PROVIDERS/microsoft.cognitiveservices/accounts/a1${version}`, [404, "ResourceGroupNotFound"]);
  await asks(`/subscriptions/s1/resourceGroups/g/providers/Microsoft.Tea/pots/a1${version}`, [404, "InvalidResourceType"]);
  await asks(`${provider}/a1/listKeys${version}`, [405, "MethodNotAllowed"]);
  const put = { method: "PUT" };
  await asks(`${provider}/a1${version}`, [400, "InvalidRequestContent"], { ...put, body: [] });
  await asks(`${provider}/a1${version}`, [400, "InvalidApiSetId"], { ...put, body: {} });
  await asks(`${provider}/a1${version}`, [400, "LocationRequired"], { ...put, body: { kind: "LUIS" } });
  await asks(`${provider}/a1${version}`, [400, "InvalidSkuId"], { ...put, body: { kind: "LUIS", location: "eastus" } });
  await asks(`${provider}/a1${version}`, [400, "InvalidRequestContent"], { ...put, body: { kind: "LUIS", location: "eastus", sku: { name: 7 } } });
  await asks(`${provider}/a1${version}`, [400, "InvalidRequestContent"], { ...put, body: { kind: "LUIS", location: "eastus", sku: { name: "F0" }, tags: { a: {} } } });
  await asks(`${provider}/-a${version}`, [400, "InvalidResourceName"], { ...put, body: {} });

  const group = await bearer(server, token, "PUT", `/subscriptions/s1/resourcegroups/g${version}`, { location: "eastus" });
  assert.deepEqual([group.status, group.body.properties.provisioningState], [201, "Succeeded"]);
  await asks(`${provider}/a1${version}`, [404, "ResourceNotFound"]);
  assert.deepEqual((await bearer(server, token, "GET", `${provider}${version}`)).body, { value: [] });
  const made = await bearer(server, token, "PUT", `${provider}/a1${version}`, { kind: "luis", location: "East US", sku: { name: "F0" } });
  assert.deepEqual([made.status, made.body.kind, made.body.properties.provisioningState], [201, "LUIS", "Succeeded"]);
  assert.equal(made.headers.get("etag"), made.body.etag);
  assert.equal(made.headers.get("azure-asyncoperation"), null);
  await asks(`${provider}/a1${version}`, [409, "InvalidResourceLocation"], { ...put, body: { location: "westus" } });
  await asks(`${provider}/a1/regenerateKey${version}`, [400, "InvalidRequestContent"], { method: "POST", body: { keyName: "Key3" } });
  assert.equal((await bearer(server, token, "PUT", `${provider}/A1${version}`, { tags: { a: "b" } })).status, 200);
  assert.equal((await bearer(server, token, "DELETE", `${provider}/a1${version}`)).status, 200);
  assert.equal((await bearer(server, token, "DELETE", `${provider}/a1${version}`)).status, 204);
  assert.equal((await call(server, "GET", "")).status, 200, "the resource local went on");
});

test("a key or token opens exactly its resource", async (t) => {
  const { server, create, keysOf, tokenFor } = await start(t);
  const names = ["local", "east", "west", "book.s"];
  for (const name of names.slice(1)) create(name, "--region", name === "west" ? "westus2" : "eastus");
  const openers = [];
  for (const name of names) {
    const { key1, key2 } = keysOf(name);
    const { token } = tokenFor("Owner", "--resource", name);
    for (const headers of [{ "Ocp-Apim-Subscription-Key": key1 }, { "Ocp-Apim-Subscription-Key": key2 }, { Authorization: `Bearer ${token}` }])
      openers.push({ name, headers });
    const made = await bearer(server, token, "PATCH", `/language/authoring/analyze-conversations/projects/${name}-project?api-version=2023-04-01`,
      { projectKind: "Conversation", projectName: `${name}-project`, language: "en" });
    assert.equal(made.status, 201, JSON.stringify(made.body));
  }
  for (const { name, headers } of openers) {
    const path = "/language/authoring/analyze-conversations/projects";
    const listed = await bearer(server, "", "GET", `${path}?api-version=2023-04-01`, undefined, headers);
    assert.deepEqual(listed.body.value.map((p) => p.projectName), [`${name}-project`]);
    for (const other of names.filter((n) => n !== name))
      assert.equal((await bearer(server, "", "GET", `${path}/${other}-project?api-version=2023-04-01`, undefined, headers)).status, 404);
    assert.equal((await bearer(server, "", "GET", `${provider}${version}`, undefined, headers)).status, headers.Authorization ? 403 : 401);
    assert.equal((await bearer(server, "", "GET", "/dragoman/tokens", undefined, headers)).status, headers.Authorization ? 403 : 401);
  }
  assert.equal(new Set(openers.map((o) => JSON.stringify(o.headers))).size, openers.length);
});

test("rotation without downtime", async (t) => {
  const { server, local, create, keysOf } = await start(t);
  create("other");
  await callJob(server, "POST", "/shop/:import", smallProject("shop"));
  await callJob(server, "POST", "/shop/:train", { modelLabel: "m", trainingMode: "standard" });
  await callJob(server, "PUT", "/shop/deployments/production", { trainedModelLabel: "m" });
  const before = keysOf("local"), others = keysOf("other");
  const asked = (key) => ask({ ...server, key }, "shop", "production", "one latte please").then((r) => r.status);
  let failed = 0, asking = true, count = 0;
  const client = (async () => {
    for (; asking; count++) if ((await asked(before.key2)) !== 200) failed++;
  })();
  const seen = new Set([before.key1]);
  for (let i = 0; i < 5; i++) {
    const now = JSON.parse(dragomanOk(["keys", "local", "--regenerate", "key1", ...local, "--json"]));
    assert.equal(now.key2, before.key2);
    for (const old of seen) assert.equal(await asked(old), 401);
    assert.equal(await asked(now.key1), 200);
    seen.add(now.key1);
  }
  asking = false;
  await client;
  assert.ok(count > 0);
  assert.equal(failed, 0, "the other key went on");
  assert.deepEqual(keysOf("other"), others);
  assert.deepEqual(keysOf("local").key1, [...seen].at(-1));
  await server.stop();
  const again = await startServer(server.data);
  t.after(() => again.stop());
  assert.equal(again.key, [...seen].at(-1), "a restart changes nothing");
});

test("what each role may do", async (t) => {
  const { server, local, token: admin, tokenFor } = await start(t);
  await callJob(server, "POST", "/shop/:import", smallProject("shop"));
  const of = Object.fromEntries(["Reader", "Writer", "Owner"].map((role) => [role, tokenFor(role, "--resource", "local", "--description", role)]));
  const v = "?api-version=2023-04-01", P = "/language/authoring/analyze-conversations/projects";
  // path, body, the least role; what a role may do it is let through to, whatever the answer then is
  const operations = [
    ["GET", `${P}${v}`, undefined, "Reader"],
    ["GET", `${P}/shop/deployments${v}`, undefined, "Reader"],
    ["POST", `${P}/shop/:export${v}&stringIndexType=Utf16CodeUnit`, undefined, "Reader"],
    ["POST", `/language/:analyze-conversations${v}`, {}, "Reader"],
    ["GET", "/dragoman/projects/shop/history", undefined, "Reader"],
    ["PATCH", `${P}/shop${v}`, { description: "x" }, "Writer"],
    ["POST", `${P}/shop/:import${v}`, {}, "Writer"],
    ["POST", `${P}/shop/:train${v}`, {}, "Writer"],
    ["PUT", `${P}/shop/deployments/d${v}`, {}, "Owner"],
    ["POST", `${P}/shop/deployments/:swap${v}`, {}, "Owner"],
    ["POST", `${P}/shop/deployments/d/:delete-from-resources${v}`, {}, "Owner"],
    ["DELETE", `${P}/shop/deployments/d${v}`, undefined, "Owner"],
    ["DELETE", `${P}/shop/models/m${v}`, undefined, "Owner"],
    ["POST", `${P}/shop/resources/:assign${v}`, {}, "Owner"],
    ["POST", `${P}/shop/resources/:unassign${v}`, {}, "Owner"],
    ["POST", "/dragoman/projects/shop/deployments/:rollback", {}, "Owner"],
    ["PUT", "/dragoman/projects/shop/deployments/d/canary", {}, "Owner"],
    ["DELETE", `${P}/nobody${v}`, undefined, "Owner"],
  ];
  const order = ["Reader", "Writer", "Owner"];
  for (const [method, path, body, least] of operations)
    for (const role of order) {
      const r = await bearer(server, of[role].token, method, path, body);
      const may = order.indexOf(role) >= order.indexOf(least);
      assert.equal(r.status === 403, !may, `${role} ${method} ${path}: ${r.status} ${JSON.stringify(r.body)}`);
      assert.notEqual(r.status, 401);
      if (!may) assert.equal(r.body.error.code, "Forbidden");
    }
  assert.equal((await bearer(server, admin, "GET", `${P}${v}`)).status, 403, "an admin opens no resource");

  await t.test("tokens are listed, end and are revoked", async () => {
    const listed = JSON.parse(dragomanOk(["tokens", "list", ...local, "--json"])).value;
    assert.deepEqual(listed.map((x) => x.role).sort(), ["Owner", "Reader", "Writer"]);
    assert.ok(listed.every((x) => !("token" in x)));
    dragomanOk(["tokens", "revoke", of.Writer.id, ...local]);
    assert.equal((await bearer(server, of.Writer.token, "GET", `${P}${v}`)).status, 401);
    assert.equal((await bearer(server, of.Reader.token, "GET", `${P}${v}`)).status, 200);
    assert.equal(dragoman(["tokens", "revoke", of.Writer.id, ...local]).status, 1);
    const short = await bearer(server, admin, "POST", "/dragoman/tokens", { role: "reader", resource: "local", expiresInSeconds: 1 });
    assert.equal(short.status, 201);
    const until = Date.now() + 10_000;
    while ((await bearer(server, short.body.token, "GET", `${P}${v}`)).status !== 401) assert.ok(Date.now() < until);
    assert.equal(JSON.parse(dragomanOk(["tokens", "list", ...local, "--json"])).value.length, 2);
  });

  await t.test("what is no token request is refused", async () => {
    for (const [body, status] of [[{ role: "King", resource: "local" }, 400], [{ role: "Reader" }, 400], [{ role: "Admin", resource: "local" }, 400],
      [{ role: "Reader", resource: "nobody" }, 404], [{ role: "Reader", resource: "local", expiresInSeconds: 0 }, 400], [[], 400]])
      assert.equal((await bearer(server, admin, "POST", "/dragoman/tokens", body)).status, status, JSON.stringify(body));
    assert.equal((await bearer(server, admin, "DELETE", "/dragoman/tokens/nobody")).status, 404);
  });

  await t.test("client commands take a token for a key", () => {
    const env = { DRAGOMAN_URL: server.url, DRAGOMAN_KEY: of.Reader.token };
    assert.match(dragomanOk(["projects", "list"], { env }), /shop/);
    const r = dragoman(["projects", "delete", "shop"], { env });
    assert.equal(r.status, 1);
    assert.match(r.stderr, /role Owner/);
  });

  await t.test("the admin token is replaced", async () => {
    const second = tokenFor("Admin");
    assert.equal((await bearer(server, second.token, "GET", `/dragoman/resources`)).status, 200);
    const next = JSON.parse(dragomanOk(["tokens", "admin", "--regenerate", ...local, "--json"])).token;
    assert.equal((await bearer(server, admin, "GET", "/dragoman/resources")).status, 401);
    assert.equal((await bearer(server, next, "GET", "/dragoman/resources")).status, 200);
    assert.equal(dragomanOk(["tokens", "admin", ...local]).trim(), next);
  });
});

test("a resource whose keys are off takes tokens", async (t) => {
  const { server, local, create, keysOf, tokenFor } = await start(t);
  create("vault", "--no-keys");
  const { token } = tokenFor("Reader", "--resource", "vault");
  const path = "/language/authoring/analyze-conversations/projects?api-version=2023-04-01";
  assert.equal((await call({ ...server, key: keysOf("vault").key1 }, "GET", "")).status, 401);
  assert.equal((await bearer(server, token, "GET", path)).status, 200);
  create("vault");
  assert.equal((await call({ ...server, key: keysOf("vault").key1 }, "GET", "")).status, 200);
  dragomanOk(["resources", "delete", "vault", ...local]);
  assert.equal((await bearer(server, token, "GET", path)).status, 401, "its tokens end with it");
});

test("the commands", async (t) => {
  const { server, local, create, keysOf } = await start(t);
  create("west", "--region", "westus2", "--domain", "west-1", "--group", "my group", "--subscription", "s 1");
  const table = dragomanOk(["resources", "list", ...local]);
  assert.match(table, /^west +TextAnalytics +westus2/m);
  assert.match(table, /^local +TextAnalytics +eastus/m);
  const shown = JSON.parse(dragomanOk(["resources", "show", "WEST", ...local, "--json"]));
  assert.equal(shown.properties.customSubDomainName, "west-1");
  assert.equal(JSON.parse(dragomanOk(["resources", "show", shown.id, ...local, "--json"])).name, "west");
  const west = { ...server, key: keysOf("west").key1 };
  await callJob(west, "POST", "/shop/:import", smallProject("shop"));
  const where = ["--group", "my group", "--subscription", "s 1"];
  dragomanOk(["resources", "delete", "west", ...local]);
  assert.equal((await call(west, "GET", "")).status, 401);
  dragomanOk(["resources", "restore", "west", ...where, ...local]);
  assert.equal((await call(west, "GET", "/shop")).status, 200, "with its projects");
  dragomanOk(["resources", "delete", "west", "--purge", ...local]);
  create("west", "--region", "eastus", ...where);
  assert.equal((await call(west, "GET", "")).status, 401, "old keys stay dead");
  assert.deepEqual((await call({ ...server, key: keysOf("west").key1 }, "GET", "")).body.value, [], "and the projects");
  for (const args of [["resources", "show", "nobody"], ["keys", "nobody", "--regenerate", "key1"], ["resources", "delete", "nobody"]])
    assert.equal(dragoman([...args, ...local]).status, 1, args.join(" "));
  const denied = dragoman(["resources", "list", "--url", server.url, "--token", "wrong"]);
  assert.equal(denied.status, 1);
  assert.match(denied.stderr, /401 /);
});

test("a purged resource is gone from the deployments of others", async (t) => {
  const { server, local, create, keysOf } = await start(t);
  const { id } = create("west", "--region", "westus2");
  await callJob(server, "POST", "/shop/:import", smallProject("shop"));
  await callJob(server, "POST", "/shop/:train", { modelLabel: "m", trainingMode: "standard" });
  await callJob(server, "POST", "/shop/resources/:assign", { resourcesMetadata: [{ azureResourceId: id, customDomain: "west", region: "westus2" }] });
  await callJob(server, "PUT", "/shop/deployments/production", { trainedModelLabel: "m", assignedResourceIds: [id] });
  const asked = (key) => ask({ ...server, key }, "shop", "production", "one latte please").then((r) => r.status);
  assert.equal(await asked(keysOf("west").key1), 200);
  dragomanOk(["resources", "delete", "west", ...local]);
  dragomanOk(["resources", "restore", "west", ...local]);
  assert.equal(await asked(keysOf("west").key1), 200);
  dragomanOk(["resources", "delete", "west", "--purge", ...local]);
  create("west", "--region", "westus2");
  assert.equal(await asked(keysOf("west").key1), 404, "a namesake answers nothing of before");
  assert.equal(await asked(server.key), 200);
});

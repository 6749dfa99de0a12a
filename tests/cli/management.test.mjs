// resources, tokens, keys --regenerate: the management of a server, by commands.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { call, dragoman, dragomanOk, startServer, temporaryDirectory } from "../support.mjs";

/** A server; the commands find it and its admin's token by the data directory. */
async function start(t) {
  const server = await startServer(join(temporaryDirectory(t), "data"));
  t.after(() => server.stop());
  const ok = (...args) => dragomanOk([...args, "--data", server.data]);
  const json = (...args) => JSON.parse(ok(...args, "--json"));
  const fails = (message, ...args) => {
    const r = dragoman([...args, "--data", server.data]);
    assert.equal(r.status, 1, r.stdout);
    assert.match(r.stderr, message);
    assert.equal(r.stderr.split("\n").length, 2, "one line");
    assert.equal(r.stdout, "");
  };
  return { server, ok, json, fails };
}
const opens = async (server, key) => (await call({ ...server, key }, "GET", "")).status === 200;

test("the life of a resource", async (t) => {
  const { server, ok, json, fails } = await start(t);
  assert.match(ok("resources", "create", "west", "--region", "West US 2", "--domain", "w-1"), /^name +west$/m);
  assert.match(ok("resources", "list"), /^NAME +KIND +LOCATION +ID\nlocal +TextAnalytics +eastus .*\nwest +TextAnalytics +West US 2 /);
  assert.deepEqual(json("resources", "list").value.map((r) => r.name), ["local", "west"]);
  const shown = json("resources", "show", "WEST");
  assert.deepEqual([shown.name, shown.sku.name, shown.properties.customSubDomainName], ["west", "S0", "w-1"]);
  assert.equal(json("resources", "show", shown.id).etag, shown.etag);
  assert.match(ok("resources", "show", "west"), /^kind +TextAnalytics$/m);
  const { key1 } = json("keys", "west");
  assert.equal(await opens(server, key1), true);
  ok("resources", "create", "west", "--region", "westus2", "--no-keys");
  assert.equal(await opens(server, key1), false);
  ok("resources", "create", "west", "--region", "westus2");
  assert.equal(await opens(server, key1), true);
  assert.equal(ok("resources", "delete", "west"), "west deleted\n");
  assert.equal(await opens(server, key1), false);
  fails(/FlagMustBeSetForRestore/, "resources", "create", "west");
  assert.match(ok("resources", "restore", "west"), /^name +west$/m);
  assert.equal(await opens(server, key1), true);
  fails(/404 ResourceNotFound/, "resources", "restore", "west"); // it lives
  const id = shown.id.toLowerCase();
  assert.equal(ok("resources", "delete", id, "--purge"), `${id} purged\n`);
  fails(/404 ResourceNotFound/, "resources", "restore", "west");
  ok("resources", "create", "west", "--group", "my group", "--subscription", "my own");
  assert.match(json("resources", "show", "west").id, /^\/subscriptions\/my own\/resourceGroups\/my group\/providers\//);
  ok("resources", "create", "books", "--kind", "luis.authoring");
  assert.deepEqual([json("resources", "show", "books").kind, json("resources", "show", "books").sku.name], ["LUIS.Authoring", "F0"]);
  fails(/there is no resource "nobody"/, "resources", "show", "nobody");
  fails(/there is no resource "nobody"/, "resources", "delete", "nobody");
  fails(/400 LocationNotAvailableForResourceType/, "resources", "create", "far", "--region", "moon");
  fails(/400 InvalidApiSetId/, "resources", "create", "far", "--kind", "Tea");
  fails(/400 InvalidSkuId/, "resources", "create", "far", "--sku", "P9");
  fails(/400 InvalidResourceName/, "resources", "create", "x");
  fails(/409 Conflict/, "resources", "create", "local", "--group", "other");
});

test("keys are replaced one at a time", async (t) => {
  const { server, ok, json, fails } = await start(t);
  const before = json("keys");
  const first = json("keys", "--regenerate", "key1"); // of the first resource
  assert.deepEqual(Object.keys(first), ["key1", "key2"]);
  assert.ok(first.key1 !== before.key1 && first.key2 === before.key2);
  assert.match(ok("keys", "local", "--regenerate", "key2"), new RegExp(`^key1 +${first.key1}$`, "m"));
  const after = json("keys", "local");
  assert.deepEqual(Object.keys(after), ["resource", "region", "endpoint", "key1", "key2"]);
  assert.ok(after.key1 === first.key1 && after.key2 !== before.key2);
  const answers = await Promise.all([before.key1, before.key2, after.key1, after.key2].map((key) => opens(server, key)));
  assert.deepEqual(answers, [false, false, true, true]);
  fails(/there is no resource "nobody"/, "keys", "nobody", "--regenerate", "key1");
});

test("the life of a token", async (t) => {
  const { server, ok, json, fails } = await start(t);
  const made = json("tokens", "create", "--role", "Reader", "--resource", "local", "--description", "for the kiosk", "--days", "2");
  assert.deepEqual(Object.keys(made), ["id", "role", "resource", "description", "createdDateTime", "expirationDateTime", "token"]);
  assert.match(made.token, /^dragoman_[0-9a-f]{64}$/);
  assert.equal(new Date(made.expirationDateTime) - new Date(made.createdDateTime), 2 * 86_400_000);
  assert.match(ok("tokens", "list"), new RegExp(`^ID +ROLE +RESOURCE +UNTIL +DESCRIPTION\n${made.id} +Reader +local +\\S+ +for the kiosk\n$`));
  const { token, ...rest } = made;
  assert.deepEqual(json("tokens", "list"), { value: [rest] });
  const env = { DRAGOMAN_URL: server.url, DRAGOMAN_KEY: token };
  assert.deepEqual(JSON.parse(dragomanOk(["projects", "list", "--json"], { env })).value, []);
  assert.equal(ok("tokens", "revoke", made.id), `token ${made.id} revoked\n`);
  assert.match(dragoman(["projects", "list"], { env }).stderr, /401 /);
  fails(/404 /, "tokens", "revoke", made.id);
  fails(/name the resource/, "tokens", "create", "--role", "Reader");
  fails(/404 /, "tokens", "create", "--role", "Reader", "--resource", "nobody");
  fails(/opens no resource/, "tokens", "create", "--role", "Admin", "--resource", "local");
});

test("the admin's token, from the data directory and from elsewhere", async (t) => {
  const { server, ok, json } = await start(t);
  const token = ok("tokens", "admin").trim();
  assert.deepEqual(json("tokens", "admin"), { token });
  const away = (args, env) => dragoman(args, { env: { DRAGOMAN_URL: server.url, ...env } });
  assert.equal(away(["resources", "list"], { DRAGOMAN_ADMIN_TOKEN: token }).status, 0);
  assert.equal(away(["resources", "list", "--token", token]).status, 0);
  assert.match(away(["resources", "list", "--token", server.key]).stderr, /401 /);
  assert.match(away(["resources", "list"], { DRAGOMAN_ADMIN_TOKEN: json("tokens", "create", "--role", "Owner", "--resource", "local").token }).stderr, /403 /);
  assert.match(away(["resources", "list", "--data", "/nonexistent"]).stderr, /^dragoman: no token: give --token, DRAGOMAN_ADMIN_TOKEN or --data; [^\n]*\n$/);
  const second = json("tokens", "create", "--role", "Admin", "--days", "1").token;
  assert.equal(away(["tokens", "list"], { DRAGOMAN_ADMIN_TOKEN: second }).status, 0);
  const next = json("tokens", "admin", "--regenerate").token;
  assert.match(away(["resources", "list", "--token", token]).stderr, /401 /);
  assert.equal(away(["resources", "list", "--token", next]).status, 0);
  assert.equal(ok("tokens", "admin").trim(), next);
});

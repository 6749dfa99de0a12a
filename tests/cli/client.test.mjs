// The commands against a running server.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { call, dragoman, dragomanOk, smallProject, startServer, temporaryDirectory } from "../support.mjs";

test("the life of a project, by commands", async (t) => {
  const dir = temporaryDirectory(t);
  const server = await startServer(join(dir, "data"));
  t.after(() => server.stop());
  const options = { env: server.env };
  const ok = (...args) => dragomanOk(args, options);
  const json = (...args) => JSON.parse(ok(...args, "--json"));
  const fails = (message, ...args) => {
    const r = dragoman(args, options);
    assert.equal(r.status, 1, r.stdout);
    assert.match(r.stderr, message);
    assert.equal(r.stderr.split("\n").length, 2, "one line");
  };
  const file = join(dir, "shop.json");
  writeFileSync(file, JSON.stringify(smallProject("shop", { description: "drinks" })));

  await t.test("create, list, show", () => {
    assert.equal(ok("projects", "create", "empty", "--language", "fr"), "empty created\n");
    assert.equal(ok("projects", "create", "empty", "--language", "fr", "--multilingual"), "empty updated\n");
    assert.equal(json("projects", "show", "empty").multilingual, true);
    assert.match(ok("projects", "show", "empty"), /^language +fr$/m);
    assert.match(ok("projects", "list"), /^PROJECT +KIND .*\nempty +Conversation +fr/);
    assert.deepEqual(json("projects", "list").value.map((p) => p.projectName), ["empty"]);
  });

  await t.test("import and export", () => {
    assert.equal(ok("projects", "import", file), "shop imported\n");
    assert.equal(ok("projects", "import", file, "--name", "shop2"), "shop2 imported\n");
    const out = join(dir, "out.json");
    assert.equal(ok("projects", "export", "shop", "-o", out), "");
    const exported = JSON.parse(readFileSync(out));
    assert.equal(exported.metadata.description, "drinks");
    assert.equal(exported.assets.utterances.length, 48);
    assert.deepEqual(JSON.parse(ok("projects", "export", "shop")), exported);
    assert.equal(JSON.parse(ok("projects", "export", "shop2")).metadata.projectName, "shop2");
    const broken = join(dir, "broken.json");
    const project = smallProject("shop");
    project.assets.utterances[0].entities[0].offset = 1000;
    writeFileSync(broken, JSON.stringify(project));
    fails(/assets\.utterances\[0\]\.entities\[0\]/, "projects", "import", broken);
    assert.deepEqual(JSON.parse(ok("projects", "export", "shop")), exported, "untouched");
  });

  await t.test("train and evaluation", () => {
    assert.equal(ok("projects", "train", "shop", "m1"), "m1 trained\n");
    const job = json("projects", "train", "shop", "m2", "--split", "percentage", "--percent", "90");
    assert.equal(job.status, "succeeded");
    assert.equal(job.result.modelLabel, "m2");
    assert.match(ok("models", "list", "shop"), /^MODEL .*\nm1 .*\nm2 /);
    assert.equal(json("models", "show", "shop", "m1").hasSnapshot, true);
    assert.match(ok("models", "evaluation", "shop", "m1"), /intents {2}microF1 .*\n\nINTENT .*\n(.*\n)*Order/);
    assert.equal(typeof json("models", "evaluation", "shop", "m1").intentsEvaluation.microF1, "number");
    assert.equal(ok("models", "evaluate", "shop", "m1"), "m1 evaluated\n");
    assert.match(ok("models", "load-snapshot", "shop", "m1"), /^shop holds/);
  });

  await t.test("deploy, swap, delete", () => {
    assert.equal(ok("deployments", "deploy", "shop", "production", "m1"), "production serves m1\n");
    ok("deployments", "deploy", "shop", "staging", "m2");
    const serves = () => json("deployments", "list", "shop").value.map((d) => d.modelId.split("-")[0]);
    assert.deepEqual(serves(), ["m1", "m2"]);
    assert.equal(ok("deployments", "swap", "shop", "production", "staging"), "production and staging swapped\n");
    assert.deepEqual(serves(), ["m2", "m1"]);
    fails(/staging.*\[409 Conflict\]/, "models", "delete", "shop", "m1");
    ok("deployments", "delete", "shop", "staging");
    assert.equal(ok("models", "delete", "shop", "m1"), "m1 deleted\n");
    assert.match(ok("deployments", "show", "shop", "production"), /^deploymentName +production$/m);
    fails(/\[404 /, "deployments", "show", "shop", "staging");
  });

  await t.test("jobs", () => {
    const operation = ok("projects", "train", "shop", "m3", "--no-wait").trim();
    assert.match(operation, /^shop\/train\/jobs\/[0-9a-f-]{36}_\d+$/);
    assert.equal(ok("jobs", "wait", operation), "succeeded\n");
    assert.equal(json("jobs", "show", operation).result.modelLabel, "m3");
    const url = `${server.url}/language/authoring/analyze-conversations/projects/${operation}?api-version=2023-04-01`;
    assert.equal(json("jobs", "show", url).status, "succeeded");
    assert.ok(ok("jobs", "list", "shop").includes(operation));
    assert.equal(json("jobs", "list", "shop").value.length, 3);
    fails(/./, "jobs", "cancel", operation);
    fails(/is no operation/, "jobs", "show", "nonsense");
    fails(/\[404 OperationNotFound\]/, "jobs", "show",
      "shop/train/jobs/00000000-0000-4000-8000-000000000000_638863200000000000");
  });

  await t.test("a list of several pages", async () => {
    const names = Array.from({ length: 130 }, (_, i) => `many-${String(i).padStart(3, "0")}`);
    await Promise.all(names.map((projectName) => call(server, "PATCH", `/${projectName}`,
      { projectName, projectKind: "Conversation", language: "en-us" }, "application/merge-patch+json")));
    const listed = json("projects", "list").value.map((p) => p.projectName);
    assert.deepEqual(listed.filter((name) => name.startsWith("many-")), names);
    assert.equal(listed.length, 133);
  });

  await t.test("delete a project", () => {
    assert.equal(ok("projects", "delete", "shop2"), "shop2 deleted\n");
    fails(/\[404 ProjectNotFound\]/, "projects", "show", "shop2");
  });

  await t.test("server and key: options, environment, data directory", () => {
    for (const where of [["--data", server.data], ["--url", `${server.url}/`, "--data", server.data]]) {
      const r = dragoman(["projects", "list", ...where]);
      assert.equal(r.status, 0, r.stderr);
    }
    assert.equal(dragoman(["projects", "list", "--url", server.url, "--key", server.key2]).status, 0);
    const wrong = dragoman(["projects", "list", "--url", server.url, "--key", "wrong"]);
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /\[401 401\]/);
    const none = dragoman(["projects", "list", "--url", server.url], { cwd: dir });
    assert.equal(none.status, 1);
    assert.match(none.stderr, /no key: give --key, DRAGOMAN_KEY or --data/);
    const nobody = dragoman(["projects", "list", "--url", "http://127.0.0.1:9", "--key", "k"]);
    assert.equal(nobody.status, 1);
    assert.match(nobody.stderr, /^dragoman: http:\/\/127\.0\.0\.1:9\/.*\n$/);
  });
});

test("keys: for people and as JSON", async (t) => {
  const dir = temporaryDirectory(t);
  const server = await startServer(join(dir, "data"));
  t.after(() => server.stop());
  const keys = JSON.parse(dragomanOk(["keys", "--data", server.data, "--json"]));
  assert.deepEqual(Object.keys(keys), ["resource", "region", "endpoint", "key1", "key2"]);
  assert.equal(keys.resource, "local");
  assert.ok(keys.key1.length >= 32 && keys.key1 !== keys.key2);
  assert.ok(dragomanOk(["keys", "--data", server.data, "local"]).includes(keys.key1));
  const unknown = dragoman(["keys", "--data", server.data, "nobody"]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /nobody/);
  assert.deepEqual(await server.stop(), { code: 0, signal: null }, "SIGTERM is an orderly end");
  assert.equal(JSON.parse(dragomanOk(["keys", "--data", server.data, "--json"])).key1, keys.key1);
});

test("serve: what it cannot do is one line and status 1", async (t) => {
  const dir = temporaryDirectory(t);
  const server = await startServer(join(dir, "data"));
  const refused = (message, ...args) => {
    const r = dragoman(["serve", ...args, "--no-access-log"]);
    assert.equal(r.status, 1, r.stderr);
    assert.match(r.stderr.trimEnd().split("\n").at(-1), message);
    assert.equal(r.stdout, "");
  };
  refused(/^dragoman: .*in use|another process/, "--data", server.data, "--listen", "127.0.0.1:0");
  refused(/^dragoman: .*127\.0\.0\.1/, "--data", join(dir, "other"), "--listen", new URL(server.url).host);
  refused(/^dragoman: .*nowhere/, "--data", join(dir, "other"), "--listen", "127.0.0.1:nowhere");
  refused(/^dragoman: .*missing\.conf/, "--config", join(dir, "missing.conf"));
  writeFileSync(join(dir, "file"), "");
  refused(/^dragoman: .*file/, "--data", join(dir, "file", "data"), "--listen", "127.0.0.1:0");
  const keys = dragoman(["keys", "--data", join(dir, "nothing")]);
  assert.equal(keys.status, 1);
  assert.match(keys.stderr, /^dragoman: [^\n]*nothing[^\n]*\n$/);
});

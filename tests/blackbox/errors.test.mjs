// Bad input over HTTP: bodies that are no JSON, keys that open nothing, paths that mislead. Whatever
// comes, the answer is a 4xx in the envelope and the server goes on.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { call, dragoman, dragomanOk, fileServer, jobEnd, root, smallProject, startServer, temporaryDirectory } from "../support.mjs";

const A = "/language/authoring/analyze-conversations";
const runtime = "/language/:analyze-conversations";
const server = fileServer();

async function send(method, path, body, headers = {}) {
  const url = `${server.url}${path}${path.includes("?") ? "&" : "?"}api-version=2023-04-01`;
  const r = await fetch(url, {
    method, body, headers: { "Ocp-Apim-Subscription-Key": server.key, "Content-Type": "application/json", ...headers },
  });
  const text = await r.text();
  return { status: r.status, headers: r.headers, body: text ? JSON.parse(text) : undefined };
}

function assertEnvelope(r, status, code) {
  assert.equal(r.status, status, JSON.stringify(r.body));
  assert.equal(r.body.error.code, code);
  assert.ok(r.body.error.message.length > 0);
  assert.equal(r.headers.get("x-ms-error-code"), code);
  assert.match(r.headers.get("apim-request-id"), /^[0-9a-f-]{36}$/);
}

const bytes = (...parts) => Buffer.concat(parts.map((p) => (typeof p === "string" ? Buffer.from(p) : Buffer.from([p]))));
const unreadable = {
  "empty": "",
  "cut off": '{"kind":"Conversation"',
  "trailing bytes": "{} {}",
  "no object": "[]",
  "a number": "7",
  "null": "null",
  "single quotes": "{'kind':1}",
  "NaN": '{"kind":NaN}',
  "leading zero": '{"kind":01}',
  "number out of range": '{"kind":1e999}',
  "integer out of range": '{"kind":99999999999999999999}',
  "duplicate keys": '{"kind":"Conversation","kind":"Conversation"}',
  "lone surrogate": '{"kind":"\\ud800"}',
  "escaped NUL": '{"kind":"\\u0000"}',
  "raw control character": '{"kind":"\u0001"}',
  "raw NUL": bytes('{"kind":"', 0, '"}'),
  "invalid UTF-8": bytes('{"kind":"', 0xff, '"}'),
  "overlong UTF-8": bytes('{"kind":"', 0xc0, 0x80, '"}'),
  "UTF-8 surrogate": bytes('{"kind":"', 0xed, 0xa0, 0x80, '"}'),
  "byte order mark of UTF-16": bytes(0xff, 0xfe, "{", 0, "}", 0),
  "nesting bomb": "[".repeat(100_000),
  "nesting bomb in an object": '{"a":'.repeat(40_000),
};

for (const [name, body] of Object.entries(unreadable))
  test(`a body that is ${name} is 400 everywhere`, async () => {
    assertEnvelope(await send("POST", runtime, body), 400, "InvalidArgument");
    assertEnvelope(await send("PATCH", `${A}/projects/p`, body), 400, "InvalidArgument");
    assertEnvelope(await send("POST", `${A}/projects/p/:train`, body), 400, "InvalidArgument");
    assertEnvelope(await send("PUT", `${A}/projects/p/deployments/d`, body), 400, "InvalidArgument");
    assertEnvelope(await send("POST", `${A}/projects/p/deployments/:swap`, body), 400, "InvalidArgument");
    const imported = await send("POST", `${A}/projects/p/:import`, body);
    assert.equal(imported.status, 400, JSON.stringify(imported.body));
    assert.equal((await call(server, "GET", "/p")).status, 404, "nothing was created");
  });

test("an unreadable body carries details", async () => {
  const { body } = await send("POST", runtime, "{");
  assert.match(body.error.message, /could not be parsed/);
  assert.equal(body.error.details[0].code, "InvalidArgument");
});

test("keys", async () => {
  const missing = await send("GET", `${A}/projects`, undefined, { "Ocp-Apim-Subscription-Key": "" });
  assertEnvelope(missing, 401, "401");
  assert.match(missing.body.error.message, /Access denied/);
  for (const key of ["wrong", server.key.slice(1), `${server.key}x`, server.key.toUpperCase(), "x".repeat(8000)])
    assertEnvelope(await send("POST", runtime, "{}", { "Ocp-Apim-Subscription-Key": key }), 401, "401");
  const r = await fetch(`${server.url}${A}/projects?api-version=2023-04-01`, { headers: { Authorization: "Bearer x" } });
  assert.equal(r.status, 401);
  assert.equal((await r.json()).error.code, "Unauthorized");
  const query = await fetch(`${server.url}${A}/projects?api-version=2023-04-01&subscription-key=${server.key}`);
  assert.equal(query.status, 401, "a key in the URL would end up in logs");
});

test("unknown paths, methods and things", async () => {
  assertEnvelope(await send("GET", "/language/nothing"), 404, "NotFound");
  assertEnvelope(await send("GET", `${A}/projects/p/nothing`), 404, "NotFound");
  assertEnvelope(await send("POST", `${A}/projects/p/:clone`, "{}"), 404, "NotFound");
  assert.equal((await send("GET", "/")).status, 404);
  const method = await send("PUT", `${A}/projects/p`, "{}");
  assertEnvelope(method, 405, "InvalidRequest");
  assert.equal(method.headers.get("allow"), "GET, PATCH, DELETE");
  assertEnvelope(await send("GET", runtime), 405, "InvalidRequest");
  for (const path of ["", "/models", "/deployments", "/train/jobs", "/models/m", "/deployments/d"])
    assertEnvelope(await send("GET", `${A}/projects/none${path}`), 404, "ProjectNotFound");
  const id = "0b7f6a52-6b0c-4c2c-9c2b-1d1f0e7b7a11_638863200000000000";
  await call(server, "PATCH", "/there", { projectKind: "Conversation", projectName: "there", language: "en-us" });
  for (const path of [`there/import/jobs/${id}`, `there/export/jobs/${id}`, `there/train/jobs/${id}`,
    "there/train/jobs/x", `there/deployments/d/jobs/${id}`, `there/deployments/swap/jobs/${id}`,
    `there/models/m/load-snapshot/jobs/${id}`, `there/models/m/evaluate/jobs/${id}`, `global/deletion-jobs/${id}`,
    `there/export/jobs/${id}/result`])
    assertEnvelope(await send("GET", `${A}/projects/${path}`), 404, "OperationNotFound");
  assertEnvelope(await send("POST", `${A}/projects/there/train/jobs/${id}/:cancel`), 404, "OperationNotFound");
  for (const path of ["models/m", "deployments/d"])
    assertEnvelope(await send("GET", `${A}/projects/there/${path}`), 404, "NotFound");
  assertEnvelope(await send("DELETE", `${A}/projects/there/models/m`), 404, "NotFound");
  assertEnvelope(await send("DELETE", `${A}/projects/there/deployments/d`), 404, "NotFound");
});

test("names with path characters do not reach the disk or another path", async () => {
  for (const name of ["a%2Fb", "%2F..%2Fetc", "a%00b", "%FF", "%ED%A0%80", "%zz"])
    assertEnvelope(await send("GET", `${A}/projects/${name}`), 400, "InvalidRequest");
  for (const name of ["a%5Cb", "%2E%2E%5C", "a%0Ab", "%C3%A9", "'%20OR%201=1--", "%25"]) {
    const r = await send("PATCH", `${A}/projects/${name}`, '{"projectKind":"Conversation","language":"en-us"}');
    assertEnvelope(r, 400, "InvalidArgument");
  }
});

test("content types", async () => {
  assertEnvelope(await send("POST", runtime, "a=b", { "Content-Type": "application/x-www-form-urlencoded" }), 415, "InvalidRequest");
  assert.equal((await send("PATCH", `${A}/projects/typed`, '{"projectKind":"Conversation","projectName":"typed","language":"en-us"}',
    { "Content-Type": "application/merge-patch+json; charset=utf-8" })).status, 201);
});

test("bodies over the limit, up to 100 MB", async () => {
  const tooLong = async (method, path, size) => {
    try {
      return (await send(method, path, Buffer.alloc(size, " "))).status;
    } catch {
      return 413; /* the server answered and closed before fetch had sent everything */
    }
  };
  assert.equal(await tooLong("POST", runtime, 256 * 1024 + 1), 413);
  assert.equal(await tooLong("POST", runtime, 256 * 1024), 400);
  assert.equal(await tooLong("POST", runtime, 100_000_000), 413);
  assert.equal(await tooLong("POST", `${A}/projects/p/:import`, 100_000_000), 413);
  assert.equal((await call(server, "GET", "")).status, 200);
});

test("a large legal body: many utterances in one import", async () => {
  const d = smallProject("large", { rounds: 6000 });
  const r = await call(server, "POST", "/large/:import", d);
  assert.equal(r.status, 202, JSON.stringify(r.body));
});

test("the access log has a line for each request", async () => {
  await send("GET", `${A}/projects/none`);
  const deadline = Date.now() + 10_000;
  let line;
  while (!line && Date.now() < deadline) {
    line = server.log().split("\n").find((l) => l.includes('"operation":"P2"') && l.includes('"status":404'));
    if (!line) await new Promise((done) => setTimeout(done, 20));
  }
  const entry = JSON.parse(line);
  assert.equal(entry.method, "GET");
  assert.equal(entry.resource, "local");
  assert.match(entry.requestId, /^[0-9a-f-]{36}$/);
  assert.equal(typeof entry.us, "number");
});

test("rate limits answer 429 with Retry-After", async (t) => {
  const limited = await startServer(join(temporaryDirectory(t), "data"), ["--read-limit", "3"]);
  t.after(() => limited.stop());
  const statuses = [];
  let last;
  for (let i = 0; i < 5; i++) {
    last = await call(limited, "GET", "");
    statuses.push(last.status);
  }
  assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
  assert.equal(last.body.error.code, "TooManyRequests");
  assert.ok(Number(last.headers.get("retry-after")) >= 1);
  assert.equal((await call(limited, "GET", "/global/languages?projectKind=Conversation")).status, 429);
});

test("doc/api-coverage.md has the table that --routes prints", () => {
  const table = dragomanOk(["serve", "--routes"]);
  const page = readFileSync(join(root, "doc", "api-coverage.md"), "utf8");
  assert.ok(page.includes(table), "run: build/dragoman serve --routes, and put its output into the page");
});

test("samples/dragoman.conf has every option of serve, and is read", (t) => {
  const sample = readFileSync(join(root, "samples", "dragoman.conf"), "utf8");
  const help = dragomanOk(["serve", "--help"]);
  const names = [...help.matchAll(/--([a-z0-9-]+)/g)].map((m) => m[1])
    .filter((n) => !["help", "config", "routes"].includes(n));
  for (const name of names) assert.match(sample, new RegExp(`^#${name} = `, "m"), name);
  assert.equal(dragoman(["serve", "--config", join(temporaryDirectory(t), "none.conf")]).status, 1, "a missing file");
});

test("a configuration file stands before the command line; a bad line is named", async (t) => {
  const dir = temporaryDirectory(t);
  const file = join(dir, "serve.conf");
  for (const [text, place] of [["data = x\nno-such = 1\n", /serve\.conf:2:.*no-such/], ["data\n", /serve\.conf:1:/],
    ["# fine\n\nroutes = maybe\n", /serve\.conf:3:/]]) {
    writeFileSync(file, text);
    const r = dragoman(["serve", "--config", file]);
    assert.equal(r.status, 1);
    assert.match(r.stderr, place);
  }
  writeFileSync(file, "idle-timeout = soon\n");
  assert.equal(dragoman(["serve", "--config", file]).status, 2);
  writeFileSync(file, "  read-limit=2 # two\nlisten = 192.0.2.1:1\ntrust-forwarded = true\nno-access-log = false\n");
  const configured = await startServer(join(dir, "data"), ["--config", file]);
  t.after(() => configured.stop());
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await call(configured, "GET", "")).status);
  assert.deepEqual(statuses, [200, 200, 429]);
});

test("a proxy in front names the address only when it is trusted", async (t) => {
  const trusting = await startServer(join(temporaryDirectory(t), "data"), ["--trust-forwarded"]);
  t.after(() => trusting.stop());
  const location = async (s, headers) => {
    const r = await fetch(`${s.url}${A}/projects/p?api-version=2023-04-01`, {
      method: "PATCH", body: '{"projectKind":"Conversation","projectName":"p","language":"en-us"}',
      headers: { "Ocp-Apim-Subscription-Key": s.key, "Content-Type": "application/json", ...headers },
    });
    assert.equal(r.status, 201);
    const url = new URL(r.headers.get("location"));
    const gone = await fetch(`${s.url}${A}/projects/p?api-version=2023-04-01`, {
      method: "DELETE", headers: { "Ocp-Apim-Subscription-Key": s.key },
    });
    await jobEnd(s, gone.headers.get("operation-location"));
    return url.origin;
  };
  const proxy = { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "bots.example.org" };
  assert.equal(await location(trusting, proxy), "https://bots.example.org");
  assert.equal(await location(trusting, { "X-Forwarded-Host": 'a"b c' }), trusting.url);
  assert.equal(await location(server, proxy), server.url);
});

// Raw bytes against the real server: the "ours" column of reference http-stack.md §4, and requests
// that no client library would send.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import test from "node:test";
import tls from "node:tls";
import { fileServer, startServer, temporaryDirectory } from "../support.mjs";

const server = fileServer(undefined, ["--idle-timeout", "2"]);

const projects = "/language/authoring/analyze-conversations/projects?api-version=2023-04-01";
const probe = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

/** Sends text, reads until `answers` heads have come or the server closes: the statuses, and whether it closed. */
function exchange(text, answers = 1) {
  return new Promise((done, failed) => {
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname);
    let received = "";
    const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((m) => Number(m[1]));
    socket.on("connect", () => socket.write(text));
    socket.on("data", (d) => {
      received += d.toString("latin1");
      if (statuses().length >= answers) {
        socket.destroy();
        done({ statuses: statuses(), closed: false, received });
      }
    });
    socket.on("close", () => done({ statuses: statuses(), closed: true, received }));
    socket.on("error", () => {});
    socket.setTimeout(20_000, () => failed(new Error(`silence after: ${received}`)));
  });
}

const head = (extra = "", start = `GET ${projects} HTTP/1.1`) =>
  `${start}\r\nHost: a\r\nOcp-Apim-Subscription-Key: ${server.key}\r\n${extra}\r\n`;
const post = (extra, body) => head(extra, "POST /language/:analyze-conversations?api-version=2023-04-01 HTTP/1.1") + body;

test("framing that could be read two ways is refused and the connection closes", async () => {
  const cases = {
    "Content-Length and Transfer-Encoding": [post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"), 400],
    "gzip, chunked": [post("Transfer-Encoding: gzip, chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"), 501],
    "xchunked": [post("Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n", "{}"), 501],
    "two Content-Length": [post("Content-Length: 2\r\nContent-Length: 40\r\n", "{}"), 400],
    "Content-Length +2": [post("Content-Length: +2\r\n", "{}"), 400],
    "space before the colon": [post("Content-Length : 2\r\n", "{}"), 400],
    "no Host": [`GET ${projects} HTTP/1.1\r\nOcp-Apim-Subscription-Key: ${server.key}\r\n\r\n`, 400],
    "two Hosts": [head("Host: b\r\n"), 400],
    "Host with a blank": [`GET ${projects} HTTP/1.1\r\nHost: a b\r\n\r\n`, 400],
    "too long": [post("Content-Length: 2000000\r\n", "{}"), 413],
  };
  for (const [name, [text, status]] of Object.entries(cases)) {
    const r = await exchange(text + probe, 2);
    assert.equal(r.statuses[0], status, `${name}: ${r.received}`);
    // The library prints the head of some of its own refusals twice, so only the probe's 200 is telling.
    assert.ok(r.statuses.every((s) => s === status), `${name}: what followed was not taken for a request`);
    assert.match(r.received, /connection: close/i, name);
  }
});

test("odd but legal requests are answered and the connection lives on", async () => {
  const cases = {
    "bare LF": [head().replaceAll("\r\n", "\n"), 200],
    "HTTP/1.0 with Host and keep-alive": [`GET ${projects} HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nOcp-Apim-Subscription-Key: ${server.key}\r\n\r\n`, 200],
    "header names in any case": [head().replace("Host", "hOsT").replace("Ocp-Apim-Subscription-Key", "OCP-APIM-SUBSCRIPTION-KEY"), 200],
    "chunked with an extension": [post("Transfer-Encoding: chunked\r\n", "2;a=b\r\n{}\r\n0\r\n\r\n"), 400],
    "body of a GET": [head("Content-Length: 2\r\n") + "{}", 200],
    "pipelined pair": [head() + head(), 200],
    "HEAD": [head("", `HEAD ${projects} HTTP/1.1`), 200],
  };
  for (const [name, [text, status]] of Object.entries(cases)) {
    const pair = name === "pipelined pair";
    const r = await exchange(text + probe, pair ? 3 : 2);
    assert.deepEqual(r.statuses, pair ? [status, status, 200] : [status, 200], `${name}: ${r.received}`);
  }
});

test("garbage is answered or dropped, never fatal", async () => {
  const garbage = [
    "\r\n\r\n", "\0\0\0\0", "GET\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "GET  /  HTTP/1.1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"),
    post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n"),
    `GET /${"a".repeat(70_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    head(`X-Long: ${"v".repeat(70_000)}\r\n`),
    head(Array.from({ length: 2000 }, (_, i) => `X-${i}: v\r\n`).join("")),
    head("", "GET /%%%%%%%%%?%%%&=&&&== HTTP/1.1"), head("", "GET http://evil/ HTTP/1.1"), head("", "OPTIONS * HTTP/1.1"),
    head("", "CONNECT evil:443 HTTP/1.1"), head("", "TRACE / HTTP/1.1"), head("Expect: nonsense\r\n"),
  ];
  for (const text of garbage) {
    const r = await exchange(text);
    for (const status of r.statuses) assert.ok(status >= 400 || status === 200, `${JSON.stringify(text.slice(0, 40))}: ${status}`);
  }
  assert.deepEqual((await exchange(probe)).statuses, [200]);
});

test("silent and half connections are closed", async () => {
  for (const text of ["", "GET /healthz HT", post("Content-Length: 100\r\n", "{")]) {
    const r = await exchange(text, 9);
    assert.ok(r.closed);
  }
});

test("SIGTERM answers what is in flight, then ends with status 0", async (t) => {
  const other = await startServer(join(temporaryDirectory(t), "data"));
  const { hostname, port } = new URL(other.url);
  const ended = other.stop();
  assert.deepEqual(await ended, { code: 0, signal: null });
  await assert.rejects(new Promise((done, failed) => net.connect(Number(port), hostname, done).on("error", failed)));
});

test("HTTPS with a certificate; HTTP is then refused", async (t) => {
  const dir = temporaryDirectory(t);
  const cert = join(dir, "cert.pem"), key = join(dir, "key.pem");
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
    "-keyout", key, "-out", cert]);
  assert.equal(made.status, 0, String(made.stderr));
  const secure = await startServer(join(dir, "data"), ["--tls-cert", cert, "--tls-key", key]);
  t.after(() => secure.stop());
  assert.match(secure.url, /^https:/);
  const { hostname, port } = new URL(secure.url);
  const text = await new Promise((done, failed) => {
    const socket = tls.connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () =>
      socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    let received = "";
    socket.on("data", (d) => { received += d; });
    socket.on("end", () => done(received));
    socket.on("error", failed);
  });
  assert.match(text, /^HTTP\/1\.1 200 /);
  writeFileSync(key, "no key");
});

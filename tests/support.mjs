// support.mjs -- what the tests of the finished program share: where it is, running a command,
// a server of its own for a test, temporary directories, a small project.
//
// DRAGOMAN_BUILD names the build directory (default: build); samples/ and the rest are found from
// here, so tests run from anywhere.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
export const build = resolve(process.env.DRAGOMAN_BUILD ?? join(root, "build"));
export const program = join(build, "dragoman");
export const sample = join(root, "samples", "home.json");

/** Servers that run, by their data directory. One left alive would keep the test's process alive. */
const running = new Map();

/** A directory that is gone after the test, and with it the servers whose data lay in it. */
export function temporaryDirectory(t) {
  const dir = mkdtempSync(join(tmpdir(), "dragoman-test-"));
  t.after(() => {
    for (const [data, child] of running) if (data.startsWith(dir)) child.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });
  return dir;
}

/** Runs a command to its end: { status, stdout, stderr }. Nothing of the caller's settings leaks in. */
export function dragoman(args, { input = "", env = {}, cwd } = {}) {
  const { DRAGOMAN_URL, DRAGOMAN_KEY, DRAGOMAN_ADMIN_TOKEN, ...clean } = process.env;
  return spawnSync(program, args, {
    input, cwd, env: { ...clean, ...env }, encoding: "utf8", maxBuffer: 1 << 28, timeout: 120_000,
  });
}

/** The same, for commands that must succeed; answers stdout. */
export function dragomanOk(args, options) {
  const r = dragoman(args, options);
  if (r.status !== 0) throw new Error(`dragoman ${args.join(" ")}: ${r.status} ${r.stderr}`);
  return r.stdout;
}

/** Starts `dragoman serve` on a free port, its data in a temporary directory. keys: {key1, key2} when they
 * are known already. prefix: of its command. bundle: args name a bundle, data is only a name for it. */
export async function startServer(data, args = [], keys = undefined, { prefix = [], listen = "127.0.0.1:0", bundle = false } = {}) {
  const place = bundle ? [] : ["--data", data];
  const command = [...prefix, program, "serve", ...place, "--listen", listen, ...args];
  const child = spawn(command[0], command.slice(1), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.set(data, child);
  const log = [];
  child.stderr.on("data", (d) => log.push(d));
  const exited = new Promise((done) => child.on("exit", (code, signal) => {
    if (running.get(data) === child) running.delete(data);
    done({ code, signal });
  }));
  const url = await new Promise((found, failed) => {
    let text = "";
    child.stdout.on("data", (d) => {
      text += d;
      const m = /^listening on (\S+)$/m.exec(text);
      if (m) found(m[1]);
    });
    exited.then((end) => failed(new Error(`serve ended (${JSON.stringify(end)}): ${Buffer.concat(log)}`)));
  });
  const { key1, key2 } = keys ?? JSON.parse(dragomanOk(["keys", "--data", data, "--json"]));
  const end = async (signal) => {
    child.kill(signal);
    return exited;
  };
  return {
    url, data, key: key1, key2, pid: child.pid,
    /** Environment that points the client commands at this server. */
    env: { DRAGOMAN_URL: url, DRAGOMAN_KEY: key1 },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    log: () => Buffer.concat(log).toString(),
  };
}

/** A server for all the tests of a file: started before the first of them, gone after the last. What it answers is the
 * server once they run; prepare is called when it stands. */
export function fileServer(prepare = () => {}, args = []) {
  const server = {};
  const cleanups = [];
  before(async () => {
    const dir = temporaryDirectory({ after: (f) => cleanups.push(f) });
    Object.assign(server, await startServer(join(dir, "data"), args));
    await prepare();
  });
  after(async () => {
    await server.stop?.();
    for (const f of cleanups) f();
  });
  return server;
}

const authoring = "/language/authoring/analyze-conversations/projects";

/** One REST call below ".../projects": { status, headers, body } with the body parsed when it is JSON. */
export async function call(server, method, path, body, contentType = "application/json") {
  const url = new URL(path.startsWith("http") ? path : server.url + authoring + path);
  if (!url.searchParams.has("api-version")) url.searchParams.set("api-version", "2023-04-01");
  const headers = { "Ocp-Apim-Subscription-Key": server.key };
  if (body !== undefined) headers["Content-Type"] = contentType;
  const r = await fetch(url, {
    method, headers, body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await r.text();
  return { status: r.status, headers: r.headers, body: text === "" ? undefined : JSON.parse(text) };
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const ended = new Set(["succeeded", "failed", "cancelled", "partiallyCompleted"]);

/** Follows the operation-location of an answer to the job's end; answers the last state. */
export async function jobEnd(server, operationLocation, limitMs = 120_000) {
  const { pathname, search } = new URL(operationLocation);
  for (const giveUp = Date.now() + limitMs; ;) {
    const r = await call(server, "GET", server.url + pathname + search);
    if (r.status !== 200) throw new Error(`job: ${r.status} ${JSON.stringify(r.body)}`);
    if (ended.has(r.body.status)) return r.body;
    if (Date.now() > giveUp) throw new Error(`job does not end: ${JSON.stringify(r.body)}`);
    await pause(50);
  }
}

/** A call that starts a job, to its success. */
export async function callJob(server, method, path, body) {
  const r = await call(server, method, path, body);
  if (r.status !== 202) throw new Error(`${method} ${path}: ${r.status} ${JSON.stringify(r.body)}`);
  const job = await jobEnd(server, r.headers.get("operation-location"));
  if (job.status !== "succeeded") throw new Error(`${method} ${path}: ${JSON.stringify(job)}`);
  return job;
}

/** The prediction of an utterance by a deployment: the whole answer. */
export async function ask(server, project, deployment, text) {
  const r = await fetch(`${server.url}/language/:analyze-conversations?api-version=2023-04-01`, {
    method: "POST",
    headers: { "Ocp-Apim-Subscription-Key": server.key, "Content-Type": "application/json" },
    body: JSON.stringify({
      kind: "Conversation",
      analysisInput: { conversationItem: { id: "1", participantId: "1", text } },
      parameters: { projectName: project, deploymentName: deployment, stringIndexType: "Utf16CodeUnit" },
    }),
  });
  return { status: r.status, body: await r.json() };
}

/** A project that trains in a moment: two intents, an entity with a label in each utterance of one. */
export function smallProject(name, { rounds = 8, description = "" } = {}) {
  const drinks = ["latte", "tea", "espresso", "hot chocolate", "cocoa", "mocha", "cappuccino", "lemonade"];
  const utterances = [];
  for (let i = 0; i < rounds; i++) {
    const drink = drinks[i % drinks.length];
    for (const [before, after] of [["one ", " please"], ["i would like a ", ""], ["bring me two ", " to the table"]]) {
      const text = `${before}${drink}${after}${i >= drinks.length ? ` ${i}` : ""}`;
      utterances.push({
        text, intent: "Order", dataset: i % 4 === 3 ? "Test" : "Train",
        entities: [{ category: "Drink", offset: before.length, length: drink.length }],
      });
    }
    for (const text of [`cancel order ${i}`, `i do not want it any more ${i}`, `forget number ${i}`])
      utterances.push({ text, intent: "Cancel", dataset: i % 4 === 3 ? "Test" : "Train" });
  }
  return {
    projectFileVersion: "2023-04-01",
    stringIndexType: "Utf16CodeUnit",
    metadata: { projectKind: "Conversation", projectName: name, language: "en-us", description },
    assets: {
      projectKind: "Conversation",
      intents: [{ category: "None" }, { category: "Order" }, { category: "Cancel" }],
      entities: [{ category: "Drink", compositionSetting: "combineComponents" }],
      utterances,
    },
  };
}

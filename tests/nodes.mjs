// nodes.mjs -- several nodes on one PostgreSQL, for tests: a database server of the test's own that can be
// stopped and started, nodes on it, and what tells the two test models apart.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, callJob, dragomanOk, root, smallProject, startServer, temporaryDirectory } from "./support.mjs";

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A PostgreSQL cluster (tests/postgres/with_postgres), gone after the test. prefix: of its command;
 * listen: addresses beside its Unix socket. */
export async function startPostgres(t, { prefix = [], listen = "" } = {}) {
  const script = 'echo "$DRAGOMAN_TEST_POSTGRES_DIR"; echo "$DRAGOMAN_TEST_POSTGRES"; exec cat >/dev/null';
  const command = [...prefix, join(root, "tests/postgres/with_postgres"), "bash", "-c", script];
  const child = spawn(command[0], command.slice(1), {
    stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, DRAGOMAN_TEST_POSTGRES_LISTEN: listen },
  });
  const exited = new Promise((done) => child.on("exit", done));
  t.after(() => {
    child.stdin.end();
    return exited;
  });
  const [dir, url] = await new Promise((found, failed) => {
    let text = "";
    child.stdout.on("data", (d) => {
      text += d;
      const lines = text.split("\n");
      if (lines.length > 2) found(lines);
    });
    exited.then((code) => failed(new Error(`with_postgres ended: ${code}`)));
  });
  const bin = readFileSync(join(dir, "bin"), "utf8").trim();
  const pgCtl = (...args) => {
    const command = [join(bin, "pg_ctl"), "-D", join(dir, "data"), ...args];
    if (process.getuid() === 0) command.unshift("runuser", "-u", "postgres", "--");
    const r = spawnSync(command[0], command.slice(1), { cwd: dir, stdio: "ignore" });
    if (r.status !== 0) throw new Error(`pg_ctl ${args.join(" ")}: ${r.status}`);
  };
  return {
    url,
    socket: join(dir, ".s.PGSQL.5432"),
    /** As after a crash of its machine. */
    stop: () => pgCtl("-m", "immediate", "stop"),
    start: () => pgCtl("-w", "-l", join(dir, "data", "log"), "start"),
  };
}

/** Nodes on one database: start(name, args) starts or restarts the one of that name. */
export function cluster(t, postgres) {
  const dir = temporaryDirectory(t);
  const secret = join(dir, "secret");
  let keys;
  return {
    dir, secret,
    async start(name, args = [], { url = postgres.url, prefix = [], listen = "127.0.0.1:0" } = {}) {
      const data = join(dir, name);
      const shared = ["--database", url, "--secret-file", secret, "--no-access-log", ...args];
      /* The first node makes the secret; its keys open every node. */
      const known = keys ?? { key1: "", key2: "" };
      const server = await startServer(data, shared, known, { prefix, listen });
      if (!keys) {
        keys = JSON.parse(dragomanOk(["keys", "--data", data, "--json", "--database", postgres.url, "--secret-file", secret]));
        return Object.assign(server, { key: keys.key1, key2: keys.key2 });
      }
      return server;
    },
  };
}

/** Project "shop" with the models "Order" and "Buy", each named for what it answers. */
export async function trainBoth(server) {
  for (const word of ["Order", "Buy"]) {
    const text = JSON.stringify(smallProject("shop", { rounds: 16 })).replaceAll('"Order"', `"${word}"`);
    await callJob(server, "POST", "/shop/:import", JSON.parse(text));
    await callJob(server, "POST", "/shop/:train", { modelLabel: word, trainingMode: "standard" });
  }
}

/** The label of the model that answers; throws on any other status than 200. */
export async function answering(server, deployment = "production") {
  const r = await ask(server, "shop", deployment, "bring me two espresso to the table");
  if (r.status !== 200) throw new Error(`${r.status} ${JSON.stringify(r.body)}`);
  return r.body.result.prediction.topIntent;
}

/** Waits until the node answers with that model. */
export async function awaitAnswer(server, word, limitMs = 10_000, deployment = "production") {
  for (const giveUp = Date.now() + limitMs; ; await pause(20)) {
    const now = await answering(server, deployment).catch((e) => e.message);
    if (now === word) return;
    if (Date.now() > giveUp) throw new Error(`${server.url} answers ${now}, not ${word}`);
  }
}

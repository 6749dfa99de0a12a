// Two regions and a database host whose links are cut without a word: predictions go on everywhere, a
// deployment does not wait for the region that is cut off, and that one follows when the link is back.
// Once with proxies that stop forwarding, as a frozen server would; and once with network namespaces in which
// packets vanish, which needs root and iproute2 and is skipped without.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { connect, createServer } from "node:net";
import test from "node:test";
import { answering, awaitAnswer, cluster, pause, startPostgres, trainBoth } from "../nodes.mjs";
import { call, callJob, jobEnd } from "../support.mjs";

const id = String(process.pid % 100000);
const space = (name) => `drg${name}${id}`;
const ip = (...args) => spawnSync("ip", args, { encoding: "utf8" });
const run = (...args) => {
  const r = ip(...args);
  if (r.status !== 0) throw new Error(`ip ${args.join(" ")}: ${r.stderr}`);
};

/** A pair of devices: `left` (in namespace a, or here) and `right` (in b) with addresses 10.77.N.1 and .2. */
function link(left, a, right, b, n) {
  run("link", "add", left, "type", "veth", "peer", "name", right);
  for (const [device, where, address] of [[left, a, `10.77.${n}.1/24`], [right, b, `10.77.${n}.2/24`]]) {
    if (where) run("link", "set", device, "netns", where);
    const inside = where ? ["-n", where] : [];
    run(...inside, "addr", "add", address, "dev", device);
    run(...inside, "link", "set", device, "up");
  }
}

function network(t) {
  const spaces = ["db", "east", "west"].map(space);
  t.after(() => spaces.forEach((s) => ip("netns", "del", s)));
  spaces.forEach((s) => run("netns", "add", s));
  spaces.forEach((s) => run("-n", s, "link", "set", "lo", "up"));
  const [db, east, west] = spaces;
  link(`de${id}`, db, `ed${id}`, east, 1);
  link(`dw${id}`, db, `wd${id}`, west, 2);
  link(`he${id}`, null, `eh${id}`, east, 11);
  link(`hw${id}`, null, `wh${id}`, west, 12);
  const device = { east: `de${id}`, west: `dw${id}` };
  return {
    in: (name) => ["ip", "netns", "exec", space(name)],
    /** The database's end of the link goes down: what the region sends is lost. */
    cut: (region) => run("-n", db, "link", "set", device[region], "down"),
    heal: (region) => run("-n", db, "link", "set", device[region], "up"),
  };
}

/** A TCP port that forwards to the Unix socket, until it is held: then what comes is kept back. */
async function startProxy(t, socketPath) {
  const sockets = new Set();
  let held = false;
  const server = createServer({ pauseOnConnect: true }, (client) => {
    const upstream = connect(socketPath);
    for (const [from, to] of [[client, upstream], [upstream, client]]) {
      sockets.add(from);
      from.on("data", (d) => to.write(d));
      from.on("close", () => { sockets.delete(from); to.destroy(); });
      from.on("error", () => {});
      if (held) from.pause();
      else from.resume();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => { server.close(); sockets.forEach((s) => s.destroy()); });
  return {
    port: server.address().port,
    hold: () => { held = true; sockets.forEach((s) => s.pause()); },
    release: () => { held = false; sockets.forEach((s) => s.resume()); },
  };
}

const able = process.getuid() === 0 && ip("netns", "add", space("try")).status === 0;
if (able) ip("netns", "del", space("try"));

test("packets between regions and the database vanish", { skip: able ? false : "needs root and ip netns" }, async (t) => {
  const net = network(t);
  const postgres = await startPostgres(t, { prefix: net.in("db"), listen: "*" });
  const nodes = cluster(t, postgres);
  const n = { east: 1, west: 2 };
  await cutLinks(t, net, (name, args) => nodes.start(name, args, {
    url: `postgres://dragoman@10.77.${n[name]}.1/postgres`, prefix: net.in(name), listen: `10.77.1${n[name]}.2:0`,
  }));
});

test("the database freezes for one region or the other", async (t) => {
  const postgres = await startPostgres(t);
  const nodes = cluster(t, postgres);
  const proxies = { east: await startProxy(t, postgres.socket), west: await startProxy(t, postgres.socket) };
  const net = { cut: (region) => proxies[region].hold(), heal: (region) => proxies[region].release() };
  await cutLinks(t, net, (name, args) => nodes.start(name, args, {
    url: `postgres://dragoman@127.0.0.1:${proxies[name].port}/postgres`,
  }));
});

/** start(name, args) starts the node of a region. */
async function cutLinks(t, net, start) {
  const east = await start("east", []);
  let west = await start("west", ["--role", "prediction"]);
  await trainBoth(east);
  const deploy = (word) => callJob(east, "PUT", "/shop/deployments/production", { trainedModelLabel: word });
  await deploy("Order");
  assert.equal(await answering(west), "Order");

  let failed = 0;
  let on = true;
  t.after(() => { on = false; });
  const loops = [() => east, () => west].map(async (node) => {
    while (on) {
      if (!node()) await pause(10);
      else await answering(node()).catch(() => { if (node()) failed++; });
    }
  });

  // West is cut off: a deployment waits for it until it counts as dead, not for ever.
  net.cut("west");
  const begun = Date.now();
  await deploy("Buy");
  t.diagnostic(`a deployment while a region is cut off: ${Date.now() - begun} ms`);
  assert.equal(await answering(east), "Buy");
  assert.equal(await answering(west), "Order", "the region answers with what it had");
  // It even starts again without the database.
  const old = west;
  west = null;
  await old.kill();
  west = await start("west", ["--role", "prediction"]);
  assert.equal(await answering(west), "Order");
  net.heal("west");
  await awaitAnswer(west, "Buy", 60_000);

  // The link fails for a while without anybody changing anything: notices arrive again afterwards.
  net.cut("west");
  await pause(12_000);
  net.heal("west");
  await pause(12_000);
  const again = Date.now();
  await deploy("Order"); // does not wait for west when a slow machine has not let it be heard of yet
  await awaitAnswer(west, "Order", 60_000);
  t.diagnostic(`a deployment on both after that: ${Date.now() - again} ms`);

  // The authoring region is cut off in the middle of a deployment: it ends when the link is back.
  const r = await call(east, "PUT", "/shop/deployments/production", { trainedModelLabel: "Buy" });
  net.cut("east");
  const asked = Date.now();
  assert.equal((await call(east, "GET", "/shop")).status, 503);
  assert.ok(Date.now() - asked < 120_000, "an authoring call does not hang");
  assert.match(await answering(west), /^(Order|Buy)$/, "the other region goes on, with the old or the new");
  net.heal("east");
  for (const giveUp = Date.now() + 120_000; ; await pause(200)) {
    if ((await call(east, "GET", "/shop")).status === 200) break;
    assert.ok(Date.now() < giveUp, "authoring is back");
  }
  assert.equal((await jobEnd(east, r.headers.get("operation-location"))).status, "succeeded");
  for (const node of [east, west]) await awaitAnswer(node, "Buy", 60_000);
  on = false;
  await Promise.all(loops);
  assert.equal(failed, 0, "no prediction failed");
}

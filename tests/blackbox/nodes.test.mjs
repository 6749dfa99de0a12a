// Several nodes on one PostgreSQL, as processes: what one deploys all answer with; a database that goes
// away costs no prediction; a node that is killed at any moment costs no job; roles and regions.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { answering, awaitAnswer, cluster, pause, startPostgres, trainBoth } from "../nodes.mjs";
import { ask, call, callJob, dragoman, jobEnd } from "../support.mjs";

const deploy = (server, word, name = "production") =>
  callJob(server, "PUT", `/shop/deployments/${name}`, { trainedModelLabel: word });

test("read after deploy on every node, roles, regions, another secret", async (t) => {
  const postgres = await startPostgres(t);
  const nodes = cluster(t, postgres);
  const a = await nodes.start("a");
  const b = await nodes.start("b");
  const c = await nodes.start("c", ["--role", "prediction"]);
  const d = await nodes.start("d", ["--role", "authoring"]);
  await trainBoth(a);
  // The first deployment also carries the model file to the others.
  for (let i = 0; i < 30; i++) {
    const word = i % 2 ? "Order" : "Buy";
    await deploy([a, b, d][i % 3], word);
    for (const node of [a, b, c]) assert.equal(await answering(node), word, `node ${node.data} after deployment ${i}`);
  }

  const refused = await call(c, "GET", "/shop");
  assert.equal(refused.status, 403);
  assert.match(refused.body.error.message, /only answers predictions/);
  assert.equal((await ask(d, "shop", "production", "tea")).status, 403);
  assert.equal((await call(d, "GET", "/shop")).status, 200);

  const here = await nodes.start("east", ["--role", "prediction", "--region", "eastus"]);
  const elsewhere = await nodes.start("west", ["--role", "prediction", "--region", "westus"]);
  assert.equal(await answering(here), "Order");
  assert.equal((await ask(elsewhere, "shop", "production", "tea")).status, 401);
  await deploy(a, "Buy");
  assert.equal(await answering(here), "Buy");

  const stranger = dragoman(["serve", "--data", join(nodes.dir, "stranger"), "--database", postgres.url, "--listen", "127.0.0.1:0"]);
  assert.equal(stranger.status, 1);
  assert.match(stranger.stderr, /another secret/);
});

/** Asks the nodes without a pause until stopped; the failures, and how many answers came. */
function load(t, nodes) {
  const seen = { answers: 0, failures: [], words: new Set() };
  let on = true;
  t.after(() => { on = false; });
  const loops = nodes.flatMap((node) => [0, 1].map(async () => {
    while (on) {
      try {
        seen.words.add(await answering(node));
        seen.answers++;
      } catch (e) {
        seen.failures.push(e.message);
      }
    }
  }));
  return { seen, stop: async () => { on = false; await Promise.all(loops); return seen; } };
}

test("the database goes away under load", async (t) => {
  const postgres = await startPostgres(t);
  const nodes = cluster(t, postgres);
  const a = await nodes.start("a");
  const b = await nodes.start("b", ["--role", "prediction"]);
  let c = await nodes.start("c", ["--role", "prediction"]);
  await trainBoth(a);
  await deploy(a, "Order");
  const running = load(t, [a, b]);
  await pause(500);
  for (const times of [1, 2, 3]) {
    postgres.stop();
    const before = running.seen.answers;
    await pause(1500);
    assert.ok(running.seen.answers > before, "predictions go on");
    assert.equal((await call(a, "GET", "/shop")).status, 503);
    const status = await (await fetch(`${b.url}/status`)).json();
    assert.equal(status.databaseUp, false);
    assert.equal(status.ready, true);
    assert.equal((await call(a, "PUT", "/shop/deployments/production", { trainedModelLabel: "Buy" })).status, 503);
    // A node that starts now has what it had.
    await c.kill();
    c = await nodes.start("c", ["--role", "prediction"]);
    assert.equal(await answering(c), times % 2 ? "Order" : "Buy");
    postgres.start();
    const word = times % 2 ? "Buy" : "Order";
    // As soon as authoring answers again it works, and every node follows.
    for (;;) {
      const r = await call(a, "PUT", "/shop/deployments/production", { trainedModelLabel: word });
      if (r.status === 202) {
        assert.equal((await jobEnd(a, r.headers.get("operation-location"))).status, "succeeded");
        break;
      }
      assert.equal(r.status, 503);
      await pause(100);
    }
    for (const node of [a, b, c]) await awaitAnswer(node, word);
    const statuses = await Promise.all([a, b, c].map(async (node) => (await fetch(`${node.url}/status`)).json()));
    assert.deepEqual(statuses.map((s) => s.databaseUp), [true, true, true]);
    assert.equal(new Set(statuses.map((s) => s.generation)).size, 1);
  }
  const { answers, failures } = await running.stop();
  t.diagnostic(`${answers} predictions while the database went away three times, ${failures.length} failed`);
  assert.deepEqual(failures, []);
});

test("a node is killed while it works; another one finishes", async (t) => {
  const postgres = await startPostgres(t);
  const nodes = cluster(t, postgres);
  let a = await nodes.start("a");
  const b = await nodes.start("b");
  await trainBoth(a);
  await deploy(a, "Order");
  // The job goes to whichever node claims it: so both are killed in turn, b's part being played by a as well.
  for (let i = 0; i < 8; i++) {
    const word = i % 2 ? "Order" : "Buy";
    const train = i < 3;
    const r = train
      ? await call(a, "POST", "/shop/:train", { modelLabel: `t${i}`, trainingMode: "standard" })
      : await call(a, "PUT", "/shop/deployments/production", { trainedModelLabel: word });
    assert.equal(r.status, 202);
    await pause(Math.random() * (train ? 150 : 15));
    await a.kill();
    const path = r.headers.get("operation-location");
    const restart = i % 2 === 0;
    if (restart) a = await nodes.start("a"); // gives up the claims of its last run: no waiting
    const job = await jobEnd(b, path, 60_000);
    assert.equal(job.status, "succeeded", JSON.stringify(job));
    if (!restart) a = await nodes.start("a");
    if (train) assert.equal((await call(b, "GET", `/shop/models/t${i}`)).status, 200);
    else for (const node of [a, b]) assert.equal(await answering(node), word);
  }
});

test("a node that only seemed dead changes nothing", async (t) => {
  const postgres = await startPostgres(t);
  const nodes = cluster(t, postgres);
  const a = await nodes.start("a");
  await trainBoth(a);
  const r = await call(a, "POST", "/shop/:train", { modelLabel: "late", trainingMode: "standard" });
  process.kill(a.pid, "SIGSTOP"); // whatever it is doing now, it goes on with when the claim is another's
  const b = await nodes.start("b");
  const job = await jobEnd(b, r.headers.get("operation-location"), 60_000);
  assert.equal(job.status, "succeeded");
  const { modelId } = (await call(b, "GET", "/shop/models/late")).body;
  process.kill(a.pid, "SIGCONT");
  await deploy(b, "late"); // waits for a, which is alive again
  await pause(2000);
  assert.equal((await call(a, "GET", "/shop/models/late")).body.modelId, modelId);
  assert.deepEqual(await jobEnd(a, r.headers.get("operation-location")), job);
  for (const node of [a, b]) assert.equal((await call(node, "GET", "/shop/deployments/production")).body.modelId, modelId);
});

test("a recorded history of deployments and swaps explains every answer", async (t) => {
  const postgres = await startPostgres(t);
  const nodes = cluster(t, postgres);
  const a = await nodes.start("a");
  const b = await nodes.start("b");
  let c = await nodes.start("c", ["--role", "prediction"]);
  await trainBoth(a);
  await deploy(a, "Order", "production");
  await deploy(a, "Buy", "staging");

  // changes[i] took effect at some moment in [from, to]; state is the model of production from then on.
  const changes = [{ from: 0, to: performance.now(), state: "Order" }];
  const answers = [];
  let on = true;
  t.after(() => { on = false; });
  const readers = [() => a, () => b, () => c].map(async (node, n) => {
    while (on) {
      const from = performance.now();
      const word = await answering(node()).catch(() => null);
      if (word) answers.push({ n, from, to: performance.now(), word });
      else if (n === 2) await pause(20); // c is killed and started below; the others never fail
      else assert.fail("a prediction failed");
    }
  });
  let [production, staging] = ["Order", "Buy"];
  for (let i = 0; i < 40; i++) {
    const node = i % 2 ? a : b;
    const from = performance.now();
    if (i % 3 === 2) {
      production = production === "Order" ? "Buy" : "Order";
      await deploy(node, production);
    } else {
      await callJob(node, "POST", "/shop/deployments/:swap", { firstDeploymentName: "production", secondDeploymentName: "staging" });
      [production, staging] = [staging, production];
    }
    changes.push({ from, to: performance.now(), state: production });
    if (i % 15 === 10) {
      // While c counts as alive nobody succeeds without it; it is back before that ends.
      await c.kill();
      c = await nodes.start("c", ["--role", "prediction"]);
    }
  }
  on = false;
  await Promise.all(readers);

  for (const x of answers) {
    // A state could be seen from the start of its change until the end of the next one.
    const explained = changes.some((change, i) =>
      change.state === x.word && change.from <= x.to && (i + 1 === changes.length || changes[i + 1].to >= x.from));
    assert.ok(explained, `answer ${x.word} of node ${x.n} at ${x.from}..${x.to}`);
  }
  t.diagnostic(`${answers.length} answers over ${changes.length} states`);
  assert.ok(answers.length > changes.length);
});

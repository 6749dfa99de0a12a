// Back-up and restore by the program: of a server that is at work, to another directory and to PostgreSQL.
// The restored server has the same keys, answers the same, and its jobs and history go on.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { answering, startPostgres, trainBoth } from "../nodes.mjs";
import { call, callJob, dragoman, dragomanOk, startServer, temporaryDirectory } from "../support.mjs";

test("backup of a running server, restored to SQLite and to PostgreSQL", async (t) => {
  const dir = temporaryDirectory(t);
  const postgres = await startPostgres(t);
  const file = join(dir, "today.dragoman");
  const first = await startServer(join(dir, "first"));
  await trainBoth(first);
  await callJob(first, "PUT", "/shop/deployments/production", { trainedModelLabel: "Order" });
  assert.match(dragomanOk(["backup", file, "--data", first.data]), /written/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await callJob(first, "PUT", "/shop/deployments/production", { trainedModelLabel: "Buy" });

  const keys = { key1: first.key, key2: first.key2 };
  for (const database of [[], ["--database", postgres.url]]) {
    const data = join(dir, `restored${database.length}`);
    assert.match(dragomanOk(["restore", file, "--data", data, ...database]), /restored/);
    const again = await startServer(data, database, keys);
    assert.equal(await answering(again), "Order", "what was deployed at the time of the back-up");
    const models = (await call(again, "GET", "/shop/models")).body.value.map((m) => m.label);
    assert.deepEqual(models, ["Buy", "Order"]);
    await callJob(again, "PUT", "/shop/deployments/production", { trainedModelLabel: "Buy" });
    assert.equal(await answering(again), "Buy");
    await callJob(again, "POST", "/shop/:train", { modelLabel: "new", trainingMode: "standard" });

    const busy = dragoman(["restore", file, "--data", data, ...database]);
    assert.equal(busy.status, 1);
    assert.match(busy.stderr, /another process/);
    await again.stop();
    const full = dragoman(["restore", file, "--data", data, ...database]);
    assert.match(full.stderr, /not empty/);
  }
  const none = dragoman(["backup", file, "--data", join(dir, "nothing")]);
  assert.equal(none.status, 1);
  assert.match(none.stderr, /no Dragoman store/);
});

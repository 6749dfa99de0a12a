// kill -9 at every durable step of what changes a LUIS app that is published: before and after each write that
// reaches the disk (kill_at_sync.c). After each death the server is started again, and what the API says is
// published is what answers; what was acknowledged is there; nothing is between.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { startServer, temporaryDirectory } from "../support.mjs";
import { killable } from "./killable.mjs";
import { importApp, luis, predict, publish, shopApp, train } from "./luis.mjs";

const text = "good morning to you";
/** What the versions say to it: the second is the first with its intents the other way round. */
const says = { "0.1": "Greet", "0.2": "Buy", renamed: "Greet" };

function turnedApp() {
  const app = shopApp();
  for (const u of app.utterances) Object.assign(u, { intent: u.intent === "Buy" ? "Greet" : "Buy", entities: [] });
  return app;
}

/** { production: "0.1", … } as the app says, checked against the answers. */
async function published(server, id) {
  const { endpoints } = (await luis(server, "GET", `/apps/${id}`)).body;
  const state = {};
  for (const [key, p] of Object.entries(endpoints)) {
    const where = p.directVersionPublish ? `versions/${key}` : `slots/${key.toLowerCase()}`;
    const r = await predict(server, id, where, text);
    assert.equal(r.body.prediction?.topIntent, says[p.versionId], `${key}: ${r.text}`);
    state[key] = p.versionId;
  }
  const { body } = await luis(server, "GET", `/apps/${id}/versions`);
  return { ...state, versions: body.map((v) => v.version).sort().join(" ") };
}

async function idle(server) {
  for (;;) {
    const s = await (await fetch(`${server.url}/status`)).json();
    if (s.jobsWaiting + s.jobsRunning === 0) return;
    await new Promise((done) => setTimeout(done, 10));
  }
}

const before = { PRODUCTION: "0.1", "0.1": "0.1", versions: "0.1 0.2" };
const changes = {
  publish: {
    request: (s, id) => publish(s, id, { versionId: "0.2" }),
    status: 201, after: { ...before, PRODUCTION: "0.2" },
    back: (s, id) => publish(s, id, { versionId: "0.1" }),
  },
  rename: {
    request: (s, id) => luis(s, "PUT", `/apps/${id}/versions/0.1/`, { version: "renamed" }),
    status: 200, after: { PRODUCTION: "renamed", renamed: "renamed", versions: "0.2 renamed" },
    back: (s, id) => luis(s, "PUT", `/apps/${id}/versions/renamed/`, { version: "0.1" }),
  },
};

for (const [name, { request, status, after, back }] of Object.entries(changes))
  test(`kill -9 at each step: ${name}`, async (t) => {
    const dir = temporaryDirectory(t);
    const data = join(dir, "data");
    const { arm, startKillable } = killable(dir, data);
    let server = await startServer(data);
    const id = await importApp(server);
    await train(server, id);
    await publish(server, id, { versionId: "0.1" });
    await publish(server, id, { versionId: "0.1", directVersionPublish: true });
    await luis(server, "POST", `/apps/${id}/versions/import?versionId=0.2`, turnedApp());
    await train(server, id, "0.2");
    let deaths = 0;
    for (const when of ["before", "after"])
      for (let step = 1, alive = false; !alive; step++) {
        assert.deepEqual(await published(server, id), before);
        await server.stop();
        server = await startKillable();
        writeFileSync(arm, `${when} ${step}`);
        const r = await request(server, id).catch(() => null);
        rmSync(arm);
        alive = r !== null;
        if (alive) assert.equal(r.status, status, r.text);
        else deaths++;
        await server.kill();
        server = await startServer(data);
        await idle(server); // not acknowledged, it may have been taken up all the same
        const now = await published(server, id);
        const is = JSON.stringify(Object.entries(now).sort());
        const may = (alive ? [after] : [before, after]).map((s) => JSON.stringify(Object.entries(s).sort()));
        assert.ok(may.includes(is), `${when} step ${step}: ${is}`);
        if (is !== JSON.stringify(Object.entries(before).sort())) assert.equal((await back(server, id)).status, status);
        assert.ok(step < 60, "the change ends");
      }
    assert.ok(deaths >= 2, `${deaths} deaths`);
    await server.stop();
  });

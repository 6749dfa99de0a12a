// :import?format=luis on the CLU surface: a LUIS app in JSON becomes a project, which trains and answers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ask, call, callJob, fileServer, root } from "../support.mjs";

const cases = join(root, "tests", "cases", "luis");
const read = (...path) => JSON.parse(readFileSync(join(cases, ...path), "utf8"));
const server = fileServer();

async function exported(name) {
  const job = await callJob(server, "POST", `/${name}/:export?stringIndexType=Utf16CodeUnit`);
  return (await call(server, "GET", job.resultUrl)).body;
}

/** A lamp shop in LUIS: labels, a role, a list, a pattern. */
function lampApp() {
  const rooms = ["kitchen", "hall", "cellar", "bath room", "garage", "garden", "attic", "office"];
  const utterances = [];
  for (const room of rooms)
    for (const [before, after, intent] of [["lights on in the ", "", "On"], ["make the ", " bright", "On"],
      ["lights off in the ", "", "Off"], ["make the ", " dark", "Off"]])
      utterances.push({
        text: `${before}${room}${after}`, intent,
        entities: [{ entity: "Room", startPos: before.length, endPos: before.length + room.length - 1 }],
      });
  return {
    luis_schema_version: "7.0.0", versionId: "0.1", name: "Anything", desc: "lamps", culture: "en-us",
    intents: [{ name: "None", features: [] }, { name: "On", features: [] }, { name: "Off", features: [] }],
    entities: [{ name: "Room", roles: [], children: [], features: [] }],
    closedLists: [{ name: "Colour", roles: [], subLists: [{ canonicalForm: "red", list: ["crimson"] }] }],
    patterns: [{ pattern: "[please] make it {Colour}", intent: "On" }],
    utterances,
  };
}

test("imported, exported, trained, deployed, asked", async () => {
  await callJob(server, "POST", "/lamps/:import?format=luis", lampApp());
  const file = await exported("lamps");
  assert.equal(file.metadata.projectName, "lamps"); // the URL names the project, not the file
  assert.equal(file.metadata.description, "lamps");
  assert.deepEqual(file.assets.intents, [{ category: "None" }, { category: "On" }, { category: "Off" }]);
  assert.deepEqual(file.assets.entities.map((e) => e.category), ["Room", "Colour"]);
  assert.equal(file.assets.utterances.length, 32);
  assert.deepEqual(file.assets.utterances[0].entities, [{ category: "Room", offset: 17, length: 7 }]);
  await callJob(server, "POST", "/lamps/:train", { modelLabel: "m", trainingMode: "standard" });
  await callJob(server, "PUT", "/lamps/deployments/production", { trainedModelLabel: "m" });
  const { status, body } = await ask(server, "lamps", "production", "lights on in the crimson cellar");
  assert.equal(status, 200);
  assert.equal(body.result.prediction.topIntent, "On");
  const colour = body.result.prediction.entities.find((e) => e.category === "Colour");
  assert.equal(colour.extraInformation[0].key, "red");
});

test("every schema version; any letter case of the parameter", async () => {
  for (const [name, format] of [["old1", "luis"], ["old3", "Luis"], ["v4", "LUIS"], ["v5", "luis"], ["flat6", "luis"],
    ["full", "luis"]])
    await callJob(server, "POST", `/${name}/:import?format=${format}`, read("json", `${name}.json`));
  const full = await exported("full");
  const want = read("to_clu", "all_kinds.expected.json");
  assert.deepEqual(full.assets, want.assets);
});

test("what is refused changes nothing", async () => {
  const put = (path, body) => call(server, "POST", path, body);
  const fault = async (body, status, place) => {
    const r = await put("/lamps2/:import?format=luis", body);
    assert.equal(r.status, status, JSON.stringify(r.body));
    assert.ok(JSON.stringify(r.body).includes(place), JSON.stringify(r.body));
  };
  await callJob(server, "POST", "/lamps2/:import?format=luis", lampApp());
  const before = await exported("lamps2");
  await fault("{", 400, "line 1");
  await fault("# Intent\n- not JSON\n", 400, "line 1");
  await fault({}, 400, "no LUIS app");
  await fault({ ...lampApp(), luis_schema_version: "9.0.0" }, 400, "luis_schema_version");
  const cyclic = lampApp();
  cyclic.entities[0].features = [{ modelName: "Room" }];
  await fault(cyclic, 400, "entities[0]");
  const unknown = lampApp();
  unknown.entities[0].features = [{ modelName: "Nowhere" }];
  await fault(unknown, 400, "Nowhere");
  const outside = lampApp();
  outside.utterances[3].entities[0].endPos = 500;
  await fault(outside, 400, "utterances[3].entities[0].endPos");
  const long = lampApp();
  long.closedLists[0].subLists[0].list = Array.from({ length: 20_001 }, (_, i) => `s${i}`);
  const r = await put("/lamps2/:import?format=luis", long);
  assert.ok(r.status >= 400 && r.status < 500);
  assert.equal(r.body.error.code, "QuotaExceeded");
  assert.deepEqual(await exported("lamps2"), before);
  assert.equal((await put("/lamps2/:export?format=luis&stringIndexType=Utf16CodeUnit")).status, 400);
  assert.equal((await put("/lamps2/:import?format=lu", lampApp())).status, 400);
});

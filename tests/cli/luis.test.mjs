// `dragoman luis`: the life of an app by commands, on a real server.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { dragoman, dragomanOk, root, startServer, temporaryDirectory } from "../support.mjs";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$/;
const bikes = join(root, "samples", "bikes.lu");

/** A server, its directory, and ways to run commands of the group. */
async function begin(t) {
  const dir = temporaryDirectory(t);
  const server = await startServer(join(dir, "data"));
  t.after(() => server.stop());
  const options = { env: server.env };
  return {
    server, dir,
    ok: (...args) => dragomanOk(["luis", ...args], options),
    json: (...args) => JSON.parse(dragomanOk(["luis", ...args, "--json"], options)),
    fails: (message, ...args) => {
      const r = dragoman(["luis", ...args], options);
      assert.equal(r.status, 1, r.stdout);
      assert.match(r.stderr, message);
      assert.equal(r.stderr.split("\n").length, 2, "one line");
    },
    file: (name, content) => {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    },
  };
}

/** An app that trains in a moment. */
const lamps = (more = {}) => JSON.stringify({
  luis_schema_version: "7.0.0", name: "Lamps", versionId: "0.1", culture: "en-us",
  intents: [{ name: "On" }, { name: "Off" }, { name: "None" }],
  utterances: [["On", ["lights on", "turn it on", "switch the lamp on"]], ["Off", ["lights off", "turn it off", "make it dark"]],
    ["None", ["hello", "what time is it"]]].flatMap(([intent, texts]) => texts.map((text) => ({ text, intent, entities: [] }))),
  ...more,
});

test("a real app: import, train, publish, predict, the next version", async (t) => {
  const { ok, json, fails, file } = await begin(t);
  let id;

  await t.test("import and what is there then", () => {
    id = ok("import", bikes);
    assert.match(id, guid);
    id = id.trim();
    assert.match(ok("apps"), /^APP +ID +CULTURE .*\nBikes +[0-9a-f-]{36} +en-us +0\.1 /);
    assert.equal(json("apps").value[0].id, id);
    for (const name of ["Bikes", "bikes", id, id.toUpperCase()]) assert.equal(json("show", name).name, "Bikes");
    assert.match(ok("show", "Bikes"), /^activeVersion +0\.1$/m);
    assert.match(ok("versions", "Bikes"), /^VERSION +TRAINING .*\n0\.1 +NeedsTraining /);
    fails(/already exists/, "import", bikes);
  });

  await t.test("nothing answers before it is trained and published", () => {
    fails(/require training.*\[400 BadArgument\]/, "publish", "Bikes");
    fails(/./, "predict", "Bikes", "is my bike ready");
  });

  await t.test("train", () => {
    assert.equal(ok("train", "Bikes"), "0.1 trained\n");
    const rows = json("train", "Bikes", "--version", "0.1");
    assert.ok(rows.length >= 14);
    for (const { details } of rows) assert.match(details.status, /^(Success|UpToDate)$/);
    assert.equal(json("versions", "Bikes").value[0].trainingStatus, "Trained");
  });

  await t.test("publish and predict", () => {
    assert.match(ok("publish", "Bikes", "--slot", "production"), /^0\.1 answers at http:\/\/\S+\/apps\/[0-9a-f-]{36}\n$/);
    assert.match(ok("endpoints", "Bikes"), /^\S+ +http:\/\/\S+\/luis\/v2\.0\/apps\//);
    const { prediction } = json("predict", "Bikes", "could you send me three 28 inch tubes");
    assert.equal(prediction.topIntent, "OrderParts");
    assert.equal(Object.keys(prediction.intents).length, 14);
    assert.ok(prediction.entities.$instance);
    const manual = readFileSync(join(root, "doc", "coming-from-luis.md"), "utf8");
    const shown = /could you send me three 28 inch tubes[^]*?\n(OrderParts [^]*?)```/.exec(manual)[1];
    const entities = (answer) => answer.slice(answer.indexOf("\n"));
    assert.equal(entities(ok("predict", "Bikes", "could you send me three 28 inch tubes")), entities(shown), "as the manual has it");
    const text = ok("predict", id, "fetch the bike from the station");
    assert.match(text, /^CollectBike [01]\.\d{4}\nENTITY +TEXT +TYPE +VALUE\n/);
    assert.match(text, /^fromPlace +(the )?station +Place +\["station"\]$/m);
    assert.match(ok("predict", "Bikes", "two inner tubes please"), /^Order .*\n {2}\w+ /m, "what is in an entity is below it");
    assert.match(ok("predict", "Bikes", "thanks a lot"), /^None \S+\n$/);
    fails(/./, "predict", "Bikes", "hello", "--slot", "staging");
  });

  await t.test("the next version, beside the first", () => {
    assert.equal(ok("clone", "Bikes", "0.2"), "0.2 made from 0.1\n");
    const added = `${ok("export", "Bikes", "--version", "0.2", "--format", "lu")}\n# OrderParts\n- gimme a bell\n`;
    assert.equal(ok("import", file("next.lu", added), "--into", "Bikes", "--version", "0.3"), "0.3\n");
    assert.equal(ok("train", "Bikes"), "0.3 trained\n", "the newest is the active one");
    assert.match(ok("publish", "Bikes", "--slot", "staging"), /^0\.3 answers at /);
    assert.match(ok("publish", "Bikes", "--version", "0.3", "--direct"), /^0\.3 answers at /);
    const { endpoints } = json("show", "Bikes");
    assert.deepEqual([endpoints.PRODUCTION.versionId, endpoints.STAGING.versionId], ["0.1", "0.3"]);
    for (const where of [["--slot", "staging"], ["--version", "0.3"], []])
      assert.match(ok("predict", "Bikes", "is order sc-12345 ready", ...where), /^CheckRepair /);
    assert.deepEqual(json("versions", "Bikes").value.map((v) => v.version), ["0.3", "0.2", "0.1"]);
    assert.equal(ok("delete", "Bikes", "--version", "0.2"), "0.2 of Bikes deleted\n");
    assert.equal(json("versions", "Bikes").value.length, 2);
    fails(/./, "clone", "Bikes", "0.3");
  });

  await t.test("delete", () => {
    assert.equal(ok("delete", "Bikes"), "Bikes deleted\n");
    fails(/there is no app "Bikes"/, "show", "Bikes");
    assert.deepEqual(json("apps").value, []);
  });
});

test("formats in and out", async (t) => {
  const { ok, json, fails, file, dir } = await begin(t);
  await t.test("JSON, packed, under another name, in another culture", () => {
    assert.match(ok("import", file("lamps.json", lamps())), guid);
    assert.match(ok("import", file("lamps.json.gz", gzipSync(lamps())), "--name", "Lamps & more"), guid);
    assert.match(json("import", file("french.lu", "# On\n- allume la lampe\n"), "--name", "Lampes", "--culture", "fr-fr"), /^[0-9a-f-]{36}$/);
    assert.deepEqual(json("apps").value.map((a) => [a.name, a.culture]),
      [["Lamps", "en-us"], ["Lamps & more", "en-us"], ["Lampes", "fr-fr"]]);
    assert.equal(json("show", "lamps & more").versionsCount, 1);
  });
  await t.test("what goes out comes in again", () => {
    const out = join(dir, "out.json"), lu = join(dir, "out.lu");
    assert.equal(ok("export", "Lamps", "-o", out), "");
    assert.deepEqual(JSON.parse(readFileSync(out)).utterances, JSON.parse(lamps()).utterances);
    assert.deepEqual(JSON.parse(ok("export", "Lamps", "--format", "json")), JSON.parse(readFileSync(out)));
    assert.equal(ok("export", "Lamps", "--format", "lu", "--output", lu), "");
    assert.equal(ok("import", lu, "--into", "Lamps", "--version", "0.2"), "0.2\n");
    const again = JSON.parse(ok("export", "Lamps", "--version", "0.2"));
    assert.deepEqual(again.utterances, JSON.parse(lamps()).utterances);
  });
  await t.test("what cannot be read is refused with its place", () => {
    const broken = file("broken.lu", "# Set\n- to {@Level=high\n");
    fails(/broken\.lu: line 2, column \d+/, "import", broken, "--name", "Broken");
    fails(/broken\.lu: line 2, column \d+/, "import", broken, "--culture", "en-us");
    fails(/utterances\[0\]/, "import", file("broken.json", lamps({ utterances: [{ text: "x", intent: 7 }] })), "--name", "Broken");
    fails(/missing\.lu/, "import", join(dir, "missing.lu"));
    const clu = file("clu.json", JSON.stringify({ projectFileVersion: "2023-04-01", stringIndexType: "Utf16CodeUnit", metadata: { projectName: "x", language: "en", projectKind: "Conversation" } }));
    fails(/CLU project/, "import", clu, "--culture", "en-us");
    fails(/--version goes with --into/, "import", bikes, "--version", "0.2");
    fails(/--name is for a new app/, "import", bikes, "--name", "A", "--into", "Lamps");
    fails(/there is no app "Nowhere"/, "import", bikes, "--into", "Nowhere");
    assert.equal(json("apps").value.length, 3);
  });
});

test("a training that cannot be names the models", async (t) => {
  const { ok, fails, file } = await begin(t);
  ok("import", file("lamps.json", lamps({ intents: [{ name: "On" }, { name: "Off" }, { name: "Dim" }, { name: "None" }] })));
  fails(/the training failed: no examples of "Dim"/, "train", "Lamps");
  fails(/./, "train", "Lamps", "--version", "0.9");
  ok("import", file("good.json", lamps()), "--into", "Lamps", "--version", "0.2");
  assert.equal(ok("train", "Lamps", "--no-wait"), "0.2 is being trained\n");
  assert.equal(ok("train", "Lamps"), "0.2 trained\n");
});

test("an app is found by its name on any page", async (t) => {
  const { server, json, ok } = await begin(t);
  for (let i = 0; i < 130; i++) {
    const r = await fetch(`${server.url}/luis/authoring/v3.0-preview/apps/`, {
      method: "POST", headers: { "Ocp-Apim-Subscription-Key": server.key, "Content-Type": "application/json" },
      body: JSON.stringify({ name: `App ${i}`, culture: "en-us" }),
    });
    assert.equal(r.status, 201);
    await r.text();
  }
  assert.equal(json("apps").value.length, 130);
  assert.equal(json("show", "App 129").name, "App 129");
  assert.match(ok("versions", "App 7"), /^0\.1 /m);
});

// convert: a project between CLU, LUIS JSON and .lu; what does not come along is said.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { dragoman, dragomanOk, root, smallProject, temporaryDirectory } from "../support.mjs";

const cases = join(root, "tests", "cases", "luis");
const json = (file) => JSON.parse(readFileSync(file, "utf8"));

test("the format of the output: by its name, by the input, by --to", (t) => {
  const dir = temporaryDirectory(t);
  const to = (input, name, ...more) => {
    const out = join(dir, name);
    const said = JSON.parse(dragomanOk(["convert", input, out, "--json", ...more]));
    assert.equal(said.file, out);
    return said;
  };
  const app = join(cases, "to_clu", "plain.json");
  assert.deepEqual([to(app, "a.json").from, to(app, "a.json").to], ["luis", "clu"]);
  assert.equal(to(join(dir, "a.json"), "b.json").to, "luis");
  assert.equal(to(app, "c.lu").to, "lu");
  assert.deepEqual([to(join(dir, "c.lu"), "d.json").from, to(join(dir, "c.lu"), "d.json").to], ["lu", "luis"]);
  assert.equal(to(join(dir, "c.lu"), "e.json", "--to", "clu").to, "clu");
  assert.equal(to(app, "f.json", "--to", "luis").to, "luis");
  assert.equal(json(join(dir, "a.json")).metadata.projectKind, "Conversation");
  assert.equal(json(join(dir, "b.json")).luis_schema_version, "7.0.0");
  for (const back of ["b.json", "f.json"]) assert.deepEqual(json(join(dir, back)), json(app), back);
});

test("notes: one line each on stderr, or an array with --json", (t) => {
  const dir = temporaryDirectory(t);
  const input = join(cases, "to_clu", "names.json");
  const want = readFileSync(join(cases, "to_clu", "names.notes.txt"), "utf8");
  const r = dragoman(["convert", input, join(dir, "o.json")]);
  assert.equal(r.status, 0);
  assert.equal(r.stderr, want);
  assert.match(r.stdout, /clu from luis, 18 notes\n$/);
  const said = JSON.parse(dragomanOk(["convert", input, join(dir, "o.json"), "--json"]));
  assert.equal(said.notes.map((n) => `${n.place}: ${n.text}\n`).join(""), want);
  const lu = JSON.parse(dragomanOk(["convert", join(cases, "json", "unsayable.json"), join(dir, "o.lu"), "--json"]));
  assert.ok(lu.notes.length > 20);
});

test("faults: the file, the place and the sentence; nothing is written", (t) => {
  const dir = temporaryDirectory(t);
  const fault = (name, text, message, ...more) => {
    const file = join(dir, name);
    const out = join(dir, "out.json");
    writeFileSync(file, text);
    const r = dragoman(["convert", file, out, ...more]);
    assert.equal(r.status, 1, r.stdout);
    assert.ok(r.stderr.includes(`${file}: ${message}`), r.stderr);
    assert.ok(!existsSync(out));
  };
  fault("a.lu", "# Go\n- to {@City=rome\n", "line 2, column 6: the label is not closed");
  fault("b.json", '{"intents":[{"name":"A"}],\n"patterns":[{"intent":"B","pattern":"x"}]}', 'patterns[0].intent: the app has no intent "B"');
  fault("c.json", '{"intents":[\n}', "the text is not valid JSON: ");
  fault("d.json", '{"intents":[{"name":"a<b"}]}', 'intents[0]: the name "a<b" cannot stand in a .lu file', "--to", "lu");
  fault("e.json", "", "");
  const missing = dragoman(["convert", join(dir, "none.json"), join(dir, "out.json")]);
  assert.equal(missing.status, 1);
  assert.equal(dragoman(["convert", join(dir, "a.lu")]).status, 2);
  assert.equal(dragoman(["convert", "a", "b", "--to", "xml"]).status, 2);
});

test("a LUIS file trains like the project that it becomes", (t) => {
  const dir = temporaryDirectory(t);
  const at = (name) => join(dir, name);
  const project = smallProject("shop");
  for (const u of project.assets.utterances) u.dataset = "Train"; // a LUIS app has no other
  writeFileSync(at("shop.json"), JSON.stringify(project));
  dragomanOk(["convert", at("shop.json"), at("luis.json")]);
  dragomanOk(["convert", at("shop.json"), at("shop.lu")]);
  writeFileSync(at("luis.json.gz"), gzipSync(readFileSync(at("luis.json"))));
  const answers = ["shop.json", "luis.json", "luis.json.gz", "shop.lu"].map((name) => {
    dragomanOk(["train", at(name), "-o", at("m.model")]);
    return JSON.parse(dragomanOk(["predict", at("m.model"), "please bring me a tea"]));
  });
  assert.equal(answers[0].topIntent, "Order");
  assert.deepEqual(answers[1], answers[2]);
  for (const a of answers) {
    assert.equal(a.topIntent, "Order");
    assert.equal(a.entities[0].text, "tea");
  }
});

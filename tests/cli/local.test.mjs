// train, evaluate, predict and bench: files in, files and JSON out, no server.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { dragoman, dragomanOk, smallProject, temporaryDirectory } from "../support.mjs";

function workplace(t) {
  const dir = temporaryDirectory(t);
  const file = join(dir, "shop.json");
  writeFileSync(file, JSON.stringify(smallProject("shop")));
  return { dir, file, model: join(dir, "shop.model") };
}

test("train says what it made; the same input and seed give the same bytes", (t) => {
  const { dir, file, model } = workplace(t);
  const said = JSON.parse(dragomanOk(["train", file, "-o", model, "--json"]));
  assert.equal(said.model, model);
  assert.equal(said.intents, 3);
  assert.equal(said.entities, 1);
  assert.equal(said.utterances, 36);
  const first = readFileSync(model);
  assert.equal(said.bytes, first.length);

  const again = join(dir, "again.model");
  dragomanOk(["train", file, "-o", again, "--threads", "2"]);
  assert.ok(first.equals(readFileSync(again)), "threads change nothing");

  const gz = join(dir, "shop.json.gz");
  writeFileSync(gz, gzipSync(readFileSync(file)));
  dragomanOk(["train", gz, "-o", again]);
  assert.ok(first.equals(readFileSync(again)), "gzip changes nothing");

  dragomanOk(["train", file, "-o", again, "--seed", "7"]);
  assert.ok(!first.equals(readFileSync(again)), "the seed is in the file");
});

test("predict: one text, and one line each", (t) => {
  const { file, model } = workplace(t);
  dragomanOk(["train", file, "-o", model]);
  const one = JSON.parse(dragomanOk(["predict", model, "please bring me a tea"]));
  assert.equal(one.topIntent, "Order");
  assert.equal(one.projectKind, "Conversation");
  assert.deepEqual(one.intents.map((i) => i.category).sort(), ["Cancel", "None", "Order"]);
  assert.equal(one.entities[0].text, "tea");
  assert.equal(one.entities[0].offset, 18);

  const out = dragomanOk(["predict", model], { input: "could i have a latte\r\n\nplease cancel it" });
  const lines = out.trimEnd().split("\n").map((l) => JSON.parse(l));
  assert.deepEqual(lines.map((l) => l.topIntent), ["Order", "None", "Cancel"]);
});

test("predict counts offsets in the unit asked for", (t) => {
  const { file, model } = workplace(t);
  dragomanOk(["train", file, "-o", model]);
  const text = "\u{1F44D}\u{1F3FD} one latte please";
  const offsets = { Utf16CodeUnit: 9, UnicodeCodePoint: 7, TextElements_v8: 7, Utf8CodeUnit: 13 };
  for (const [unit, offset] of Object.entries(offsets)) {
    const r = JSON.parse(dragomanOk(["predict", model, text, "--string-index-type", unit]));
    assert.equal(r.entities[0]?.text, "latte");
    assert.equal(r.entities[0].offset, offset, unit);
    assert.equal(r.entities[0].length, 5, unit);
  }
});

test("evaluate: the JSON contract and the table", (t) => {
  const { file, model } = workplace(t);
  dragomanOk(["train", file, "-o", model]);
  const report = JSON.parse(dragomanOk(["evaluate", model, file, "--json"]));
  assert.equal(report.utterances, 12);
  for (const k of ["accuracy", "microF1", "macroF1", "ece"]) assert.equal(typeof report.intents[k], "number", k);
  for (const k of ["precision", "recall", "microF1"]) assert.equal(typeof report.entities[k], "number", k);
  for (const k of ["recall", "precision", "auroc"]) assert.ok(k in report.none, k);
  assert.ok("Order" in report.perIntent && "Drink" in report.perEntity);
  assert.equal(JSON.parse(dragomanOk(["evaluate", model, file, "--dataset", "Train", "--json"])).utterances, 36);
  assert.equal(JSON.parse(dragomanOk(["evaluate", model, file, "--dataset", "All", "--json"])).utterances, 48);
  assert.match(dragomanOk(["evaluate", model, file]), /^counted +12\nintents +accuracy /);
});

test("bench: the JSON contract", (t) => {
  const { file, model } = workplace(t);
  dragomanOk(["train", file, "-o", model]);
  const figures = JSON.parse(dragomanOk(["bench", model, file, "--seconds", "0", "--json"]));
  assert.deepEqual(Object.keys(figures), ["p50_us", "p99_us", "per_second", "rss_mb", "load_ms"]);
  for (const [k, v] of Object.entries(figures)) assert.ok(v > 0, k);
  assert.ok(figures.p50_us <= figures.p99_us);
});

// Each is one line on stderr, status 1, nothing on stdout.
function fails(args, message, options) {
  const r = dragoman(args, options);
  assert.equal(r.status, 1, r.stdout);
  assert.match(r.stderr, message);
  assert.equal(r.stderr.split("\n").length, 2, "one line");
  assert.equal(r.stdout, "");
}

test("failures name the file and the place, and leave the old model", (t) => {
  const { dir, file, model } = workplace(t);
  const missing = join(dir, "missing.json"), broken = join(dir, "broken.json"), bad = join(dir, "bad.json");
  fails(["train", missing, "-o", model], /missing\.json/);
  writeFileSync(broken, '{"projectFileVersion":');
  fails(["train", broken, "-o", model], /broken\.json/);
  const project = smallProject("shop");
  project.assets.utterances[3].intent = "Nowhere";
  writeFileSync(bad, JSON.stringify(project));
  fails(["train", bad, "-o", model], /assets\.utterances\[3\]\.intent/);
  assert.ok(!existsSync(model));

  dragomanOk(["train", file, "-o", model]);
  const before = readFileSync(model);
  fails(["train", bad, "-o", model], /utterances\[3\]/);
  assert.ok(before.equals(readFileSync(model)));
  fails(["train", file, "-o", join(dir, "no", "such", "dir.model")], /dir\.model|no such|No such/);
});

test("a file that is no model, a cut one and a changed one are refused", (t) => {
  const { dir, file, model } = workplace(t);
  dragomanOk(["train", file, "-o", model]);
  fails(["predict", join(dir, "none.model"), "x"], /none\.model/);
  fails(["predict", file, "x"], /shop\.json/);
  const cut = join(dir, "cut.model");
  const bytes = readFileSync(model);
  writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
  fails(["predict", cut, "x"], /cut\.model/);
  writeFileSync(cut, "");
  fails(["predict", cut, "x"], /cut\.model/);
  copyFileSync(model, cut);
  const changed = Buffer.from(bytes);
  changed.fill(0xff, 0, 64);
  writeFileSync(cut, changed);
  fails(["evaluate", cut, file], /cut\.model/);
});

test("predict refuses text that is not UTF-8, after answering the lines before", (t) => {
  const { file, model } = workplace(t);
  dragomanOk(["train", file, "-o", model]);
  const r = dragoman(["predict", model], { input: Buffer.from("one latte please\n\xff\xfe\n", "latin1") });
  assert.equal(r.status, 1);
  assert.equal(r.stdout.split("\n").length, 2);
  assert.match(r.stderr, /line 2: .*UTF-8/);
});

test("a full disk is an error, not silence", { skip: !existsSync("/dev/full") }, (t) => {
  const { file, model } = workplace(t);
  dragomanOk(["train", file, "-o", model]);
  fails(["train", file, "-o", "/dev/full/x"], /\/dev\/full/);
});

test("no progress bar when stderr is not a terminal", (t) => {
  const { file, model } = workplace(t);
  assert.equal(dragoman(["train", file, "-o", model]).stderr, "");
});

// The example program of libdragoman, and what the shared library shows.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { build, root, smallProject, temporaryDirectory } from "../support.mjs";

const hello = join(build, "examples", "hello");

test("hello: a project in, a prediction out", (t) => {
  const cwd = temporaryDirectory(t);
  const file = join(cwd, "shop.json");
  writeFileSync(file, JSON.stringify(smallProject("shop")));
  const r = spawnSync(hello, [file, "one latte please"], { cwd, encoding: "utf8" });
  assert.equal(r.status, 0, r.stderr);
  assert.match(r.stdout, /^Order \d\.\d\d\n {2}Drink: latte\n$/);
});

test("hello: an error has a message and a place", (t) => {
  const cwd = temporaryDirectory(t);
  const file = join(cwd, "shop.json");
  const project = smallProject("shop");
  delete project.assets.utterances[5].text;
  writeFileSync(file, JSON.stringify(project));
  const r = spawnSync(hello, [file, "x"], { cwd, encoding: "utf8" });
  assert.equal(r.status, 1);
  assert.match(r.stderr, /^hello: .+ assets\.utterances\[5\]/);
});

test("the shared library exports the functions of dragoman.h and nothing else", () => {
  const header = readFileSync(join(root, "include", "dragoman.h"), "utf8");
  const declared = [...header.matchAll(/\b(dragoman_\w+)\(/g)].map((m) => m[1]);
  const nm = spawnSync("nm", ["-D", "--defined-only", "--format=posix", join(build, "libdragoman.so")], {
    encoding: "utf8",
  });
  const shown = nm.stdout.trim().split("\n").map((l) => l.split(" ")[0].split("@")[0]);
  assert.deepEqual(shown.sort(), [...new Set(declared)].sort());
});

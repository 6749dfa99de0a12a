// The example program of libdragoman, and what the shared library shows.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { build, root, smallProject, temporaryDirectory } from "../support.mjs";

const hello = join(build, "examples", "hello");

test("hello: a project in, a prediction out", (t) => {
  const cwd = temporaryDirectory(t);
  const file = join(cwd, "shop.json");
  writeFileSync(file, JSON.stringify(smallProject("shop")));
  const r = spawnSync(hello, [file, "could i have a latte"], { cwd, encoding: "utf8" });
  assert.equal(r.status, 0, r.stderr);
  assert.match(r.stdout, /^Order \d\.\d\d\n {2}Drink: latte\n$/);
});

test("recognize: a text in, what is meant out", () => {
  const recognize = join(build, "examples", "recognize");
  const r = spawnSync(recognize, ["en-us", "$3 for 2026-03-06"], { encoding: "utf8" });
  assert.equal(r.status, 0, r.stderr);
  const lines = r.stdout.trimEnd().split("\n");
  assert.ok(lines.includes('currency: $3 {"value":"3","unit":"Dollar"}'), r.stdout);
  assert.ok(lines.includes('datetimeV2.date: 2026-03-06 ' +
    '{"values":[{"timex":"2026-03-06","type":"date","value":"2026-03-06"}]}'), r.stdout);
  const wrong = spawnSync(recognize, ["xx", "3"], { encoding: "utf8" });
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /^recognize: there is no culture "xx"; there are en-us/);
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

test("the header is plain C99", () => {
  const r = spawnSync("cc", ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-x", "c",
    join(root, "include", "dragoman.h")], { encoding: "utf8" });
  assert.equal(r.status, 0, r.stderr);
});

test("installed, it is found by pkg-config and links both ways", (t) => {
  const cwd = temporaryDirectory(t);
  const run = (command, args, env = {}) => {
    const r = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, ...env } });
    assert.equal(r.status, 0, `${command} ${args.join(" ")}\n${r.stdout}${r.stderr}`);
    return r.stdout;
  };
  run("meson", ["install", "-C", build, "--no-rebuild", "--destdir", cwd]);
  const find = (name) => join(cwd, readdirSync(cwd, { recursive: true }).find((path) => path.endsWith(name)));
  const env = { PKG_CONFIG_PATH: dirname(find("dragoman.pc")), PKG_CONFIG_SYSROOT_DIR: cwd };
  const flags = (...more) => run("pkg-config", ["--cflags", "--libs", ...more, "dragoman"], env).trim().split(/\s+/);
  const source = join(root, "examples", "hello.c");
  run("cc", [source, ...flags(), "-o", "shared"]);
  run("cc", [source, find("libdragoman.a"), ...flags("--static").filter((f) => f !== "-ldragoman"), "-o", "static"]);

  run("cc", [join(root, "examples", "recognize.c"), ...flags(), "-o", "recognize"]);
  assert.match(run("./recognize", ["en-us", "five"], { LD_LIBRARY_PATH: dirname(find("libdragoman.a")) }), /^number: five /);

  writeFileSync(join(cwd, "shop.json"), JSON.stringify(smallProject("shop")));
  for (const program of ["./shared", "./static"]) {
    const said = run(program, ["shop.json", "please cancel it"], { LD_LIBRARY_PATH: dirname(find("libdragoman.a")) });
    assert.match(said, /^Cancel \d\.\d\d\n$/);
  }
});

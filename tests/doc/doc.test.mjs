// The manual is true: its examples run, and what it lists is what there is.
//
// Blocks fenced as "```sh test" run in the order they stand, one shell for each page, in a directory
// that looks like the checkout after a build, with DRAGOMAN_URL and DRAGOMAN_KEY of a fresh server. A
// page stops at its first failing command.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import test from "node:test";
import { build, dragoman, dragomanOk, root, startServer, temporaryDirectory } from "../support.mjs";

const pages = ["README.md", "NEWS.md", "samples/README.md", ...readdirSync(join(root, "doc"))
  .filter((name) => name.endsWith(".md")).map((name) => `doc/${name}`)];
const textOf = (page) => readFileSync(join(root, page), "utf8");

for (const page of pages) {
  const blocks = [...textOf(page).matchAll(/^```sh test\n(.*?)^```$/gms)].map((m) => m[1]);
  if (blocks.length === 0) continue;
  test(`the examples of ${page} run`, async (t) => {
    const cwd = temporaryDirectory(t);
    const server = await startServer(join(cwd, "data"));
    t.after(() => server.stop());
    symlinkSync(build, join(cwd, "build"));
    for (const name of ["samples", "examples", "include"]) symlinkSync(join(root, name), join(cwd, name));
    const r = spawnSync("bash", ["-euo", "pipefail", "-c", blocks.join("\n")], {
      cwd, encoding: "utf8", timeout: 240_000, input: "", env: { ...process.env, ...server.env },
    });
    assert.equal(r.status, 0, `${r.stdout}\n${r.stderr}`);
  });
}

test("links between pages lead somewhere", () => {
  for (const page of pages)
    for (const [, target] of textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      assert.ok(existsSync(join(root, dirname(page), target)), `${page}: ${target}`);
});

test("every page of doc/ is in its index", () => {
  const index = textOf("doc/README.md");
  for (const page of pages.filter((p) => p.startsWith("doc/") && p !== "doc/README.md"))
    assert.ok(index.includes(`(${relative("doc", page)})`), page);
});

test("doc/cli.md has every command and every option", () => {
  const manual = textOf("doc/cli.md");
  const commandsOf = (help) => [...help.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map((m) => m[1]);
  const check = (command) => {
    const help = dragomanOk([...command, "--help"]);
    if (/^Usage: dragoman .*COMMAND/.test(help)) {
      for (const name of commandsOf(help)) check([...command, name]);
      return;
    }
    assert.ok(manual.includes(`\`${command.join(" ")}`), `command ${command.join(" ")}`);
    for (const [, name] of help.matchAll(/^ {2}(?:-\w, | {4})--([a-z0-9-]+)/gm))
      assert.ok(manual.includes(`--${name}`), `${command.join(" ")} --${name}`);
  };
  check([]);
});

test("doc/library.md names every function of dragoman.h", () => {
  const manual = textOf("doc/library.md");
  for (const [, name] of readFileSync(join(root, "include", "dragoman.h"), "utf8").matchAll(/\b(dragoman_\w+)\(/g))
    assert.ok(manual.includes(name), name);
});

test("doc/prebuilts.md names every culture", () => {
  const manual = textOf("doc/prebuilts.md");
  const cultures = /there are (.*) \(see/.exec(dragoman(["recognize", "--culture", "none", "x"]).stderr)[1].split(", ");
  assert.ok(cultures.length >= 2);
  for (const name of cultures) assert.match(manual, new RegExp(`\\b${name}\\b`), name);
});

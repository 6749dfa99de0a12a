// Usage, help, version, unknown words: what every command has in common.
import assert from "node:assert/strict";
import test from "node:test";
import { dragoman } from "../support.mjs";

const commands = [
  ["serve"], ["keys"], ["train"], ["evaluate"], ["predict"], ["recognize"], ["bench"], ["convert"],
  ...["list", "show", "create", "import", "export", "train", "delete"].map((c) => ["projects", c]),
  ...["list", "show", "evaluation", "evaluate", "load-snapshot", "delete"].map((c) => ["models", c]),
  ...["list", "show", "deploy", "swap", "delete"].map((c) => ["deployments", c]),
  ...["list", "show", "wait", "cancel"].map((c) => ["jobs", c]),
  ...["list", "show", "create", "delete", "restore"].map((c) => ["resources", c]),
  ...["admin", "create", "list", "revoke"].map((c) => ["tokens", c]),
];

test("--version prints the version of meson.build", () => {
  const r = dragoman(["--version"]);
  assert.equal(r.status, 0);
  assert.match(r.stdout, /^dragoman \d+\.\d+\.\d+\n$/);
});

for (const command of commands) {
  test(`${command.join(" ")} --help`, () => {
    const r = dragoman([...command, "--help"]);
    assert.equal(r.status, 0, r.stderr);
    assert.match(r.stdout, new RegExp(`^Usage: dragoman ${command.join(" ")}`));
    assert.match(r.stdout, /\nExamples:\n/);
    assert.equal(r.stderr, "");
  });
  test(`${command.join(" ")}: an unknown option is a usage error`, () => {
    const r = dragoman([...command, "--no-such-option"]);
    assert.equal(r.status, 2);
    assert.match(r.stderr, /^[^\n]*--no-such-option[^\n]*\n$/);
    assert.equal(r.stdout, "");
  });
}

test("without a command: the list, status 2", () => {
  const r = dragoman([]);
  assert.equal(r.status, 2);
  for (const [name] of commands) assert.match(r.stderr, new RegExp(`^  ${name}\\b`, "m"));
  assert.doesNotMatch(r.stderr, /train-job/);
});

test("--help: the list on stdout, status 0", () => {
  const r = dragoman(["--help"]);
  assert.equal(r.status, 0);
  assert.match(r.stdout, /\n {2}train {2,}/);
});

test("an unknown command: status 2 and the nearest name", () => {
  const r = dragoman(["evaluat"]);
  assert.equal(r.status, 2);
  assert.match(r.stderr, /did you mean "evaluate"\?\n$/);
  assert.match(dragoman(["projects", "imprt"]).stderr, /did you mean "projects import"\?\n$/);
  assert.doesNotMatch(dragoman(["xyzzy"]).stderr, /did you mean/);
});

const wrong = [
  [["train"], /too few arguments/],
  [["train", "a.json"], /-o MODEL is required/],
  [["train", "a.json", "b.json", "-o", "m"], /unexpected argument "b\.json"/],
  [["train", "a.json", "-o"], /needs a value/],
  [["train", "a.json", "-o", "m", "--seed", "x"], /--seed takes a whole number/],
  [["train", "a.json", "-o", "m", "--seed=-1"], /--seed takes a whole number/],
  [["train", "a.json", "-o", "m", "--mode", "fast"], /--mode takes standard\|advanced/],
  [["train", "a.json", "-o", "m", "--json=yes"], /--json takes no value/],
  [["convert", "a.json"], /OUT/],
  [["convert", "a.json", "b.json", "--to", "xml"], /--to takes clu\|luis\|lu/],
  [["evaluate", "m", "f", "--dataset", "test"], /--dataset takes Test\|Train\|All/],
  [["predict"], /too few arguments/],
  [["recognize", "five"], /--culture CULTURE is required/],
  [["recognize", "--culture", "xx", "five"], /there is no culture "xx"; there are en-us, en-gb/],
  [["recognize", "--culture", "en", "--model", "NumberModel,Foo", "five"], /there is no model "Foo"/],
  [["recognize", "--culture", "en", "--model", "", "five"], /there is no model ""/],
  [["recognize", "--culture", "en", "--reference", "2026-02-30", "five"], /--reference takes a date and time/],
  [["recognize", "--culture", "en", "five", "six"], /unexpected argument "six"/],
  [["deployments", "deploy", "p", "d"], /too few arguments/],
  [["resources", "create"], /too few arguments/],
  [["tokens", "create"], /--role is missing/],
  [["tokens", "create", "--role", "Boss"], /--role takes Reader\|Writer\|Owner\|Admin/],
  [["tokens", "create", "--role", "Reader", "--days", "0"], /--days takes/],
  [["keys", "local", "--regenerate", "key3"], /--regenerate takes key1\|key2/],
];
for (const [args, message] of wrong) {
  test(`usage error: ${args.join(" ")}`, () => {
    const r = dragoman(args);
    assert.equal(r.status, 2);
    assert.match(r.stderr, message);
    assert.equal(r.stderr.split("\n").length, 2, "one line");
    assert.equal(r.stdout, "");
  });
}

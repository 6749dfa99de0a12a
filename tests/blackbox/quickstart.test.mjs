// ./quickstart from nothing, and again on what it left.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { build, dragomanOk, root, temporaryDirectory } from "../support.mjs";

function quickstart(...args) {
  return spawnSync(join(root, "quickstart"), args, { cwd: root, encoding: "utf8", timeout: 240_000, input: "" });
}

test("./quickstart sets up, answers, and is harmless to repeat", (t) => {
  let data;
  t.after(() => quickstart("--stop", "--data", data)); // before the directory goes
  data = join(temporaryDirectory(t), "data");
  const args = ["--data", data, "--build-dir", build, "--port", "0"];

  const first = quickstart(...args);
  assert.equal(first.status, 0, first.stdout + first.stderr);
  assert.match(first.stdout, /^==> server: started on http:\/\/127\.0\.0\.1:\d+$/m);
  assert.match(first.stdout, /^==> deployment production: done$/m);
  assert.match(first.stdout, /^topIntent +iot_hue_lightoff$/m);
  assert.match(first.stdout, /^key1 +\S{32,}$/m);

  const second = quickstart(...args);
  assert.equal(second.status, 0, second.stdout + second.stderr);
  assert.match(second.stdout, /^==> server: already running on http/m);
  assert.match(second.stdout, /^==> project home: already deployed$/m);
  assert.match(second.stdout, /^topIntent +iot_hue_lightoff$/m);

  const url = /^endpoint +(\S+)$/m.exec(second.stdout)[1];
  assert.match(dragomanOk(["deployments", "list", "home", "--url", url, "--data", data]), /^production +m1-/m);

  const stop = quickstart("--stop", "--data", data);
  assert.equal(stop.status, 0, stop.stdout + stop.stderr);
  assert.match(stop.stdout, /server: stopped/);
  assert.match(quickstart("--stop", "--data", data).stdout, /none is running/);

  const third = quickstart(...args);
  assert.equal(third.status, 0, third.stdout + third.stderr);
  assert.match(third.stdout, /server: started/);
  assert.match(third.stdout, /project home: already deployed/);
});

test("./quickstart says what it does not understand", () => {
  const r = quickstart("--nonsense");
  assert.equal(r.status, 2);
  assert.match(r.stderr, /Usage:/);
});

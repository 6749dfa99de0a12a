// killable.mjs -- servers that are killed at a chosen durable step (kill_at_sync.c).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root, startServer } from "../support.mjs";

/** arm: the file to write "before 3" or "after 3" into, once the server of startKillable runs. */
export function killable(dir, data) {
  const shim = join(dir, "kill_at_sync.so");
  const arm = join(dir, "arm");
  const built = spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", shim, join(root, "tests/blackbox/kill_at_sync.c"), "-ldl"],
    { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  const startKillable = async () => {
    Object.assign(process.env, { LD_PRELOAD: shim, KILL_ARM: arm });
    try {
      return await startServer(data);
    } finally {
      delete process.env.LD_PRELOAD;
      delete process.env.KILL_ARM;
    }
  };
  return { arm, startKillable };
}

// regions.mjs -- servers with more than one resource, for the tests of deployments.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { dragomanOk, startServer } from "../support.mjs";

export const resourceId = (name) =>
  `/subscriptions/s1/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/${name}`;

const insert = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for name, region, rid in zip(sys.argv[2::3], sys.argv[3::3], sys.argv[4::3]):
    db.execute("INSERT INTO resources(name, region, azure_resource_id, custom_domain, key1_generation,"
               " key2_generation, created_us) VALUES(?, ?, ?, ?, 1, 1, 2000000000000000)", (name, region, rid, name))
db.commit()
`;

/** A server whose store has these resources beside "local": { name: region }. The first server makes the
 * store; its resources are put there while none runs. */
export async function startWithResources(data, resources, args = []) {
  await (await startServer(data)).stop();
  const rows = Object.entries(resources).flatMap(([name, region]) => [name, region, resourceId(name)]);
  const r = spawnSync("python3", ["-c", insert, join(data, "dragoman.db"), ...rows], { encoding: "utf8" });
  if (r.status !== 0) throw new Error(r.stderr);
  return startServer(data, args);
}

/** The same server, asked with a key of another of its resources. */
export function as(server, name) {
  const { key1 } = JSON.parse(dragomanOk(["keys", "--data", server.data, name, "--json"]));
  return { ...server, key: key1 };
}

// own.mjs -- Dragoman's own operations, below /dragoman/projects.
import { call, jobEnd } from "../support.mjs";

const below = (server, path) => (path.startsWith("http") ? path : `${server.url}/dragoman/projects${path}`);

/** One call: { status, headers, body }. */
export const own = (server, method, path, body) => call(server, method, below(server, path), body);

/** A call that starts a job, to its end: the last state. */
export async function ownJob(server, method, path, body) {
  const r = await own(server, method, path, body);
  if (r.status !== 202) throw new Error(`${method} ${path}: ${r.status} ${JSON.stringify(r.body)}`);
  return jobEnd(server, r.headers.get("operation-location"));
}

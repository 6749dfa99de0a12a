// luis.mjs -- what the tests of LUIS authoring share: the official clients, raw calls, a small app.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { ApiKeyCredentials } = require("@azure/ms-rest-js");

export const v3 = "/luis/authoring/v3.0-preview";
export const v2 = "/luis/api/v2.0";

/** The official client of an API version, unchanged. */
export function client(server, version = 3) {
  const { LUISAuthoringClient } = require(`luis-authoring-v${version}`);
  const credentials = new ApiKeyCredentials({ inHeader: { "Ocp-Apim-Subscription-Key": server.key } });
  return new LUISAuthoringClient(credentials, server.url, { noRetryPolicy: true });
}

/** One raw call below a base: { status, statusText, headers, body, text }. A body that is text goes as it is. */
export async function luis(server, method, path, body, { base = v3, type = "application/json", headers = {} } = {}) {
  const r = await fetch(server.url + base + path, {
    method,
    headers: {
      "Ocp-Apim-Subscription-Key": server.key, ...(body === undefined ? {} : { "Content-Type": type }), ...headers,
    },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  });
  const bytes = Buffer.from(await r.arrayBuffer());
  const text = bytes.toString();
  const json = (r.headers.get("content-type") ?? "").startsWith("application/json");
  return { status: r.status, statusText: r.statusText, headers: r.headers, text, bytes, body: json ? JSON.parse(text) : undefined };
}

/** An app with something of every kind that .lu and JSON both can say. */
export function shopApp(name = "Shop") {
  const ml = (entity, startPos, endPos, children) => ({ entity, startPos, endPos, ...(children && { children }) });
  return {
    luis_schema_version: "7.0.0", versionId: "0.1", name, desc: "sells lamps", culture: "en-us", tokenizerVersion: "1.0.0",
    intents: [
      { name: "Buy", features: [{ modelName: "Thing", isRequired: false }, { featureName: "Wanting", isRequired: false }] },
      { name: "Greet", features: [] },
      { name: "None", features: [] },
    ],
    entities: [{
      name: "Thing", roles: ["first", "second"], features: [],
      children: [{ name: "Size", children: [], features: [{ modelName: "SizeList", isRequired: true }] }],
    }],
    hierarchicals: [], composites: [],
    closedLists: [{ name: "SizeList", roles: [], subLists: [{ canonicalForm: "Large", list: ["big", "huge"] }] }],
    prebuiltEntities: [{ name: "number", roles: ["count"] }],
    patternAnyEntities: [{ name: "Title", roles: [], explicitList: [] }],
    regex_entities: [{ name: "OrderNo", regexPattern: "ord[0-9]{4}", roles: [] }],
    phraselists: [{ name: "Wanting", mode: true, words: "want,need,would like", activated: true, enabledForAllModels: false }],
    patterns: [{ pattern: "where is {Title}[?]", intent: "Buy" }],
    utterances: [
      { text: "buy a big lamp", intent: "Buy", entities: [ml("Thing", 6, 13, [ml("Size", 6, 8)])] },
      { text: "i want a huge chair", intent: "Buy", entities: [ml("Thing", 9, 18, [ml("Size", 9, 12)])] },
      { text: "buy two tables now", intent: "Buy", entities: [] },
      { text: "i would like to buy that", intent: "Buy", entities: [] },
      { text: "hello there", intent: "Greet", entities: [] },
      { text: "good morning to you", intent: "Greet", entities: [] },
      { text: "hello my dear friend", intent: "Greet", entities: [] },
      { text: "hi", intent: "Greet", entities: [] },
    ],
    settings: [{ name: "NormalizePunctuation", value: "true" }],
  };
}

/** A version that the V2 API can say: without children and features. */
export function flatApp(name = "Flat") {
  const app = shopApp(name);
  app.intents.forEach((i) => (i.features = []));
  app.entities = [{ name: "Thing", roles: [], children: [], features: [] }];
  app.utterances.forEach((u) => u.entities.forEach((e) => delete e.children));
  return app;
}

export async function importApp(server, app = shopApp()) {
  const r = await luis(server, "POST", `/apps/import?appName=${encodeURIComponent(app.name)}`, app);
  if (r.status !== 201) throw new Error(`import: ${r.status} ${r.text}`);
  return r.body;
}

export const underWay = (rows) => rows.some((r) => ["Queued", "InProgress"].includes(r.details.status));

/** Starts a training and waits for its end; answers the rows. */
export async function train(server, app, version = "0.1") {
  const r = await luis(server, "POST", `/apps/${app}/versions/${version}/train`, "{}");
  if (r.status !== 202) throw new Error(`train: ${r.status} ${r.text}`);
  return trained(server, app, version);
}

export async function trained(server, app, version = "0.1") {
  for (;;) {
    const { body } = await luis(server, "GET", `/apps/${app}/versions/${version}/train`);
    if (!underWay(body)) return body;
    await new Promise((done) => setTimeout(done, 30));
  }
}

export const publish = (server, app, body) => luis(server, "POST", `/apps/${app}/publish`, body);

/** The prediction of a slot ("slots/production") or a version ("versions/0.1"). */
export const predict = (server, app, where, query) =>
  luis(server, "POST", `/apps/${app}/${where}/predict`, { query }, { base: "/luis/prediction/v3.0" });

// luis.mjs -- what the LUIS tests share: a small app with an entity of every kind, and the way from it to answers.
const authoring = "/luis/authoring/v3.0-preview";

/** { status, headers, body } with the body parsed when it is JSON. key: another than the server's; null: none. */
export async function luisCall(server, method, path, body, { key = server.key, headers = {}, raw = false } = {}) {
  const h = { ...headers };
  if (key !== null) h["Ocp-Apim-Subscription-Key"] = key;
  if (body !== undefined && !h["Content-Type"]) h["Content-Type"] = "application/json";
  const r = await fetch(path.startsWith("http") ? path : server.url + path,
    { method, headers: h, body: body === undefined || raw ? body : JSON.stringify(body) });
  const text = await r.text();
  let parsed = text;
  try {
    parsed = text === "" ? undefined : JSON.parse(text);
  } catch { /* not JSON: the text */ }
  return { status: r.status, headers: r.headers, body: parsed };
}

/** An authoring call that must succeed; answers the body. */
export async function author(server, method, path, body) {
  const r = await luisCall(server, method, authoring + path, body);
  if (r.status >= 300) throw new Error(`${method} ${path}: ${r.status} ${JSON.stringify(r.body)}`);
  return r.body;
}

/** Trains the version to its end. */
export async function trainLuis(server, app, version = "0.1") {
  await author(server, "POST", `/apps/${app}/versions/${version}/train`);
  for (const giveUp = Date.now() + 120_000; ;) {
    const models = await author(server, "GET", `/apps/${app}/versions/${version}/train`);
    const states = models.map((m) => m.details.status);
    if (states.includes("Fail")) throw new Error(JSON.stringify(models));
    if (states.every((s) => s === "Success" || s === "UpToDate")) return;
    if (Date.now() > giveUp) throw new Error(`the training does not end: ${states}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Imports, trains and publishes; answers the app's id. */
export async function liveLuisApp(server, app, { isStaging = false, directVersionPublish = false } = {}) {
  const id = await author(server, "POST", "/apps/import", app);
  await trainLuis(server, id, app.versionId);
  await author(server, "POST", `/apps/${id}/publish`, { versionId: app.versionId, isStaging, directVersionPublish });
  return id;
}

const rooms = ["kitchen", "bedroom", "living room", "garage", "hall", "bathroom"];
const cities = ["Rome", "Paris", "Oslo", "Berlin", "Cairo", "Madrid"];
const meals = [["large", "pizza"], ["small", "pizza"], ["medium", "burger"], ["large", "salad"], ["small", "soup"], ["medium", "pizza"]];

const label = (text, entity, part, more = {}) => {
  const startPos = text.indexOf(part);
  return { entity, startPos, endPos: startPos + part.length - 1, ...more };
};
const utterance = (text, intent, ...labels) =>
  ({ text, intent, entities: labels.map(([entity, part, more]) => label(text, entity, part, more)) });

const mealUtterance = (before, [size, dish], after) => {
  const span = `2 ${size} ${dish}s`;
  const text = `${before}${span}${after}`;
  return utterance(text, "OrderFood", ["Order", span,
    { children: [label(text, "Count", "2"), label(text, "Size", size), label(text, "Dish", `${dish}s`)] }]);
};

/** Six intents; entities learned, nested, hierarchical, composite, list, pattern.any, regex and prebuilt. */
export function homeApp(name = "Home") {
  const entity = (entityName, children = []) => ({ name: entityName, children, roles: [], features: [] });
  const child = (childName, feature) => ({ name: childName, instanceOf: null, children: [],
    features: feature ? [{ modelName: feature, isRequired: true }] : [] });
  const list = (listName, subLists, roles = []) => ({ name: listName, subLists, roles });
  return {
    luis_schema_version: "7.0.0", versionId: "0.1", name, desc: "", culture: "en-us", tokenizerVersion: "1.0.0",
    intents: ["TurnOn", "BookFlight", "OrderFood", "FindBook", "Remind", "Move", "None"].map((n) => ({ name: n, features: [] })),
    entities: [entity("Room"), entity("Order", [child("Count", "number"), child("Size", "SizeList"), child("Dish")])],
    hierarchicals: [{ name: "Place", children: ["Origin", "Target"], roles: [], features: [] }],
    composites: [{ name: "Trip", children: ["number", "City"], roles: [], features: [] }],
    closedLists: [
      list("City", cities.map((c) => ({ canonicalForm: c, list: c === "Rome" ? ["roma", "the eternal city"] : [] })), ["from", "to"]),
      list("SizeList", [{ canonicalForm: "Large", list: ["large", "big"] }, { canonicalForm: "Medium", list: ["medium"] },
        { canonicalForm: "Small", list: ["small"] }]),
      list("Project", []), list("Contact", [])],
    prebuiltEntities: ["number", "datetimeV2", "currency"].map((n) => ({ name: n, roles: [] })),
    patternAnyEntities: [{ name: "Title", roles: [], explicitList: [] }],
    regex_entities: [{ name: "Kb", regexPattern: "kb[0-9]{4,6}", roles: [] }],
    phraselists: [{ name: "rooms", mode: true, words: "kitchen,bedroom,garage,zwitscherraum", activated: true, enabledForAllModels: true }],
    regex_features: [], settings: [],
    patterns: [{ pattern: "find [the] book {Title}", intent: "FindBook" }, { pattern: "who wrote {Title}", intent: "FindBook" }],
    utterances: [
      ...rooms.flatMap((r) => [`turn on the ${r} lights`, `switch on the lamp in the ${r}`, `please light up the ${r}`,
        `lights on in the ${r} please`].map((text) => utterance(text, "TurnOn", ["Room", r]))),
      ...cities.flatMap((c, i) => {
        const d = cities[(i + 1) % cities.length];
        return [
          utterance(`book a flight from ${c} to ${d}`, "BookFlight", ["City", c, { role: "from" }], ["City", d, { role: "to" }]),
          utterance(`i want to fly from ${c} to ${d} tomorrow`, "BookFlight", ["City", c, { role: "from" }], ["City", d, { role: "to" }]),
          utterance(`get me 2 seats to ${c}`, "BookFlight", ["Trip", `2 seats to ${c}`]),
          utterance(`i need 3 seats to ${c} please`, "BookFlight", ["Trip", `3 seats to ${c}`])];
      }),
      ...meals.flatMap((m) => [mealUtterance("order ", m, ""), mealUtterance("i would like to eat ", m, " now"),
        mealUtterance("can i have ", m, " delivered")]),
      ...["shelf", "table", "chair", "sofa", "desk"].flatMap((x, i, all) => {
        const y = all[(i + 1) % all.length];
        return [utterance(`move the box off the ${x} onto the ${y}`, "Move", ["Place::Origin", x], ["Place::Target", y]),
          utterance(`put it off the ${x} onto the ${y} carefully`, "Move", ["Place::Origin", x], ["Place::Target", y])];
      }),
      ...["remind dana of the meeting", "remind me to call home", "set a reminder for the party", "remind us of it"]
        .map((t) => utterance(t, "Remind")),
      ...["hello there", "how are you", "what is your name", "tell me a joke", "good morning to you", "nice weather"]
        .map((t) => utterance(t, "None"))],
  };
}

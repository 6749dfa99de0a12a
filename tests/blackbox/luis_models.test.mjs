// Models, features, examples and patterns of LUIS versions: the official clients of both generations through every
// operation, and plain requests where the wire itself matters. Source: reference luis-authoring §5 to §8, §15.
import assert from "node:assert/strict";
import test from "node:test";
import { ApiKeyCredentials } from "@azure/ms-rest-js";
import { LUISAuthoringClient as ClientV2 } from "luis-authoring-v2";
import { LUISAuthoringClient as ClientV3 } from "luis-authoring-v3";
import { dragomanOk, fileServer } from "../support.mjs";

const server = fileServer();

const groups = ["model", "features", "examples", "pattern"];
const called = { v2: new Set(), v3: new Set() };

/** A group of operations of a client that remembers which were called. */
function watched(client, group, generation) {
  return new Proxy(client[group], {
    get(target, name) {
      const f = target[name];
      if (typeof f !== "function") return f;
      return (...args) => {
        called[generation].add(`${group}.${name}`);
        return f.apply(target, args);
      };
    },
  });
}

function clientOf(generation) {
  const Client = generation === "v2" ? ClientV2 : ClientV3;
  const credentials = new ApiKeyCredentials({ inHeader: { "Ocp-Apim-Subscription-Key": server.key } });
  const client = new Client(credentials, server.url, { noRetryPolicy: true });
  return Object.fromEntries(groups.map((g) => [g, watched(client, g, generation)]));
}

const prefix = { v2: "/luis/api/v2.0", v3: "/luis/authoring/v3.0-preview" };

async function http(method, path, body, { generation = "v3", key = server.key } = {}) {
  const r = await fetch(server.url + prefix[generation] + path, {
    method,
    headers: { "Ocp-Apim-Subscription-Key": key, "Content-Type": "application/json" },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await r.text();
  return { status: r.status, body: text === "" ? undefined : JSON.parse(text) };
}

let apps = 0;

/** A new app: {id, at} with the path of its version 0.1. */
async function newApp(app) {
  const name = `App ${++apps}`;
  const r = app
    ? await http("POST", `/apps/import?appName=${encodeURIComponent(name)}`, app)
    : await http("POST", "/apps/", { name, culture: "en-us", initialVersionId: "0.1" });
  assert.equal(r.status, 201, JSON.stringify(r.body));
  return { id: r.body, at: `/apps/${r.body}/versions/0.1` };
}

async function ok(method, path, body, status = 200, options) {
  const r = await http(method, path, body, options);
  assert.equal(r.status, status, `${method} ${path}: ${JSON.stringify(r.body)}`);
  return r.body;
}

async function refused(method, path, body, why, options) {
  const r = await http(method, path, body, options);
  assert.equal(r.status, 400, `${method} ${path}: ${JSON.stringify(r.body)}`);
  assert.equal(r.body.error.code, "BadArgument");
  assert.match(r.body.error.message, why);
}

const exported = (app) => ok("GET", `${app.at}/export`);
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const success = { code: "Success", message: "Operation Successful" };
const plain = (o) => JSON.parse(JSON.stringify(o));
const done = (r) => assert.deepEqual({ code: r.code, message: r.message }, success);
/** What a client reads of a bare id: the value itself, as a text or a number. */
const value = (r) => r.body ?? r;

/* ---- both generations: what they share ---- */

/** Create, list, get, change and delete the roles of an entity by the eight families of operations. */
async function roles(m, app, id, words) {
  const role = value(await m[words.create](app.id, "0.1", id, { name: `role${++apps}` }));
  assert.match(role, guid);
  done(await m[words.update](app.id, "0.1", id, role, { name: `role${++apps}` }));
  assert.equal((await m[words.get](app.id, "0.1", id, role)).name, `role${apps}`);
  assert.deepEqual(plain(await m[words.list](app.id, "0.1", id)), [{ id: role, name: `role${apps}` }]);
  done(await m[words.remove](app.id, "0.1", id, role));
  assert.deepEqual(plain(await m[words.list](app.id, "0.1", id)), []);
}
const roleWords = (kind, { get = kind, remove = kind } = {}) => ({
  create: `create${kind}EntityRole`, list: `list${kind}EntityRoles`, get: `get${get}EntityRole`,
  update: `update${kind}EntityRole`, remove: `delete${remove}EntityRole`,
});

const domainApp = {
  luis_schema_version: "7.0.0", versionId: "0.1", name: "d", culture: "en-us",
  intents: [{ name: "None" }, { name: "Web.Search", inherits: { domain_name: "Web", model_name: "Search" } }],
  entities: [{ name: "Web.Text", inherits: { domain_name: "Web", model_name: "Text" } }],
  hierarchicals: [{ name: "Place", children: [{ name: "From" }, { name: "To" }] }],
  composites: [{ name: "Trip", children: [{ name: "Place" }] }],
  regex_features: [{ name: "Old", pattern: "x+", activated: true }],
};

for (const generation of ["v2", "v3"]) {
  test(`${generation}: intents`, async () => {
    const { model } = clientOf(generation);
    const app = await newApp();
    const id = value(await model.addIntent(app.id, "0.1", { name: "Order" }));
    assert.match(id, guid);
    done(await model.updateIntent(app.id, "0.1", id, { name: "Buy" }));
    const got = await model.getIntent(app.id, "0.1", id);
    assert.deepEqual([got.id, got.name, got.typeId, got.readableType], [id, "Buy", 0, "Intent Classifier"]);
    assert.deepEqual((await model.listIntents(app.id, "0.1")).map((i) => i.name), ["None", "Buy"]);
    assert.deepEqual((await model.listIntents(app.id, "0.1", { skip: 1, take: 1 })).map((i) => i.name), ["Buy"]);
    assert.deepEqual((await model.listModels(app.id, "0.1")).map((i) => i.name), ["None", "Buy"]);
    done(await model.deleteIntent(app.id, "0.1", id, { deleteUtterances: true }));
    assert.deepEqual((await model.listIntents(app.id, "0.1")).map((i) => i.name), ["None"]);
  });

  test(`${generation}: machine-learned entities`, async () => {
    const { model } = clientOf(generation);
    const app = await newApp();
    const id = value(await model.addEntity(app.id, "0.1", { name: "Name" }));
    if (generation === "v2") done(await model.updateEntity(app.id, "0.1", id, { name: "Person" }));
    else done(await model.updateEntityChild(app.id, "0.1", id, { name: "Person" }));
    const got = await model.getEntity(app.id, "0.1", id);
    assert.deepEqual([got.name, got.typeId, got.readableType], ["Person", 1, "Entity Extractor"]);
    assert.deepEqual((await model.listEntities(app.id, "0.1")).map((e) => e.name), ["Person"]);
    await roles(model, app, id, roleWords(""));
    done(await model.deleteEntity(app.id, "0.1", id));
    assert.deepEqual(plain(await model.listEntities(app.id, "0.1")), []);
  });

  test(`${generation}: hierarchical and composite entities`, async () => {
    const { model } = clientOf(generation);
    const app = await newApp(domainApp);
    const [place] = await model.listHierarchicalEntities(app.id, "0.1");
    assert.deepEqual([place.typeId, place.readableType], [3, "Hierarchical Entity Extractor"]);
    const [from, to] = place.children;
    const child = await model.getHierarchicalEntityChild(app.id, "0.1", place.id, to.id);
    assert.deepEqual([child.id, child.name, child.typeId], [to.id, "To", 6]);
    done(await model.updateHierarchicalEntityChild(app.id, "0.1", place.id, to.id, { name: "Into" }));
    done(await model.deleteHierarchicalEntityChild(app.id, "0.1", place.id, from.id));
    const update = generation === "v2" ? { name: "Spot", children: ["Into", "Via"] } : { name: "Spot" };
    done(await model.updateHierarchicalEntity(app.id, "0.1", place.id, update));
    const spot = await model.getHierarchicalEntity(app.id, "0.1", place.id);
    assert.equal(spot.name, "Spot");
    assert.equal(spot.children[0].id, to.id);
    await roles(model, app, place.id, roleWords("Hierarchical"));

    const [trip] = await model.listCompositeEntities(app.id, "0.1");
    assert.deepEqual(trip.children.map((c) => [c.id, c.name]), [[place.id, "Spot"]]);
    const text = (await model.listEntities(app.id, "0.1"))[0];
    const part = value(await model.addCompositeEntityChild(app.id, "0.1", trip.id, { name: "Web.Text" }));
    assert.equal(part, text.id);
    done(await model.deleteCompositeEntityChild(app.id, "0.1", trip.id, part));
    done(await model.updateCompositeEntity(app.id, "0.1", trip.id, { name: "Tour", children: ["Web.Text"] }));
    const tour = await model.getCompositeEntity(app.id, "0.1", trip.id);
    assert.deepEqual([tour.name, tour.typeId, tour.children.map((c) => c.name)], ["Tour", 4, ["Web.Text"]]);
    await roles(model, app, trip.id, roleWords("Composite"));
    done(await model.deleteCompositeEntity(app.id, "0.1", trip.id));
    done(await model.deleteHierarchicalEntity(app.id, "0.1", place.id));
    assert.deepEqual(plain(await model.listHierarchicalEntities(app.id, "0.1")), []);
  });

  test(`${generation}: closed lists`, async () => {
    const { model } = clientOf(generation);
    const app = await newApp();
    const id = value(await model.addClosedList(app.id, "0.1",
      { name: "Size", subLists: [{ canonicalForm: "Large", list: ["big", "huge"] }] }));
    const sub = value(await model.addSubList(app.id, "0.1", id, { canonicalForm: "Small", list: ["tiny"] }));
    assert.equal(typeof sub, "number");
    done(await model.updateSubList(app.id, "0.1", id, sub, { canonicalForm: "Little", list: [] }));
    done(await model.patchClosedList(app.id, "0.1", id, { subLists: [{ canonicalForm: "Medium", list: ["mid"] }] }));
    const got = await model.getClosedList(app.id, "0.1", id);
    assert.deepEqual([got.typeId, got.readableType], [5, "Closed List Entity Extractor"]);
    assert.deepEqual(got.subLists.map((s) => [s.canonicalForm, s.list]),
      [["Large", ["big", "huge"]], ["Little", []], ["Medium", ["mid"]]]);
    assert.equal(got.subLists[1].id, sub);
    done(await model.deleteSubList(app.id, "0.1", id, sub));
    done(await model.updateClosedList(app.id, "0.1", id, { name: "Sizes", subLists: [{ canonicalForm: "XL", list: [] }] }));
    const [listed] = await model.listClosedLists(app.id, "0.1");
    assert.deepEqual([listed.name, listed.subLists.map((s) => s.canonicalForm)], ["Sizes", ["XL"]]);
    await roles(model, app, id, roleWords("ClosedList"));
    done(await model.deleteClosedList(app.id, "0.1", id));
  });

  test(`${generation}: prebuilts`, async () => {
    const { model } = clientOf(generation);
    const app = await newApp();
    const available = await model.listPrebuiltEntities(app.id, "0.1");
    assert.ok(available.some((p) => p.name === "datetimeV2" && p.description && p.examples));
    const made = await model.addPrebuilt(app.id, "0.1", ["number", "datetimeV2"]);
    assert.deepEqual(made.map((p) => [p.name, p.typeId, p.readableType]),
      [["number", 2, "Prebuilt Entity Extractor"], ["datetimeV2", 2, "Prebuilt Entity Extractor"]]);
    assert.equal((await model.getPrebuilt(app.id, "0.1", made[0].id)).name, "number");
    await roles(model, app, made[0].id, roleWords("Prebuilt"));
    done(await model.deletePrebuilt(app.id, "0.1", made[0].id));
    assert.deepEqual((await model.listPrebuilts(app.id, "0.1")).map((p) => p.name), ["datetimeV2"]);
  });

  test(`${generation}: regular expressions`, async () => {
    const { model } = clientOf(generation);
    const app = await newApp();
    const id = value(await model.createRegexEntityModel(app.id, "0.1", { name: "Code", regexPattern: "[a-z]{4}" }));
    done(await model.updateRegexEntityModel(app.id, "0.1", id, { name: "Key", regexPattern: "[0-9]+" }));
    const got = await model.getRegexEntityEntityInfo(app.id, "0.1", id);
    assert.deepEqual([got.name, got.regexPattern, got.typeId], ["Key", "[0-9]+", 8]);
    assert.equal((await model.listRegexEntityInfos(app.id, "0.1"))[0].id, id);
    await roles(model, app, id, roleWords("Regex"));
    done(await model.deleteRegexEntityModel(app.id, "0.1", id));
  });

  test(`${generation}: pattern.any entities and their explicit lists`, async () => {
    const { model } = clientOf(generation);
    const app = await newApp();
    const id = value(await model.createPatternAnyEntityModel(app.id, "0.1", { name: "Title", explicitList: ["the man"] }));
    const item = value(await model.addExplicitListItem(app.id, "0.1", id, { explicitListItem: "it" }));
    assert.equal(typeof item, "number");
    done(await model.updateExplicitListItem(app.id, "0.1", id, item, { explicitListItem: "her" }));
    assert.deepEqual(plain(await model.getExplicitListItem(app.id, "0.1", id, item)), { id: item, explicitListItem: "her" });
    assert.deepEqual((await model.getExplicitList(app.id, "0.1", id)).map((x) => x.explicitListItem), ["the man", "her"]);
    done(await model.deleteExplicitListItem(app.id, "0.1", id, item));
    done(await model.updatePatternAnyEntityModel(app.id, "0.1", id, { name: "Book", explicitList: ["one", "two"] }));
    const got = await model.getPatternAnyEntityInfo(app.id, "0.1", id);
    assert.deepEqual([got.name, got.typeId, got.explicitList.length], ["Book", 7, 2]);
    assert.equal((await model.listPatternAnyEntityInfos(app.id, "0.1")).length, 1);
    await roles(model, app, id, roleWords("PatternAny"));
    done(await model.deletePatternAnyEntityModel(app.id, "0.1", id));
  });

  test(`${generation}: models of prebuilt domains are those that an import brought`, async () => {
    const { model } = clientOf(generation);
    const app = await newApp(domainApp);
    const noDomain = (e) => e.statusCode === 400 && /no models of the prebuilt domain/.test(e.message);
    await assert.rejects(model.addCustomPrebuiltDomain(app.id, "0.1", { domainName: "Places" }), noDomain);
    await assert.rejects(model.addCustomPrebuiltIntent(app.id, "0.1", { domainName: "Places", modelName: "x" }), noDomain);
    await assert.rejects(model.addCustomPrebuiltEntity(app.id, "0.1", { domainName: "Places", modelName: "x" }), noDomain);
    const [search] = await model.listCustomPrebuiltIntents(app.id, "0.1");
    assert.deepEqual([search.name, search.customPrebuiltDomainName, search.customPrebuiltModelName],
      ["Web.Search", "Web", "Search"]);
    const [text] = await model.listCustomPrebuiltEntities(app.id, "0.1");
    assert.equal(text.name, "Web.Text");
    assert.deepEqual((await model.listCustomPrebuiltModels(app.id, "0.1")).map((m) => m.name), ["Web.Search", "Web.Text"]);
    await roles(model, app, text.id, {
      ...roleWords("CustomPrebuilt"), get: "getCustomEntityRole", remove: "deleteCustomEntityRole",
    });
    done(await model.deleteCustomPrebuiltDomain(app.id, "0.1", "Web"));
    assert.deepEqual(plain(await model.listCustomPrebuiltModels(app.id, "0.1")), []);
  });

  test(`${generation}: phrase lists`, async () => {
    const { features } = clientOf(generation);
    const app = await newApp(domainApp);
    const id = value(await features.addPhraseList(app.id, "0.1", { name: "Wish", phrases: "want,need", isExchangeable: true }));
    assert.equal(typeof id, "number");
    done(await features.updatePhraseList(app.id, "0.1", id,
      { phraselistUpdateObject: { name: "Wishes", phrases: "want", isActive: false, isExchangeable: false } }));
    const got = await features.getPhraseList(app.id, "0.1", id);
    assert.deepEqual([got.id, got.name, got.phrases, got.isActive, got.isExchangeable], [id, "Wishes", "want", false, false]);
    assert.equal((await features.listPhraseLists(app.id, "0.1")).length, 1);
    const all = await features.list(app.id, "0.1");
    assert.deepEqual([all.phraselistFeatures.length, all.patternFeatures.map((f) => f.name)], [1, ["Old"]]);
    if (generation === "v2") {
      const [old] = await features.listApplicationVersionPatternFeatures(app.id, "0.1");
      assert.deepEqual([old.name, old.pattern, old.isActive], ["Old", "x+", true]);
    }
    done(await features.deletePhraseList(app.id, "0.1", id));
  });

  test(`${generation}: patterns`, async () => {
    const { model, pattern } = clientOf(generation);
    const app = await newApp();
    const find = value(await model.addIntent(app.id, "0.1", { name: "Find" }));
    await model.createPatternAnyEntityModel(app.id, "0.1", { name: "Title", explicitList: [] });
    const one = await pattern.addPattern(app.id, "0.1", { pattern: "where is {Title}[?]", intent: "Find" });
    assert.match(one.id, guid);
    const [two] = await pattern.batchAddPatterns(app.id, "0.1", [{ pattern: "get {Title}", intent: "None" }]);
    assert.deepEqual((await pattern.listPatterns(app.id, "0.1")).map((p) => p.pattern), ["where is {Title}[?]", "get {Title}"]);
    const changed = await pattern.updatePattern(app.id, "0.1", two.id, { id: two.id, pattern: "bring {Title}", intent: "Find" });
    assert.deepEqual(plain(changed), { id: two.id, pattern: "bring {Title}", intent: "Find" });
    const [again] = await pattern.updatePatterns(app.id, "0.1", [{ id: one.id, pattern: "seek {Title}", intent: "Find" }]);
    assert.equal(again.pattern, "seek {Title}");
    assert.equal((await pattern.listIntentPatterns(app.id, "0.1", find)).length, 2);
    done(await pattern.deletePattern(app.id, "0.1", one.id));
    done(await pattern.deletePatterns(app.id, "0.1", [two.id]));
    assert.deepEqual(plain(await pattern.listPatterns(app.id, "0.1")), []);
  });

  test(`${generation}: examples`, async () => {
    const { model, examples } = clientOf(generation);
    const app = await newApp();
    const order = value(await model.addIntent(app.id, "0.1", { name: "Order" }));
    const dish = value(await model.addEntity(app.id, "0.1", { name: "Dish" }));
    await model.createEntityRole(app.id, "0.1", dish, { name: "wanted" });
    const one = await examples.add(app.id, "0.1", {
      text: "What's the Soup?", intentName: "Order",
      entityLabels: [{ entityName: "Dish", startCharIndex: 11, endCharIndex: 14, ...(generation === "v3" && { role: "wanted" }) }],
    });
    assert.equal(one.utteranceText, "what's the soup?");
    const rows = await examples.batch(app.id, "0.1", [
      { text: "Bring Soup", intentName: "Order", entityLabels: [{ entityName: "Dish", startCharIndex: 6, endCharIndex: 9 }] },
      { text: "hello", intentName: "None", entityLabels: [] },
    ]);
    assert.deepEqual(rows.map((r) => r.hasError), [false, false]);
    const [first] = await examples.list(app.id, "0.1");
    assert.equal(first.id, one.exampleId);
    assert.deepEqual(first.tokenizedText, ["what", "'", "s", "the", "soup", "?"]);
    assert.deepEqual([first.intentLabel, first.intentPredictions, first.entityPredictions], ["Order", [], []]);
    const [label] = first.entityLabels;
    assert.deepEqual([label.entityName, label.startTokenIndex, label.endTokenIndex], ["Dish", 4, 4]);
    assert.deepEqual((await model.examplesMethod(app.id, "0.1", order)).map((x) => x.text), ["what's the soup?", "bring soup"]);
    assert.equal((await model.examplesMethod(app.id, "0.1", dish, { skip: 1 })).length, 1);
    assert.deepEqual(plain(await model.listIntentSuggestions(app.id, "0.1", order)), []);
    assert.deepEqual(plain(await model.listEntitySuggestions(app.id, "0.1", dish)), []);
    done(await examples.deleteMethod(app.id, "0.1", one.exampleId));
    assert.equal((await examples.list(app.id, "0.1")).length, 2);
  });
}

/* ---- what one generation alone has ---- */

test("v2: hierarchical and composite entities are made", async () => {
  const { model } = clientOf("v2");
  const app = await newApp();
  const place = value(await model.addHierarchicalEntity(app.id, "0.1", { name: "Place", children: ["From", "To"] }));
  const child = value(await model.addHierarchicalEntityChild(app.id, "0.1", place, { name: "Via" }));
  assert.match(child, guid);
  const trip = value(await model.addCompositeEntity(app.id, "0.1", { name: "Trip", children: ["Place::Via"] }));
  const got = await model.getCompositeEntity(app.id, "0.1", trip);
  assert.deepEqual(got.children.map((c) => [c.id, c.name]), [[child, "Place::Via"]]);
});

test("v3: children of entities, and features", async () => {
  const { model, features } = clientOf("v3");
  const app = await newApp();
  await model.addPrebuilt(app.id, "0.1", ["number"]);
  const intent = value(await model.addIntent(app.id, "0.1", { name: "Order" }));
  const order = value(await model.addEntity(app.id, "0.1", {
    name: "Pizza", children: [{ name: "Size", instanceOf: "number", children: [{ name: "Unit" }] }],
  }));
  const topping = value(await model.addEntityChild(app.id, "0.1", order, { name: "Topping" }));
  done(await model.updateEntityChild(app.id, "0.1", topping, { name: "Extra" }));
  const got = await model.getEntity(app.id, "0.1", order);
  assert.deepEqual(got.children.map((c) => [c.name, c.instanceOf, c.readableType, c.children.length]),
    [["Size", "number", "Child Entity Extractor", 1], ["Extra", null, "Child Entity Extractor", 0]]);
  assert.equal((await model.getEntity(app.id, "0.1", topping)).name, "Extra");

  await features.addPhraseList(app.id, "0.1", { name: "Words", phrases: "ham,cheese", enabledForAllModels: false });
  done(await features.addIntentFeature(app.id, "0.1", intent, { modelName: "number", isRequired: true }));
  done(await features.addEntityFeature(app.id, "0.1", topping, { featureName: "Words" }));
  assert.deepEqual(plain(await model.getIntentFeatures(app.id, "0.1", intent)), [{ modelName: "number", isRequired: true }]);
  assert.deepEqual(plain(await model.getEntityFeatures(app.id, "0.1", topping)), [{ featureName: "Words", isRequired: false }]);
  done(await model.replaceIntentFeatures(app.id, "0.1", intent, [{ featureName: "Words" }, { modelName: "Pizza" }]));
  done(await model.deleteIntentFeature(app.id, "0.1", intent, { featureName: "Words" }));
  assert.deepEqual((await model.getIntentFeatures(app.id, "0.1", intent)).map((f) => f.modelName), ["Pizza"]);
  done(await model.replaceEntityFeatures(app.id, "0.1", topping, [{ modelName: "number", isRequired: true }]));
  done(await model.deleteEntityFeature(app.id, "0.1", topping, { modelName: "number", isRequired: true }));
  assert.deepEqual(plain(await model.getEntityFeatures(app.id, "0.1", topping)), []);
  done(await model.deleteEntity(app.id, "0.1", topping));
  assert.deepEqual((await model.getEntity(app.id, "0.1", order)).children.map((c) => c.name), ["Size"]);
});

test("every operation of both clients was called", () => {
  for (const [generation, Client] of [["v2", ClientV2], ["v3", ClientV3]]) {
    const client = new Client(new ApiKeyCredentials({ inHeader: {} }), server.url);
    for (const group of groups)
      for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(client[group])))
        if (name !== "constructor") assert.ok(called[generation].has(`${group}.${name}`), `${generation} ${group}.${name}`);
  }
});

/* ---- the wire ---- */

test("status codes and bare ids", async () => {
  const app = await newApp();
  for (const generation of ["v2", "v3"]) {
    const id = await ok("POST", `${app.at}/intents`, { name: `I${generation}` }, 201, { generation });
    assert.match(id, guid);
    assert.deepEqual(await ok("PUT", `${app.at}/intents/${id.toUpperCase()}`, { name: `J${generation}` }, 200, { generation }), success);
  }
  assert.equal(typeof (await ok("POST", `${app.at}/phraselists`, { name: "P", phrases: "a" }, 201)), "number");
  const features = await ok("GET", `${app.at}/phraselists`);
  assert.deepEqual(Object.keys(features[0]).sort(),
    ["enabledForAllModels", "id", "isActive", "isExchangeable", "name", "phrases"]);
  assert.equal((await ok("GET", `${app.at}/intents?verbose=true&take=1]`)).length, 1);
  assert.deepEqual(await ok("GET", `${app.at}/intents?skip=50`), []);
});

test("a batch of examples: rows fail alone", async () => {
  const app = await newApp();
  const rows = await ok("POST", `${app.at}/examples`, [
    { text: "Fine", intentName: "None", entityLabels: [] },
    { text: "Bad", intentName: "Nobody", entityLabels: [] },
    { text: "FINE", intentName: "None", entityLabels: [] },
    { intentName: "None" },
  ], 207);
  assert.equal(rows[0].value.UtteranceText, "fine");
  assert.equal(rows[0].value.ExampleId, rows[2].value.ExampleId);
  assert.deepEqual(rows.map((r) => r.hasError), [false, true, false, true]);
  assert.deepEqual(rows[1].error.code, "FAILED");
  assert.match(rows[1].error.message, /^bad\. Error: .*Nobody/);
  assert.equal((await ok("GET", `${app.at}/examples`)).length, 1);
  await ok("POST", `${app.at}/examples`, [], 201);
  await refused("POST", `${app.at}/examples`, Array(101).fill({ text: "x", intentName: "None" }), /100/);
  await refused("POST", `${app.at}/examples`, {}, /array/);
});

test("labels of children, flat and nested", async () => {
  const app = await newApp();
  const order = await ok("POST", `${app.at}/entities`, { name: "Order", children: [{ name: "Size" }] }, 201);
  const text = "\u{1F355} a Big one";
  const flat = [{ entityName: "Size", startCharIndex: 5, endCharIndex: 7 }, { entityName: "Order", startCharIndex: 3, endCharIndex: 11 }];
  await ok("POST", `${app.at}/example`, { text, intentName: "None", entityLabels: flat }, 201);
  const [nested] = await ok("GET", `${app.at}/examples?enableNestedChildren=true`);
  assert.equal(nested.text, text.toLowerCase());
  assert.deepEqual(nested.entityLabels, [{
    entityName: "Order", startTokenIndex: 1, endTokenIndex: 3,
    children: [{ entityName: "Size", startTokenIndex: 2, endTokenIndex: 2, children: [] }],
  }]);
  const [again] = await ok("GET", `${app.at}/examples`);
  assert.deepEqual(again.entityLabels.map((l) => l.entityName), ["Order", "Size"]);
  const tree = [{ entityName: "Order", startCharIndex: 3, endCharIndex: 7, children: [{ entityName: "Size", startCharIndex: 5, endCharIndex: 7 }] }];
  await ok("POST", `${app.at}/example?enableNestedChildren=true`, { text, intentName: "None", entityLabels: tree }, 201);
  const app2 = await exported(app);
  assert.equal(app2.utterances.length, 1);
  assert.deepEqual(app2.utterances[0].entities, [{ entity: "Order", startPos: 3, endPos: 7, children: [{ entity: "Size", startPos: 5, endPos: 7 }] }]);
  await ok("DELETE", `${app.at}/entities/${order}`);
  assert.deepEqual((await exported(app)).utterances[0].entities, []);
});

test("an intent's utterances go to None, or away", async () => {
  const app = await newApp();
  for (const [flag, left] of [["", ["some words"]], ["?deleteUtterances=true", []]]) {
    const id = await ok("POST", `${app.at}/intents`, { name: "Go" }, 201);
    await ok("POST", `${app.at}/example`, { text: "some words", intentName: "Go" }, 201);
    await ok("DELETE", `${app.at}/intents/${id}${flag}`);
    const { utterances } = await exported(app);
    assert.deepEqual(utterances.map((u) => u.text), left);
    assert.ok(utterances.every((u) => u.intent === "None"));
  }
});

test("what is refused, and says why", async () => {
  const app = await newApp();
  const at = app.at;
  const none = (await ok("GET", `${at}/intents`))[0].id;
  const nobody = "00000000-0000-0000-0000-000000000000";
  await refused("POST", `${at}/intents`, { name: "None" }, /already exists/);
  await refused("POST", `${at}/intents`, { name: "a:b" }, /':'/);
  await refused("POST", `${at}/intents`, { name: "x".repeat(51) }, /50 characters/);
  await refused("POST", `${at}/intents`, {}, /name/);
  await refused("POST", `${at}/intents`, "{", /line 1/);
  await refused("POST", `${at}/intents`, "", /body/);
  await refused("POST", `${at}/intents`, "[]", /object/);
  await refused("DELETE", `${at}/intents/${none}`, undefined, /None/);
  await refused("PUT", `${at}/intents/${nobody}`, { name: "A" }, /specified ID/);
  await refused("GET", `${at}/entities/${nobody}`, undefined, /specified ID/);
  await refused("GET", `${at}/phraselists/abc`, undefined, /specified ID/);
  await refused("GET", `/apps/${app.id}/versions/9.9/intents`, undefined, /version/i);
  await refused("GET", `/apps/${nobody}/versions/0.1/intents`, undefined, /application/i);
  await refused("GET", `${at}/intents?take=501`, undefined, /take/);
  await refused("GET", `${at}/intents?skip=x`, undefined, /skip/);
  await refused("POST", `${at}/prebuilts`, ["number", "weather"], /weather/);
  assert.deepEqual(await ok("GET", `${at}/prebuilts`), []); // all or nothing
  await refused("POST", `${at}/prebuilts`, { name: "number" }, /array/);
  await refused("POST", `${at}/regexentities`, { name: "R" }, /regexPattern/);
  await refused("POST", `${at}/regexentities`, { name: "R", regexPattern: "(" }, /regular expression/);
  await refused("POST", `${at}/closedlists`, { name: "L", subLists: [{ list: [] }] }, /canonicalForm/);
  await refused("POST", `${at}/entities`, { name: "E", children: [{ name: "a" }, { name: "a" }] }, /twice/);
  const nested = (levels) => (levels ? { name: `c${levels}`, children: [nested(levels - 1)] } : { name: "leaf" });
  await refused("POST", `${at}/entities`, nested(6), /5 levels/);
  await refused("POST", `${at}/entities`, nested(600), /5 levels/);
  await refused("POST", `${at}/entities`, nested(2000), /depth/);
  await refused("POST", `${at}/patternrule`, { pattern: "[[[[x]]]]", intent: "None" }, /nested/);
  await refused("POST", `${at}/patternrule`, { pattern: "{Nobody}", intent: "None" }, /Nobody/);
  await refused("POST", `${at}/example`, { text: "x".repeat(501), intentName: "None" }, /500/);
  await refused("DELETE", `${at}/patternrules`, [nobody], /specified ID/);
  await refused("DELETE", `${at}/examples/77`, undefined, /specified ID/);
  const e = await ok("POST", `${at}/entities`, { name: "E" }, 201);
  await refused("POST", `${at}/entities/${e}/features`, { modelName: "E" }, /rests on itself/);
  await refused("POST", `${at}/entities/${e}/features`, { modelName: "E", featureName: "F" }, /one of/);
  await ok("POST", `${at}/entities`, { name: "F" }, 201);
  await refused("POST", `${at}/entities/${e}/features`, { modelName: "F", isRequired: true }, /cannot be required/);
  const role = await ok("POST", `${at}/entities/${e}/roles`, { name: "r" }, 201);
  await refused("POST", `${at}/entities/${e}/roles`, { name: "r" }, /already exists/);
  await refused("PUT", `${at}/closedlists/${e}/roles/${role}`, { name: "s" }, /specified ID/);
  const before = await exported(app);
  await refused("POST", `${at}/patternrules`, [{ pattern: "fine", intent: "None" }, { pattern: "[", intent: "None" }], /closed/);
  assert.deepEqual(await exported(app), before);
});

test("limits", async () => {
  const app = await newApp();
  const subLists = Array.from({ length: 20000 }, (_, i) => ({ canonicalForm: `row ${i}`, list: [`word ${i}`] }));
  const id = await ok("POST", `${app.at}/closedlists`, { name: "Long", subLists }, 201);
  await refused("POST", `${app.at}/closedlists/${id}/sublists`, { canonicalForm: "x", list: ["y"] }, /20000/);
  for (let i = 0; i < 20; i++)
    await ok("POST", `${app.at}/regexentities`, { name: `R${i}`, regexPattern: "x" }, 201);
  await refused("POST", `${app.at}/regexentities`, { name: "R20", regexPattern: "x" }, /limit of 20/);
});

test("keys and unknown paths", async () => {
  const app = await newApp();
  const r = await http("GET", `${app.at}/intents`, undefined, { key: "wrong" });
  assert.equal(r.status, 401);
  assert.equal(r.body.error.code, "401");
  assert.ok(r.body.error.message);
  const unknown = await http("GET", `${app.at}/nothing`);
  assert.equal(unknown.status, 404);
  assert.equal(unknown.body.error.code, "NotFound");
});

test("a Writer's token edits a version, and so deletes what stands in it; a Reader's does not", async () => {
  const app = await newApp();
  const intent = await ok("POST", `${app.at}/intents`, { name: "A" }, 201);
  const ask = async (role, method, path) => {
    const made = JSON.parse(dragomanOk(["tokens", "create", "--role", role, "--resource", "local", "--data", server.data, "--json"]));
    const r = await fetch(server.url + prefix.v3 + path, { method, headers: { Authorization: `Bearer ${made.token}` } });
    return r.status;
  };
  assert.equal(await ask("Reader", "GET", `${app.at}/intents`), 200);
  assert.equal(await ask("Reader", "DELETE", `${app.at}/intents/${intent}`), 403);
  assert.equal(await ask("Writer", "DELETE", `${app.at}/intents/${intent}`), 200);
  assert.equal(await ask("Writer", "DELETE", `/apps/${app.id}`), 403);
});

/* ---- with a trained model ---- */

const pause = (ms) => new Promise((next) => setTimeout(next, ms));

async function train(app) {
  await ok("POST", `${app.at}/train`, {}, 202);
  for (const giveUp = Date.now() + 120_000; ;) {
    const rows = await ok("GET", `${app.at}/train`);
    if (rows.every((row) => row.details.statusId !== 9 && row.details.statusId !== 3)) {
      assert.ok(rows.every((row) => row.details.statusId === 0 || row.details.statusId === 2), JSON.stringify(rows));
      return;
    }
    assert.ok(Date.now() < giveUp, "training does not end");
    await pause(100);
  }
}

const verbs = ["turn on", "switch on", "put on", "light up"];
const things = ["the lamp", "a light", "the kitchen lamp", "the light in the hall"];
const lamps = {
  luis_schema_version: "7.0.0", versionId: "0.1", name: "l", culture: "en-us",
  intents: [{ name: "None" }, { name: "On" }, { name: "Weather" }],
  entities: [{ name: "Thing", roles: [], children: [], features: [] }],
  utterances: [
    ...verbs.flatMap((v) => things.map((x) => ({
      text: `${v} ${x}`, intent: "On", entities: [{ entity: "Thing", startPos: v.length + 1, endPos: v.length + x.length }],
    }))),
    ...["will it rain", "how warm is it", "is it going to snow", "what is the weather like", "weather for today",
      "do i need an umbrella", "how cold will it be", "sunny or cloudy"].map((text) => ({ text, intent: "Weather", entities: [] })),
    ...["tell me a joke", "who are you", "book a table", "what time is it"].map((text) => ({ text, intent: "None", entities: [] })),
  ],
};

test("after training: predictions of examples", async () => {
  const { examples } = clientOf("v3");
  const app = await newApp(lamps);
  await train(app);
  const listed = await examples.list(app.id, "0.1", { take: 3 });
  assert.equal(listed[0].intentPredictions[0].name, "On");
  assert.equal(listed[0].intentPredictions.length, 3);
  assert.ok(listed[0].intentPredictions[0].score > 0.5);
  assert.equal(listed[0].entityPredictions[0].entityName, "Thing");
  assert.equal(listed[0].entityPredictions[0].phrase, "the lamp");
  assert.deepEqual([listed[0].entityPredictions[0].startTokenIndex, listed[0].entityPredictions[0].endTokenIndex], [2, 3]);
});

test("suggestions come from what was asked", async () => {
  const { model } = clientOf("v3");
  const app = await newApp(lamps);
  await train(app);
  await ok("POST", `/apps/${app.id}/publish`, { versionId: "0.1", isStaging: false }, 201);
  const asked = ["Please turn on the Lamp", "turn on the lamp", "please turn on the lamp", "light up a light now"];
  for (const query of asked) {
    const url = `${server.url}/luis/prediction/v3.0/apps/${app.id}/slots/production/predict?log=true&query=${encodeURIComponent(query)}`;
    const r = await fetch(url, { headers: { "Ocp-Apim-Subscription-Key": server.key } });
    assert.equal(r.status, 200, await r.text());
  }
  const on = (await model.listIntents(app.id, "0.1")).find((i) => i.name === "On").id;
  const thing = (await model.listEntities(app.id, "0.1"))[0].id;
  let suggested = [];
  for (const giveUp = Date.now() + 20_000; suggested.length < 2 && Date.now() < giveUp; await pause(100))
    suggested = await model.listIntentSuggestions(app.id, "0.1", on);
  // Examples are no news, and a text counts once.
  assert.deepEqual(suggested.map((s) => s.text.toLowerCase()).sort(), ["light up a light now", "please turn on the lamp"]);
  assert.ok(suggested.every((s) => s.intentPredictions.slice(0, 2).some((p) => p.name === "On")));
  assert.ok(suggested.every((s) => s.tokenizedText.length === 5));
  assert.equal((await model.listIntentSuggestions(app.id, "0.1", on, { take: 1 })).length, 1);
  const found = await model.listEntitySuggestions(app.id, "0.1", thing);
  assert.ok(found.length > 0);
  assert.ok(found.every((s) => s.entityPredictions.some((p) => p.entityName === "Thing")));

  // What is labelled is gone from the suggestions, and so is what is removed.
  await ok("POST", `${app.at}/example`, { text: "please turn on the lamp", intentName: "On" }, 201);
  await ok("DELETE", `${app.at}/suggest`, JSON.stringify("light up a light now"));
  assert.deepEqual(await ok("GET", `${app.at}/intents/${on}/suggest`), []);
});

// LUIS predictions over HTTP and by the official clients. Reference luis-runtime.md, its checklist in §9.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { author, homeApp, liveLuisApp, luisCall, trainLuis } from "../luis.mjs";
import { fileServer } from "../support.mjs";
import { own, ownJob } from "./own.mjs";

const require = createRequire(import.meta.url);
const { ApiKeyCredentials } = require("@azure/ms-rest-js");
const v2 = require("luis-runtime-v2");
const v3 = require("luis-runtime-v3");

let app;
const noSuchApp = "00000000-0000-4000-8000-000000000000";

const server = fileServer(async () => {
  app = await liveLuisApp(server, homeApp());
});

const slot = (name = "production", id = app) => `/luis/prediction/v3.0/apps/${id}/slots/${name}/predict`;
const version = (v) => `/luis/prediction/v3.0/apps/${app}/versions/${v}/predict`;
const v2Path = () => `/luis/v2.0/apps/${app}`;
const query = (text) => `query=${encodeURIComponent(text)}`;

/** The prediction of V3. */
async function predict(text, { params = "verbose=true", body = {}, path = slot(), headers } = {}) {
  const r = await luisCall(server, "POST", `${path}?${params}`, { query: text, ...body }, { headers });
  assert.equal(r.status, 200, JSON.stringify(r.body));
  assert.equal(r.body.query, text);
  return r.body.prediction;
}

async function resolve(text, params = "") {
  const r = await luisCall(server, "GET", `${v2Path()}?q=${encodeURIComponent(text)}&${params}`);
  assert.equal(r.status, 200, JSON.stringify(r.body));
  return r.body;
}

/** Scores are whatever the model says; everything else is compared. */
const withoutScores = (x) => JSON.parse(JSON.stringify(x, (k, v) => (k === "score" ? undefined : v)));

test("V3: the whole answer, member by member in their order", async () => {
  const text = "turn on the Kitchen lights";
  const r = await luisCall(server, "POST", `${slot()}?verbose=true&show-all-intents=true`, { query: text });
  assert.equal(r.headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(JSON.stringify(withoutScores(r.body)), JSON.stringify({
    query: text,
    prediction: {
      topIntent: "TurnOn",
      intents: Object.fromEntries(Object.keys(r.body.prediction.intents).map((k) => [k, {}])),
      entities: {
        Room: ["Kitchen"],
        $instance: { Room: [{ type: "Room", text: "Kitchen", startIndex: 12, length: 7, modelTypeId: 1,
          modelType: "Entity Extractor", recognitionSources: ["model"] }] },
      },
    },
  }));
  const scores = Object.values(r.body.prediction.intents).map((i) => i.score);
  assert.equal(scores.length, 7);
  assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
  assert.ok(scores[0] > 0.9 && r.body.prediction.entities.$instance.Room[0].score > 0.5);
});

test("V3: GET and POST answer the same; verbose and show-all-intents", async () => {
  const text = "please light up the Garage";
  for (const params of ["", "verbose=true", "verbose=TRUE&show-all-intents=True", "show-all-intents=true&verbose=false"]) {
    const got = await luisCall(server, "GET", `${slot()}?${query(text)}&${params}`);
    const posted = await luisCall(server, "POST", `${slot()}?${params}`, { query: text });
    assert.equal(got.status, 200);
    assert.deepEqual(got.body, posted.body);
    assert.equal(JSON.stringify(got.body).includes("$instance"), /verbose=true/i.test(params));
    assert.equal(Object.keys(got.body.prediction.intents).length, /intents=true/i.test(params) ? 7 : 1);
  }
  assert.deepEqual((await predict("hello there")).entities, {});
});

test("V2: the whole answer, member by member in their order", async () => {
  const body = await resolve("turn on the Living Room lights", "verbose=true");
  assert.equal(JSON.stringify(withoutScores(body)), JSON.stringify({
    query: "turn on the Living Room lights",
    topScoringIntent: { intent: "TurnOn" },
    intents: body.intents.map(({ intent }) => ({ intent })),
    entities: [{ entity: "living room", type: "Room", startIndex: 12, endIndex: 22 }],
  }));
  assert.deepEqual(body.intents.map((i) => i.intent).sort(),
    ["BookFlight", "FindBook", "Move", "None", "OrderFood", "Remind", "TurnOn"]);
  assert.equal("intents" in await resolve("hello there"), false);
});

test("V2: GET, POST of a JSON text and POST of bare text are one", async () => {
  const text = "lights on in the hall, please é";
  const want = await resolve(text);
  for (const q of ["lights+on+in+the+hall%2C+please+%C3%A9", "lights%20on%20in%20the%20hall,%20please%20%c3%a9"])
    assert.deepEqual((await luisCall(server, "GET", `${v2Path()}?q=${q}`)).body, want);
  for (const [type, body] of [["application/json", JSON.stringify(text)], ["application/json; charset=utf-8", ` ${JSON.stringify(text)}\n`],
    ["application/json", text], ["text/plain", text]]) {
    const r = await luisCall(server, "POST", v2Path(), body, { raw: true, headers: { "Content-Type": type } });
    assert.deepEqual(r.body, want, `${type} ${body}`);
  }
});

test("roles are keys, list entities are arrays of arrays, the reference time counts", async () => {
  const p = await predict("i want to fly from the eternal city to oslo tomorrow",
    { body: { options: { datetimeReference: "2024-05-02T23:30:00Z" } } });
  assert.deepEqual(p.entities.from, [["Rome"]]);
  assert.deepEqual(p.entities.to, [["Oslo"]]);
  assert.deepEqual(p.entities.datetimeV2,
    [{ type: "date", values: [{ timex: "2024-05-03", resolution: [{ value: "2024-05-03" }] }] }]);
  assert.deepEqual(withoutScores(p.entities.$instance.from), [{ role: "from", type: "City", text: "the eternal city", startIndex: 19,
    length: 16, modelTypeId: 5, modelType: "List Entity Extractor", recognitionSources: ["model"] }]);
  assert.equal(p.entities.$instance.datetimeV2[0].type, "builtin.datetimeV2.date");
  const rows = (await resolve("i want to fly from rome to oslo tomorrow")).entities;
  assert.deepEqual(rows.slice(0, 2), [
    { entity: "rome", type: "City", startIndex: 19, endIndex: 22, resolution: { values: ["Rome"] }, role: "from" },
    { entity: "oslo", type: "City", startIndex: 27, endIndex: 30, resolution: { values: ["Oslo"] }, role: "to" }]);
  assert.equal(rows[2].resolution.values[0].type, "date");
});

test("a composite nests in V3 and stands beside its parts in V2", async () => {
  const { entities } = await predict("get me 2 seats to Oslo");
  assert.deepEqual(Object.keys(entities), ["Trip", "$instance"]);
  const [{ $instance, ...trip }] = entities.Trip;
  assert.deepEqual(trip, { number: [2], City: [["Oslo"]] });
  assert.equal($instance.number[0].type, "builtin.number");
  assert.equal(entities.$instance.Trip[0].modelTypeId, 4);
  const body = await resolve("get me 2 seats to Oslo");
  assert.deepEqual(body.compositeEntities, [{ parentType: "Trip", value: "2 seats to oslo",
    children: [{ type: "builtin.number", value: "2" }, { type: "City", value: "oslo" }] }]);
  const row = body.entities.find((e) => e.type === "Trip");
  assert.equal(row.entity, body.compositeEntities[0].value);
  assert.deepEqual(body.entities.map((e) => e.type), ["Trip", "builtin.number", "City"]);
});

test("a nested entity: its parts have the values of their required features", async () => {
  const { entities } = await predict("order 2 big pizzas");
  const [{ $instance, ...order }] = entities.Order;
  assert.deepEqual(order, { Count: [2], Size: [["Large"]], Dish: ["pizzas"] });
  assert.deepEqual([$instance.Count[0].type, $instance.Size[0].type, $instance.Dish[0].type], ["builtin.number", "SizeList", "Dish"]);
  for (const part of Object.values($instance)) assert.equal(part[0].modelTypeId, 1);
  const { entities: rows } = await resolve("order 2 big pizzas");
  assert.equal(rows.find((e) => e.type === "Order").entity, "2 big pizzas");
  assert.equal(rows.some((e) => e.type === "Dish"), false);
});

test("patterns, regular expressions, money, hierarchical entities", async () => {
  const book = await predict("find the book War and Peace");
  assert.equal(book.topIntent, "FindBook");
  assert.ok(book.intents.FindBook.score > 0.99);
  assert.deepEqual(book.entities.Title, ["War and Peace"]);
  assert.equal("score" in book.entities.$instance.Title[0], false);
  assert.equal((await resolve("find the book War and Peace")).entities[0].role, "");
  const { entities } = await predict("does KB12345 cost $10.50");
  assert.deepEqual(entities.Kb, ["KB12345"]);
  assert.deepEqual(entities.money, [{ number: 10.5, unit: "Dollar" }]);
  assert.equal(entities.$instance.money[0].type, "builtin.currency");
  const moved = await predict("move the box off the shelf onto the desk");
  assert.deepEqual([moved.entities.Origin, moved.entities.Target], [["shelf"], ["desk"]]);
  const types = (await resolve("move the box off the shelf onto the desk")).entities.map((e) => e.type);
  assert.deepEqual(types, ["Place::Origin", "Place::Target"]);
});

test("places are UTF-16 code units", async () => {
  const text = "😀 turn on the kitchen lights";
  const [at] = (await predict(text)).entities.$instance.Room;
  assert.deepEqual([at.startIndex, at.length], [15, 7]);
  assert.equal(text.slice(at.startIndex, at.startIndex + at.length), "kitchen");
  const [row] = (await resolve(text)).entities;
  assert.deepEqual([row.startIndex, row.endIndex], [15, 21]);
});

test("external entities, by themselves and against the model", async () => {
  const external = (more) => ({ externalEntities: [{ entityName: "Contact", startIndex: 7, entityLength: 4, ...more }] });
  const p = await predict("remind dana tomorrow", { body: external({ resolution: { id: 17 }, score: 0.9 }) });
  assert.deepEqual(p.entities.Contact, [{ id: 17 }]);
  assert.deepEqual(p.entities.$instance.Contact, [{ type: "Contact", text: "dana", startIndex: 7, length: 4, score: 0.9,
    modelTypeId: 5, modelType: "List Entity Extractor", recognitionSources: ["externalEntities"] }]);
  assert.deepEqual((await predict("remind dana tomorrow", { body: external({}) })).entities.Contact, ["dana"]);
  const room = { externalEntities: [{ entityName: "Room", startIndex: 12, entityLength: 14, resolution: "K1" }] };
  for (const [preferExternalEntities, want] of [[true, "K1"], [false, "kitchen"]]) {
    const { entities } = await predict("turn on the kitchen lights", { body: { ...room, options: { preferExternalEntities } } });
    assert.deepEqual(entities.Room, [want]);
  }
  const far = { externalEntities: [{ entityName: "Room", startIndex: 0, entityLength: 4 }] };
  assert.deepEqual((await predict("turn on the kitchen lights", { body: far })).entities.Room, ["turn", "kitchen"]);
});

test("dynamic lists fill an empty list for one query", async () => {
  const dynamicLists = [{ listEntityName: "Project", requestLists: [{ name: "Team", canonicalForm: "Apollo", synonyms: ["moon thing"] },
    { canonicalForm: "Zeus" }] }];
  const { entities } = await predict("the moon thing and zeus", { body: { dynamicLists } });
  assert.deepEqual(entities.Project, [["Apollo"], ["Zeus"]]);
  assert.deepEqual(withoutScores(entities.$instance.Project[0]), { type: "Project", text: "moon thing", startIndex: 4, length: 10,
    modelTypeId: 5, modelType: "List Entity Extractor", recognitionSources: ["model"] });
  assert.deepEqual((await predict("the moon thing and zeus")).entities, {});
  const unknown = [{ listEntityName: "Nowhere", requestLists: [{ canonicalForm: "moon thing" }] }];
  assert.deepEqual((await predict("the moon thing and zeus", { body: { dynamicLists: unknown } })).entities, {});
});

test("timezoneOffset and datetimeReference move the clock", async () => {
  const today = async (offset) => (await resolve("today", `timezoneOffset=${offset}`)).entities[0].resolution.values[0].value;
  const day = (minutes) => new Date(Date.now() + minutes * 60000).toISOString().slice(0, 10);
  for (const offset of [-1440, 0, 1440]) {
    const before_ = day(offset), got = await today(offset);
    assert.ok([before_, day(offset)].includes(got), `${offset}: ${got}`);
  }
  const nonsense = await today("undefined");
  assert.ok([day(0), day(-1)].includes(nonsense));
  for (const reference of ["1440", 1440, "+1440"]) {
    const value = (await predict("today", { body: { options: { datetimeReference: reference } } })).entities.datetimeV2[0].values[0].resolution[0].value;
    assert.ok([day(1440), day(1439)].includes(value), `${reference}: ${value}`);
  }
  const got = await luisCall(server, "GET", `${slot()}?query=today&datetimeReference=2020-02-29T10:00:00Z`);
  assert.equal(got.body.prediction.entities.datetimeV2[0].values[0].resolution[0].value, "2020-02-29");
  const zoned = await predict("today", { body: { options: { datetimeReference: "2020-02-29T23:30:00-08:00" } } });
  assert.equal(zoned.entities.datetimeV2[0].values[0].resolution[0].value, "2020-02-29");
  await predict("today", { body: { options: { datetimeReference: "whenever" } } });
});

test("flags are taken as they come", async () => {
  for (const params of ["log=undefined", "log=", "log", "verbose=1", "", "verbose=&show-all-intents=&log=", "log=TRUE"]) {
    const r = await luisCall(server, "POST", `${slot()}?${params}`, { query: "hello there" });
    assert.equal(r.status, 200, params);
    assert.deepEqual(Object.keys(r.body.prediction.intents), ["None"]);
  }
});

test("keys: in the header, in the query, as a bearer token; none, a wrong one", async () => {
  const paths = [`${slot()}?query=hello`, `${v2Path()}?q=hello`];
  for (const path of paths) {
    const status = async (more, options) => (await luisCall(server, "GET", path + more, undefined, { key: null, ...options })).status;
    assert.equal(await status(`&subscription-key=${server.key}`), 200);
    assert.equal(await status("", { headers: { Authorization: `Bearer ${server.key}` } }), 200);
    assert.equal(await status("", { key: server.key, headers: { Authorization: "Bearer whatever" } }), 200);
    assert.equal(await status(""), 401);
    assert.equal(await status("&subscription-key=abc"), 401);
    assert.equal(await status(`&subscription-key=${server.key}`, { key: "wrong" }), 401);
    const r = await luisCall(server, "GET", path, undefined, { key: "0123456789abcdef0123456789abcdef" });
    assert.equal(r.body.error.code, "401");
    assert.equal(r.body.statusCode, 401);
    assert.match(r.body.message, /^Access denied due to invalid subscription key/);
    assert.equal(r.headers.get("www-authenticate"),
      `AzureApiManagementKey realm="${server.url}",name="Ocp-Apim-Subscription-Key",type="header"`);
  }
  /* The query is no place for the key of other contracts. */
  const clu = await fetch(`${server.url}/language/:analyze-conversations?api-version=2023-04-01&subscription-key=${server.key}`, { method: "POST" });
  assert.equal(clu.status, 401);
});

test("paths: aliases, a doubled slash, app ids in capitals, slots in any case", async () => {
  const want = (await luisCall(server, "GET", `${slot()}?query=hello`)).body;
  for (const path of [slot("PRODUCTION"), slot("Production", app.toUpperCase()), `/${slot()}`,
    `/luis/v3.0/apps/${app}/slots/production/predict`])
    assert.deepEqual((await luisCall(server, "GET", `${server.url}${path}?query=hello`)).body, want, path);
  const preview = (await luisCall(server, "POST", `/luis/v3.0-preview/apps/${app}/slots/production/predict`, { query: "Hello" })).body;
  assert.deepEqual(Object.keys(preview.prediction), ["normalizedQuery", "topIntent", "intents", "entities"]);
  assert.equal(preview.prediction.normalizedQuery, "hello");
  assert.equal((await luisCall(server, "GET", `${server.url}/${v2Path()}?q=hello&`)).status, 200);
});

test("slots and versions: only what is published answers", async () => {
  const missing = async (path, status, method = "GET") => {
    const r = await luisCall(server, method, path, method === "POST" ? { query: "hello" } : undefined);
    assert.equal(r.status, status, path);
    assert.equal(r.body.error.code, status === 404 ? "NotFound" : "BadArgument");
    assert.equal(r.body.statusCode, status);
    assert.ok(r.body.error.message && r.body.message);
  };
  await missing(`${slot("staging")}?query=hello`, 404);
  await missing(slot("staging"), 404, "POST");
  await missing(`${slot("test")}?query=hello`, 404);
  await missing(`${version("0.1")}?query=hello`, 404);
  await missing(`${version("production")}?query=hello`, 404);
  await missing(`${slot("production", noSuchApp)}?query=hello`, 404);
  await missing(`${slot("production", "Home")}?query=hello`, 404);
  await missing(`${v2Path()}?q=hello&staging=true`, 400);
  await missing(`/luis/v2.0/apps/${noSuchApp}?q=hello`, 400);
  await missing(`/luis/v2.0/nothing`, 404);
  await author(server, "POST", `/apps/${app}/publish`, { versionId: "0.1", directVersionPublish: true });
  assert.equal((await luisCall(server, "GET", `${version("0.1")}?query=hello`)).status, 200);
  assert.equal((await luisCall(server, "GET", `${v2Path()}/versions/0.1?q=hello`)).status, 200);
  await author(server, "POST", `/apps/${app}/publish`, { versionId: "0.1", isStaging: true });
  assert.equal((await luisCall(server, "GET", `${slot("staging")}?query=hello`)).status, 200);
  assert.equal((await luisCall(server, "GET", `${v2Path()}?q=hello&staging=True`)).status, 200);
  assert.equal((await luisCall(server, "PUT", slot(), {})).status, 405);
});

test("what is wrong with a query", async () => {
  const status = async (method, path, body, options) => {
    const r = await luisCall(server, method, path, body, options);
    assert.equal(r.body.error.code, "BadArgument", JSON.stringify(r.body));
    assert.equal(r.body.statusCode, r.status);
    return r.status;
  };
  const raw = { raw: true };
  assert.equal(await status("GET", slot()), 400);
  assert.equal(await status("GET", `${slot()}?query=`), 400);
  assert.equal(await status("POST", slot(), {}), 400);
  assert.equal(await status("POST", slot(), { query: "" }), 400);
  assert.equal(await status("POST", slot(), "[", raw), 400);
  assert.equal(await status("POST", slot(), "", raw), 400);
  assert.equal(await status("POST", slot(), { query: 7 }), 400);
  assert.equal(await status("GET", v2Path()), 400);
  assert.equal(await status("POST", v2Path(), '"', raw), 400);
  assert.equal(await status("POST", v2Path(), '""', raw), 400);
  assert.equal(await status("POST", v2Path(), new Uint8Array([0x61, 0xff]), raw), 400);
  const external = (x) => status("POST", slot(), { query: "abc", externalEntities: [x] });
  assert.equal(await external({ entityName: "Nowhere", startIndex: 0, entityLength: 1 }), 400);
  assert.equal(await external({ entityName: "Contact", startIndex: 0, entityLength: 4 }), 400);
  assert.equal(await external({ entityName: "Contact", startIndex: 0, entityLength: 0 }), 400);
  const list = (listEntityName) => ({ listEntityName, requestLists: [] });
  assert.equal(await status("POST", slot(), { query: "abc", dynamicLists: [list("A"), list("B"), list("C")] }), 400);
});

test("a query has at most 500 characters", async () => {
  const long = "é".repeat(500);
  assert.equal((await luisCall(server, "POST", slot(), { query: long })).status, 200);
  assert.equal((await luisCall(server, "POST", v2Path(), long)).status, 200);
  for (const n of [501, 10001]) {
    const text = "a".repeat(n);
    for (const r of [await luisCall(server, "POST", slot(), { query: text }), await luisCall(server, "GET", `${slot()}?query=${text}`),
      await luisCall(server, "POST", v2Path(), text), await luisCall(server, "GET", `${v2Path()}?q=${text}`)]) {
      assert.equal(r.status, 414);
      assert.equal(r.body.statusCode, 414);
    }
  }
});

test("spelling is corrected where that is asked for; words of the app are not", async () => {
  const text = "turn on the lihgts in the kichen";
  const corrected = await resolve(text, "spellCheck=true&bing-spell-check-subscription-key=abc");
  assert.deepEqual(Object.keys(corrected).slice(0, 2), ["query", "alteredQuery"]);
  assert.equal(corrected.alteredQuery, "turn on the lights in the kitchen");
  assert.deepEqual(withoutScores(corrected.entities), [{ entity: "kitchen", type: "Room", startIndex: 26, endIndex: 31 }]);
  assert.equal("alteredQuery" in await resolve(text), false);
  const p = await predict(text, { headers: { "mkt-bing-spell-check-key": "abc" } });
  assert.equal(Object.keys(p)[0], "alteredQuery");
  assert.deepEqual(p.entities.Room, ["kitchen"]);
  assert.equal(p.entities.$instance.Room[0].text, "kichen");
  for (const fine of ["turn on the kitchen lights", "lights on in the zwitscherraum", "a flight to Rome"])
    assert.equal("alteredQuery" in await resolve(fine, "spellCheck=true"), false, fine);
});

test("sentiment comes with a slot that was published so", async () => {
  const spanish = { ...homeApp("Casa"), culture: "es-es" };
  assert.equal("sentiment" in await predict("hello there"), false);
  const id = await author(server, "POST", "/apps/import", spanish);
  await trainLuis(server, id);
  for (const of of [id, app]) await author(server, "PUT", `/apps/${of}/publishsettings`, { sentimentAnalysis: true });
  for (const of of [id, app]) await author(server, "POST", `/apps/${of}/publish`, { versionId: "0.1", isStaging: true });
  const p = await predict("this is wonderful, thank you", { path: slot("staging"), params: "" });
  assert.equal(p.sentiment.label, "positive");
  assert.ok(p.sentiment.score > 0.65 && p.sentiment.score <= 1);
  assert.equal(Object.keys(p).at(-1), "sentiment");
  assert.equal((await predict("this is a terrible mess", { path: slot("staging") })).sentiment.label, "negative");
  assert.deepEqual((await predict("turn on the kitchen lights", { path: slot("staging") })).sentiment, { label: "neutral", score: 0.5 });
  assert.equal("sentiment" in await predict("hello there"), false);
  assert.deepEqual(Object.keys((await resolve("this is wonderful", "staging=true")).sentimentAnalysis), ["label", "score"]);
  const { body } = await luisCall(server, "GET", `/luis/v2.0/apps/${id}?staging=true&q=${encodeURIComponent("es maravilloso, gracias")}`);
  assert.deepEqual(Object.keys(body.sentimentAnalysis), ["score"]);
  assert.ok(body.sentimentAnalysis.score > 0.65);
});

test("a logged query is kept with its answer", async () => {
  const csv = async () => (await luisCall(server, "GET", `/luis/authoring/v3.0-preview/apps/${app}/querylogs`)).body;
  await predict("turn on the cellar lights", { params: "log=true" });
  await predict("turn on the secret lights", { params: "log=false" });
  await predict("turn on the quiet lights");
  await resolve("turn on the attic lights");
  await resolve("turn on the hidden lights", "log=false");
  let text = "";
  for (const giveUp = Date.now() + 10_000; !(text.includes("cellar") && text.includes("attic")) && Date.now() < giveUp;) text = String(await csv());
  assert.match(text, /turn on the cellar lights/);
  assert.match(text, /turn on the attic lights/);
  assert.doesNotMatch(text, /secret|quiet|hidden/);
});

test("the runtime client 5.0.0", async () => {
  const credentials = new ApiKeyCredentials({ inHeader: { "Ocp-Apim-Subscription-Key": server.key } });
  const client = new v3.LUISRuntimeClient(credentials, server.url, { noRetryPolicy: true });
  const request = { query: "i want to fly from rome to oslo tomorrow",
    options: { datetimeReference: new Date("2024-05-02T09:00:00Z"), preferExternalEntities: true },
    externalEntities: [{ entityName: "Contact", startIndex: 0, entityLength: 1, resolution: { id: 1 }, score: 0.5 }],
    dynamicLists: [{ listEntityName: "Project", requestLists: [{ name: "x", canonicalForm: "Fly", synonyms: ["fly"] }] }] };
  const r = await client.prediction.getSlotPrediction(app, "production", request, { verbose: true, showAllIntents: true, log: true });
  assert.equal(r.query, request.query);
  assert.equal(r.prediction.topIntent, "BookFlight");
  assert.equal(Object.keys(r.prediction.intents).length, 7);
  assert.ok(r.prediction.intents.BookFlight.score > 0.9);
  assert.deepEqual(r.prediction.entities.from, [["Rome"]]);
  assert.deepEqual(r.prediction.entities.Project, [["Fly"]]);
  assert.deepEqual(r.prediction.entities.Contact, [{ id: 1 }]);
  assert.equal(r.prediction.entities.datetimeV2[0].values[0].timex, "2024-05-03");
  const direct = await client.prediction.getVersionPrediction(app, "0.1", { query: "hello there" });
  assert.equal(direct.prediction.topIntent, "None");
  await assert.rejects(client.prediction.getSlotPrediction(noSuchApp, "production", { query: "x" }),
    (e) => e.statusCode === 404 && e.code === "NotFound");
});

test("the runtime client 2.0.0", async () => {
  const credentials = new ApiKeyCredentials({ inHeader: { "Ocp-Apim-Subscription-Key": server.key } });
  const client = new v2.LUISRuntimeClient(credentials, server.url, { noRetryPolicy: true });
  const r = await client.prediction.resolve(app, "get me 2 seats to Oslo",
    { verbose: true, timezoneOffset: 60, staging: false, spellCheck: false, log: false });
  assert.equal(r.topScoringIntent.intent, "BookFlight");
  assert.equal(r.intents.length, 7);
  assert.equal(r.compositeEntities[0].value, "2 seats to oslo");
  assert.deepEqual(r.entities.map((e) => e.type), ["Trip", "builtin.number", "City"]);
  await assert.rejects(client.prediction.resolve(noSuchApp, "x"), (e) => e.statusCode === 400);
});

test("a slot is a deployment: history, rollback, shadow, canary", async () => {
  const of = `/${app}/deployments/production`;
  const top = async () => (await predict("turn on the kitchen lights")).topIntent;
  const job = async (...args) => assert.equal((await ownJob(server, ...args)).status, "succeeded");
  await author(server, "POST", `/apps/${app}/versions/0.1/clone`, { version: "0.2" });
  const intents = await author(server, "GET", `/apps/${app}/versions/0.2/intents`);
  await author(server, "PUT", `/apps/${app}/versions/0.2/intents/${intents.find((x) => x.name === "TurnOn").id}`, { name: "LightsOn" });
  await trainLuis(server, app, "0.2");

  await job("PUT", `${of}/shadow`, { trainedModelLabel: "0.2" });
  for (let i = 0; i < 5; i++) await predict("turn on the kitchen lights");
  for (let i = 0; i < 5; i++) await predict("get me 2 seats to Oslo");
  let shadow;
  for (const giveUp = Date.now() + 30_000; shadow?.compared !== 10 && Date.now() < giveUp;)
    shadow = (await own(server, "GET", `${of}/shadow`)).body;
  assert.equal(shadow.compared, 10);
  assert.equal(shadow.intentDiffers, 5);
  assert.equal(shadow.entitiesDiffer, 0);
  await job("DELETE", `${of}/shadow`);

  await job("PUT", `${of}/canary`, { trainedModelLabel: "0.2", percent: 100 });
  assert.equal(await top(), "LightsOn");
  await job("DELETE", `${of}/canary`);
  assert.equal(await top(), "TurnOn");

  await author(server, "POST", `/apps/${app}/publish`, { versionId: "0.2", isStaging: false });
  assert.equal(await top(), "LightsOn");
  const { value } = (await own(server, "GET", `${of}/history`)).body;
  assert.ok(value.length >= 2, JSON.stringify(value));
  await job("POST", `${of}/:rollback`, {});
  assert.equal(await top(), "TurnOn");
});

// Prebuilt components over HTTP: resolutions, subtypes, composition with the other components,
// languages, the clock. Sources: reference prebuilt-entities.md §2 and clu-runtime.md §6.
import assert from "node:assert/strict";
import test from "node:test";
import { callJob, fileServer, smallProject } from "../support.mjs";

const prebuilts = (...names) => ({ prebuilts: names.map((category) => ({ category })) });
const learned = ["three", "seven", "twelve", "twenty", "four", "nine", "six", "thirty"];

/** Beside the drinks: an entity of each composition, over learned, list, regex and prebuilt. */
function project(name, multilingual) {
  const d = smallProject(name);
  d.metadata.multilingual = multilingual;
  const room = {
    list: { sublists: [{ listKey: "penthouse", synonyms: [{ language: "en-us", values: ["room 12"] }] }] },
    regex: { expressions: [{ regexKey: "digits", language: "en-us", regexPattern: "[0-9]+" }] },
    ...prebuilts("Quantity.Number"),
  };
  d.assets.entities.push(
    { category: "When", ...prebuilts("DateTime") },
    { category: "HowMuch", ...prebuilts("Quantity.Age", "Quantity.Currency", "Quantity.Dimension", "Quantity.Temperature") },
    { category: "Share", ...prebuilts("Quantity.Percentage", "Quantity.Ordinal", "Quantity.NumberRange") },
    { category: "Contact", ...prebuilts("Email", "URL", "Phone Number", "IPAddress") },
    { category: "Answer", ...prebuilts("Choice.Boolean") },
    { category: "Name", ...prebuilts("Person.Name", "General.Organization", "Geography.Location", "General.Event", "Geography.Address") },
    { category: "Combined", compositionSetting: "combineComponents", ...room },
    { category: "Separate", compositionSetting: "separateComponents", ...room },
    { category: "Exact", compositionSetting: "requireExactOverlap", ...room },
    { category: "Needs", compositionSetting: "combineComponents", requiredComponents: ["list", "regex", "prebuilts"], ...room },
    { category: "Guests", compositionSetting: "combineComponents", requiredComponents: ["learned"], ...prebuilts("Quantity.Number") },
  );
  d.assets.intents.push({ category: "Book" });
  for (const n of learned)
    for (const [start, end] of [["table for ", " at 8 pm"], ["a table for ", " please"], ["book a table for ", " people"]])
      d.assets.utterances.push({
        text: start + n + end, intent: "Book", dataset: "Train",
        entities: [{ category: "Guests", offset: start.length, length: n.length }],
      });
  return d;
}

process.env.TZ = "UTC"; // the server's, too
const server = fileServer(async () => {
  for (const [name, multilingual] of [["hotel", true], ["inn", false]]) {
    await callJob(server, "POST", `/${name}/:import`, project(name, multilingual));
    await callJob(server, "POST", `/${name}/:train`,
      { modelLabel: "m1", trainingMode: "standard", evaluationOptions: { kind: "manual" } });
    await callJob(server, "PUT", `/${name}/deployments/production`, { trainedModelLabel: "m1" });
  }
});

async function entities(text, { language, projectName = "hotel", unit = "Utf16CodeUnit", version = "2023-04-01" } = {}) {
  const r = await fetch(`${server.url}/language/:analyze-conversations?api-version=${version}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Ocp-Apim-Subscription-Key": server.key },
    body: JSON.stringify({
      kind: "Conversation",
      analysisInput: { conversationItem: { id: "1", participantId: "u1", text, ...(language ? { language } : {}) } },
      parameters: { projectName, deploymentName: "production", stringIndexType: unit },
    }),
  });
  const body = await r.json();
  assert.equal(r.status, 200, JSON.stringify(body));
  return body.result.prediction.entities;
}

const of = (list, category) => list.filter((e) => e.category === category);
const subtype = (value) => ({ extraInformationKind: "EntitySubtype", value });

test("an entity with its resolution has the shape of the original", async () => {
  for (const version of ["2022-05-01", "2023-04-01", "2025-11-01"])
    assert.deepEqual(of(await entities("I paid 30 Egyptian pounds", { version }), "HowMuch"), [{
      category: "HowMuch", text: "30 Egyptian pounds", offset: 7, length: 18, confidenceScore: 1,
      resolutions: [{ resolutionKind: "CurrencyResolution", ISO4217: "EGP", value: 30, unit: "Egyptian pound" }],
      extraInformation: [subtype("quantity.currency")],
    }]);
});

test("every kind of resolution", async () => {
  for (const [text, category, kind, resolution] of [
    ["he is 30 years old", "HowMuch", "quantity.age", { resolutionKind: "AgeResolution", value: 30, unit: "Year" }],
    ["88 miles per hour", "HowMuch", "quantity.dimension", { resolutionKind: "SpeedResolution", value: 88, unit: "MilesPerHour" }],
    ["ten miles away", "HowMuch", "quantity.dimension", { resolutionKind: "LengthResolution", value: 10, unit: "Mile" }],
    ["34 degrees celsius", "HowMuch", "quantity.temperature", { resolutionKind: "TemperatureResolution", value: 34, unit: "Celsius" }],
    ["30% off", "Share", "quantity.percentage", { resolutionKind: "NumberResolution", numberKind: "Percent", value: 30 }],
    ["the third", "Share", "quantity.ordinal", { resolutionKind: "OrdinalResolution", offset: "3", relativeTo: "Start", value: "3" }],
    ["between 3 and 5", "Share", "quantity.numberrange", { resolutionKind: "NumericRangeResolution", rangeKind: "Number", minimum: 3, maximum: 5 }],
    ["yes", "Answer", "choice.boolean", { resolutionKind: "BooleanResolution", value: true }],
    ["on March 3rd 2026", "When", "datetime.date", { resolutionKind: "DateTimeResolution", dateTimeSubKind: "Date", timex: "2026-03-03", value: "2026-03-03" }],
    ["at 9:39:33 am", "When", "datetime.time", { resolutionKind: "DateTimeResolution", dateTimeSubKind: "Time", timex: "T09:39:33", value: "09:39:33" }],
    ["for two hours", "When", "datetime.duration", { resolutionKind: "DateTimeResolution", dateTimeSubKind: "Duration", timex: "PT2H", value: "7200" }],
    ["every Tuesday", "When", "datetime.set", { resolutionKind: "DateTimeResolution", dateTimeSubKind: "Set", timex: "XXXX-WXX-2", value: "not resolved" }],
    ["after 8am", "When", "datetime.timerange", { resolutionKind: "TemporalSpanResolution", timex: "T08", begin: "08:00:00", modifier: "After" }],
  ]) {
    const [e] = of(await entities(text), category);
    assert.ok(e, text);
    assert.deepEqual(e.resolutions, [resolution], text);
    assert.deepEqual(e.extraInformation, [subtype(kind)], text);
    assert.equal(e.confidenceScore, 1);
  }
});

test("what has no resolution has the key not at all", async () => {
  for (const [text, category, kind, found] of [
    ["mail a@b.com", "Contact", "email", "a@b.com"],
    ["see www.example.com", "Contact", "url", "www.example.com"],
    ["call 425-555-0100", "Contact", "phonenumber", "425-555-0100"],
    ["ping 10.0.0.1", "Contact", "ipaddress", "10.0.0.1"],
    ["ask John Smith", "Name", "person.name", "John Smith"],
    ["news of Microsoft", "Name", "general.organization", "Microsoft"],
    ["fly to London", "Name", "geography.location", "London"],
    ["when is Christmas", "Name", "general.event", "Christmas"],
    ["bring it to 12 Main Street", "Name", "geography.address", "12 Main Street"],
  ]) {
    const [e] = of(await entities(text), category);
    assert.equal(e?.text, found, text);
    assert.deepEqual(Object.keys(e), ["category", "text", "offset", "length", "confidenceScore", "extraInformation"]);
    assert.deepEqual(e.extraInformation, [subtype(kind)]);
  }
  assert.deepEqual(await entities("hello there"), []);
});

test("now is the clock, in the zone of the server", async () => {
  const day = (from, days) => new Date(from.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  const from = new Date();
  const [e] = of(await entities("tomorrow"), "When");
  const until = new Date();
  assert.ok([day(from, 1), day(until, 1)].includes(e.resolutions[0].value), e.resolutions[0].value);
  const [soon] = of(await entities("in 5 minutes"), "When");
  const seconds = (new Date(`${soon.resolutions[0].value.replace(" ", "T")}Z`) - from) / 1000;
  assert.ok(seconds > 290 && seconds < 360, soon.resolutions[0].value);
});

test("a doubtful date: the past one first", async () => {
  const [e] = of(await entities("see you on Sunday"), "When");
  assert.deepEqual(e.resolutions.map((r) => r.timex), ["XXXX-WXX-7", "XXXX-WXX-7"]);
  const [past, future] = e.resolutions.map((r) => new Date(r.value));
  assert.equal((future - past) / 86_400_000, 7);
  assert.equal(future.getUTCDay(), 0);
});

test("composition with list and regex: combined, apart, in agreement, required", async () => {
  const list = await entities("I want room 12 now");
  assert.deepEqual(of(list, "Combined"), [{
    category: "Combined", text: "room 12", offset: 7, length: 7, confidenceScore: 1,
    resolutions: [{ resolutionKind: "NumberResolution", numberKind: "Integer", value: 12 }],
    extraInformation: [
      { extraInformationKind: "ListKey", key: "penthouse" },
      { extraInformationKind: "RegexKey", key: "digits", regexPattern: "[0-9]+" }, subtype("quantity.number"),
    ],
  }]);
  assert.deepEqual(of(list, "Needs").map((e) => e.text), ["room 12"]);
  assert.deepEqual(of(list, "Separate").map((e) => [e.text, e.extraInformation[0].extraInformationKind, e.resolutions?.length]),
    [["room 12", "ListKey", undefined], ["12", "EntitySubtype", 1], ["12", "RegexKey", undefined]]);
  assert.deepEqual(of(list, "Exact"), [], "the list says another span");

  const digits = await entities("I want 12 now");
  assert.deepEqual(of(digits, "Combined")[0].extraInformation.map((x) => x.extraInformationKind), ["RegexKey", "EntitySubtype"]);
  assert.deepEqual(of(digits, "Needs"), [], "the list component is missing");
  const word = await entities("I want twelve now");
  assert.deepEqual(of(word, "Combined").map((e) => [e.text, e.resolutions[0].value]), [["twelve", 12]]);
});

test("a required learned component leaves the number that it marks, with its value", async () => {
  const list = await entities("book a table for four at 7 pm");
  assert.deepEqual(of(list, "Guests").map((e) => [e.text, e.resolutions]),
    [["four", [{ resolutionKind: "NumberResolution", numberKind: "Integer", value: 4 }]]]);
  assert.deepEqual(of(list, "Combined").map((e) => e.text), ["four", "7"]);
});

test("several prebuilts of one entity that overlap are one instance", async () => {
  const [e] = of(await entities("10% or more"), "Share");
  assert.ok(e.extraInformation.some((x) => x.value === "quantity.percentage"));
  assert.equal(e.resolutions[0].numberKind, "Percent");
});

test("offsets in the unit asked for, behind an emoji and an accent", async () => {
  const text = "👍🏽 e\u0301 30% today";
  for (const [unit, offset] of [["Utf16CodeUnit", 8], ["UnicodeCodePoint", 6], ["TextElements_v8", 5]])
    assert.deepEqual(of(await entities(text, { unit }), "Share").map((e) => [e.text, e.offset, e.length]), [["30%", offset, 3]], unit);
});

test("the language of the query picks the recognisers", async () => {
  for (const projectName of ["hotel", "inn"]) {
    const [british] = of(await entities("on 3/4/2026", { language: "en-gb", projectName }), "When");
    assert.equal(british.resolutions[0].value, "2026-04-03");
    const [american] = of(await entities("on 3/4/2026", { projectName }), "When");
    assert.equal(american.resolutions[0].value, "2026-03-04");
  }
  const zulu = await entities("seven to a@b.com in Paris", { language: "zu" });
  assert.deepEqual(zulu.filter((e) => e.extraInformation).map((e) => e.text), ["a@b.com", "Paris"], "no numbers of a language without recognisers");
});

test("long and odd texts", async () => {
  for (const text of ["1".repeat(1000), "👍".repeat(1000), "one ".repeat(250), "(".repeat(1000), "\u202e5 pm\u202c", "5\u0301\u0302",
    "999999999999999999999999999999999999", "in 99999999999999999999 days", "year 0", "31/02/99999"])
    await entities(text);
});

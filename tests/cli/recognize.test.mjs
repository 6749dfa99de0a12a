// recognize: a text for a person, JSON Lines of cases for a program.
import assert from "node:assert/strict";
import test from "node:test";
import { dragoman, dragomanOk } from "../support.mjs";

const lines = (out) => out.trimEnd().split("\n").map((l) => JSON.parse(l));
const recognize = (input, ...args) =>
  lines(dragomanOk(["recognize", "--culture", "en-us", ...args], { input }));

test("the model is in the id, the reference time in the context", () => {
  const input = [
    { id: "en/NumberModel/1", input: "two dozen", context: null },
    { id: "en/DateTimeModel/2", input: "I'll go back Oct/2", context: { referenceDateTime: "2016-11-07T00:00:00" } },
    { id: "en/OrdinalModelSuppressExtendedTypes/3", input: "the second and the last", context: { referenceDateTime: "2016-11-07T10:00:00.000Z" } },
    { id: "en/NumberModel/4", input: "nothing here" },
  ].map((c) => JSON.stringify(c)).join("\n");
  const [number, date, ordinal, none] = recognize(input);
  assert.deepEqual(number, {
    id: "en/NumberModel/1",
    entities: [{ text: "two dozen", start: 0, end: 8, type: "number", resolution: { subtype: "integer", value: "24" } }],
  });
  assert.deepEqual(date.entities, [{
    text: "oct/2", start: 13, end: 17, type: "datetimeV2.date",
    resolution: { values: [
      { timex: "XXXX-10-02", type: "date", value: "2016-10-02" }, { timex: "XXXX-10-02", type: "date", value: "2017-10-02" },
    ] },
  }]);
  assert.deepEqual(ordinal.entities.map((e) => [e.type, e.text]), [["ordinal", "second"]]);
  assert.deepEqual(none, { id: "en/NumberModel/4", entities: [] });
});

test("--model overrules the id; several at once; offsets count UTF-16", () => {
  const [{ entities }] = recognize('{"id":"x","input":"👍 5 km"}\n\n', "--model", "NumberModel,DimensionModel");
  assert.deepEqual(entities.map((e) => [e.type, e.start, e.end]), [["number", 3, 3], ["dimension", 3, 6]]);
});

test("TEXT: a table by place; --json: the entities", () => {
  const args = ["recognize", "--culture", "en-us", "--reference", "2026-03-06T16:30"];
  assert.equal(dragomanOk([...args, "tomorrow for 2 hours, $3"]),
    "TEXT      TYPE                 MEANING\n" +
    "tomorrow  datetimeV2.date      2026-03-07\n" +
    "2 hours   datetimeV2.duration  7200 seconds\n" +
    "2         number               2\n" +
    "$3        currency             3 Dollar\n" +
    "3         number               3\n");
  assert.equal(dragomanOk([...args, "nothing at all"]), "");
  const { entities } = JSON.parse(dragomanOk([...args, "--json", "--model", "DateTimeModel", "after 8 am"]));
  assert.deepEqual(entities[0].resolution.values, [{ timex: "T08", Mod: "after", type: "timerange", start: "08:00:00", sourceEntity: "datetimerange" }]
    .map((v) => ({ ...v, sourceEntity: entities[0].resolution.values[0].sourceEntity })));
});

test("a line that cannot be answered: its number, status 1", () => {
  const good = '{"id":"en/NumberModel/1","input":"5"}';
  for (const [bad, message] of [
    ["five", /line 2: the text is not valid JSON/],
    ["[]", /line 2: /],
    ['{"input":"5"}', /line 2: .*\(id\)/],
    ['{"id":"en/NumberModel/1"}', /line 2: .*\(input\)/],
    ['{"id":"en/Foo/1","input":"5"}', /line 2: the id "en\/Foo\/1" names no model/],
    ['{"id":"5","input":"5"}', /line 2: the id "5" names no model/],
    ['{"id":"en/DateTimeModel/1","input":"5","context":{"referenceDateTime":"soon"}}', /line 2: "soon" is no date and time/],
    ['{"id":"en/DateTimeModel/1","input":"5","context":{"referenceDateTime":5}}', /line 2: .*referenceDateTime/],
    ['{"id":"en/NumberModel/1","input":"\\ud800"}', /line 2: /],
  ]) {
    const r = dragoman(["recognize", "--culture", "en-us"], { input: `${good}\n${bad}\n${good}\n` });
    assert.equal(r.status, 1, bad);
    assert.match(r.stderr, message);
    assert.equal(r.stderr.split("\n").length, 2, "one line");
    assert.equal(r.stdout.split("\n").length, 2, "the answer before it");
  }
});

test("bytes that are not UTF-8 are refused", () => {
  const r = dragoman(["recognize", "--culture", "en-us"], { input: Buffer.from('{"id":"en/NumberModel/1","input":"\xff"}', "latin1") });
  assert.equal(r.status, 1);
  assert.match(r.stderr, /line 1: /);
});

test("a long text of digits, emoji, brackets or one word comes to an end", () => {
  for (const piece of ["1", "👍", "one hundred ", "a@", "("]) {
    const input = piece.repeat(Math.floor((1 << 17) / Buffer.byteLength(piece)));
    const [{ id }] = recognize(JSON.stringify({ id: "x", input }), "--model", "NumberModel,DateTimeModel,EmailModel,URLModel,PhoneNumberModel");
    assert.equal(id, "x");
  }
});

// The official client, unchanged, against a deployment made with the sample project.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { ConversationAnalysisClient } from "@azure/ai-language-conversations";
import { AzureKeyCredential } from "@azure/core-auth";
import { dragomanOk, sample, startServer, temporaryDirectory } from "../support.mjs";

// The client sends its key over plain HTTP only when told so.
const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };

function task(text, parameters = {}) {
  return {
    kind: "Conversation",
    analysisInput: { conversationItem: { id: "1", participantId: "user", text } },
    parameters: {
      projectName: "home", deploymentName: "production", verbose: true, stringIndexType: "Utf16CodeUnit", ...parameters,
    },
  };
}

test("@azure/ai-language-conversations", async (t) => {
  const server = await startServer(join(temporaryDirectory(t), "data"));
  t.after(() => server.stop());
  const run = { env: server.env };
  dragomanOk(["projects", "import", sample], run);
  dragomanOk(["projects", "train", "home", "m1"], run);
  dragomanOk(["deployments", "deploy", "home", "production", "m1"], run);
  const client = new ConversationAnalysisClient(server.url, new AzureKeyCredential(server.key), options);

  await t.test("intents and entities", async () => {
    const text = "turn off the lights in the kitchen";
    const { kind, result } = await client.analyzeConversation(task(text));
    assert.equal(kind, "ConversationResult");
    assert.equal(result.query, text);
    const { prediction } = result;
    assert.equal(prediction.projectKind, "Conversation");
    assert.equal(prediction.topIntent, "iot_hue_lightoff");
    assert.equal(prediction.intents.length, 35);
    assert.equal(prediction.intents[0].category, "iot_hue_lightoff");
    assert.ok(prediction.intents[0].confidence > 0.5 && prediction.intents[0].confidence <= 1);
    const place = prediction.entities.find((e) => e.category === "house_place");
    assert.equal(place.text, "kitchen");
    assert.equal(text.slice(place.offset, place.offset + place.length), "kitchen");
    assert.ok(place.extraInformation.some((x) => x.extraInformationKind === "ListKey" && x.key === "kitchen"));
  });

  await t.test("offsets in every unit the client knows", async () => {
    const text = "\u{1F44D}\u{1F3FD} turn off the lights in the kitchen";
    for (const [unit, offset] of [["Utf16CodeUnit", 32], ["UnicodeCodePoint", 30], ["TextElements_v8", 30]]) {
      const { result } = await client.analyzeConversation(task(text, { stringIndexType: unit }));
      const place = result.prediction.entities.find((e) => e.category === "house_place");
      assert.equal(place.offset, offset, unit);
      assert.equal(place.length, 7, unit);
    }
  });

  await t.test("errors reach the client as its RestError", async () => {
    await assert.rejects(client.analyzeConversation(task("hello", { deploymentName: "nowhere" })), (e) => {
      assert.equal(e.statusCode, 404);
      assert.equal(e.code, "NotFound");
      return true;
    });
    const stranger = new ConversationAnalysisClient(server.url, new AzureKeyCredential("0".repeat(32)), options);
    await assert.rejects(stranger.analyzeConversation(task("hello")), (e) => {
      assert.equal(e.statusCode, 401);
      assert.equal(e.code, "401");
      return true;
    });
  });

  await t.test("the second key opens it too", async () => {
    const second = new ConversationAnalysisClient(server.url, new AzureKeyCredential(server.key2), options);
    const { result } = await second.analyzeConversation(task("play some jazz"));
    assert.equal(result.prediction.topIntent, "play_music");
  });
});

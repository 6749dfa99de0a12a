// arm_client.mjs -- what arm.test.mjs runs in a process of its own, with NODE_EXTRA_CA_CERTS: the official
// management client, unchanged, over TLS. ARM_URL and ARM_TOKEN say where. Throws when something is wrong.
import assert from "node:assert/strict";
import { CognitiveServicesManagementClient } from "@azure/arm-cognitiveservices";

const { ARM_URL: endpoint, ARM_TOKEN: token } = process.env;
const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
const client = new CognitiveServicesManagementClient(credential, "s1", { endpoint, retryOptions: { maxRetries: 0 } });
const all = async (pages) => {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
};
const refused = (promise, statusCode, code) =>
  assert.rejects(promise, (e) => {
    assert.deepEqual([e.statusCode, e.code], [statusCode, code], e.message);
    return true;
  });
const language = { location: "West US 2", kind: "TextAnalytics", sku: { name: "S" }, tags: { team: "a" } };

// made, read, changed
const made = await client.accounts.beginCreateAndWait("rg", "lang1", {
  ...language, properties: { customSubDomainName: "lang1-x", apiProperties: { statisticsEnabled: false } },
});
assert.equal(made.id, "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/lang1");
assert.deepEqual([made.name, made.type], ["lang1", "Microsoft.CognitiveServices/accounts"]);
assert.deepEqual([made.location, made.kind, made.sku, made.tags], ["West US 2", "TextAnalytics", { name: "S" }, { team: "a" }]);
assert.equal(made.properties.provisioningState, "Succeeded");
assert.equal(made.properties.endpoint, `${endpoint}/`);
assert.deepEqual(made.properties.endpoints, { Language: `${endpoint}/` });
assert.equal(made.properties.customSubDomainName, "lang1-x");
assert.match(made.properties.internalId, /^[0-9a-f]{32}$/);
assert.ok(made.systemData.createdAt instanceof Date && made.etag);
const patched = await client.accounts.beginUpdateAndWait("rg", "lang1", {
  tags: { stage: "b" }, sku: { name: "S0" }, properties: { publicNetworkAccess: "Disabled" },
});
assert.deepEqual([patched.tags, patched.sku.name], [{ stage: "b" }, "S0"]);
assert.equal(patched.properties.publicNetworkAccess, "Disabled");
assert.deepEqual(patched.properties.apiProperties, { statisticsEnabled: false });
assert.notEqual(patched.etag, made.etag);
assert.equal((await client.accounts.get("RG", "Lang1")).id, made.id, "letter case does not count");

// lists
await client.accounts.beginCreateAndWait("other", "luis1", { location: "eastus", kind: "LUIS", sku: { name: "F0" } });
assert.deepEqual((await all(client.accounts.listByResourceGroup("rg"))).map((a) => a.name), ["lang1"]);
assert.deepEqual((await all(client.accounts.list())).map((a) => a.name).sort(), ["lang1", "luis1"]);
assert.ok((await client.accounts.listSkus("rg", "lang1")).value.some((s) => s.sku.name === "F0"));
assert.equal((await client.accounts.listUsages("rg", "lang1")).value[0].currentValue, 0);
assert.deepEqual(await all(client.accounts.listModels("rg", "lang1")), []);
assert.ok((await all(client.resourceSkus.list())).some((s) => s.kind === "LUIS" && s.name === "F0"));
assert.ok((await all(client.operations.list())).some((o) => o.name === "Microsoft.CognitiveServices/accounts/read"));
assert.equal((await client.checkDomainAvailability("lang1-x", "Microsoft.CognitiveServices/accounts")).isSubdomainAvailable, false);
assert.equal((await client.checkDomainAvailability("lang2-x", "Microsoft.CognitiveServices/accounts")).isSubdomainAvailable, true);
const skus = await client.checkSkuAvailability("eastus", ["S0", "P9"], "LUIS", "Microsoft.CognitiveServices/accounts");
assert.deepEqual(skus.value.map((s) => s.skuAvailable), [true, false]);

// keys
const keys = await client.accounts.listKeys("rg", "lang1");
assert.notEqual(keys.key1, keys.key2);
const rotated = await client.accounts.regenerateKey("rg", "lang1", "Key1");
assert.notEqual(rotated.key1, keys.key1);
assert.equal(rotated.key2, keys.key2);
const opens = async (key) => (await fetch(`${endpoint}/language/authoring/analyze-conversations/projects?api-version=2023-04-01`,
  { headers: { "Ocp-Apim-Subscription-Key": key } })).status;
assert.deepEqual([await opens(keys.key1), await opens(rotated.key1), await opens(keys.key2)], [401, 200, 200]);

// errors
await refused(client.accounts.get("rg", "nobody"), 404, "ResourceNotFound");
await refused(client.accounts.get("nowhere", "lang1"), 404, "ResourceGroupNotFound");
await refused(client.accounts.beginCreateAndWait("rg", "x1", { ...language, kind: "Tea" }), 400, "InvalidApiSetId");
await refused(client.accounts.beginCreateAndWait("rg", "x1", { ...language, sku: { name: "P9" } }), 400, "InvalidSkuId");
await refused(client.accounts.beginCreateAndWait("rg", "x1", { ...language, location: "moon" }), 400, "LocationNotAvailableForResourceType");
await refused(client.accounts.beginCreateAndWait("rg", "x", language), 400, "InvalidResourceName");
await refused(client.accounts.beginCreateAndWait("other", "lang1", language), 409, "Conflict");
await refused(client.accounts.beginCreateAndWait("rg", "x1", { ...language, properties: { customSubDomainName: "LANG1-X" } }), 409, "CustomDomainInUse");
await refused(client.accounts.beginUpdateAndWait("rg", "lang1", { kind: "LUIS" }), 409, "InvalidApiSetId");
const stranger = new CognitiveServicesManagementClient({ getToken: async () => ({ token: keys.key2, expiresOnTimestamp: Date.now() + 3_600_000 }) },
  "s1", { endpoint, retryOptions: { maxRetries: 0 } });
await refused(stranger.accounts.get("rg", "lang1"), 401, "AuthenticationFailed");

// deleted, restored, purged
await client.accounts.beginDeleteAndWait("rg", "lang1");
await refused(client.accounts.get("rg", "lang1"), 404, "ResourceNotFound");
assert.equal(await opens(keys.key2), 401);
assert.deepEqual((await all(client.deletedAccounts.list())).map((a) => a.name), ["lang1"]);
assert.ok((await client.deletedAccounts.get("westus2", "rg", "lang1")).properties.scheduledPurgeDate);
await refused(client.accounts.beginCreateAndWait("rg", "lang1", language), 409, "FlagMustBeSetForRestore");
await client.accounts.beginCreateAndWait("rg", "lang1", { ...language, properties: { restore: true } });
assert.equal(await opens(keys.key2), 200, "the keys come back with the account");
await client.accounts.beginDeleteAndWait("rg", "lang1");
await client.deletedAccounts.beginPurgeAndWait("westus2", "rg", "lang1");
assert.deepEqual(await all(client.deletedAccounts.list()), []);
await client.accounts.beginCreateAndWait("rg", "lang1", language);
const fresh = await client.accounts.listKeys("rg", "lang1");
for (const old of [keys.key1, keys.key2, rotated.key1]) {
  assert.ok(!Object.values(fresh).includes(old));
  assert.equal(await opens(old), 401, "a namesake has other keys");
}

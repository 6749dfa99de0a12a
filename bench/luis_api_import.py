#!/usr/bin/env python3
"""How long an app of the largest size, 15,000 utterances, takes to be imported through the authoring API.

    bench/luis_api_import.py [--rounds 5]

The utterances are those of hwu64, with its labels, and of clinc150, until there are enough. Timed is a request from its
first byte to its answer: the import as JSON and as .lu, the export as either. The server is a fresh one.
"""
import argparse
import json
import time
import urllib.request

import harness

AUTHORING = "/luis/authoring/v3.0-preview/apps"
UTTERANCES = 15000


def label(entity):
    return {"entity": entity["category"], "startPos": entity["offset"], "endPos": entity["offset"] + entity["length"] - 1}


def largest_app():
    utterances, entities = [], []
    for name in ("hwu64/fold01", "clinc150/clinc150"):
        assets = harness.data_set(name)["assets"]
        entities += [{"name": e["category"], "roles": [], "children": []} for e in assets["entities"]]
        utterances += [{"text": u["text"], "intent": u["intent"], "entities": [label(e) for e in u["entities"]]}
                       for u in assets["utterances"]]
    utterances = utterances[:UTTERANCES]
    intents = [{"name": name} for name in sorted({u["intent"] for u in utterances})]
    return {"luis_schema_version": "7.0.0", "name": "Largest", "versionId": "0.1", "culture": "en-us",
            "intents": intents, "entities": entities, "utterances": utterances}


def request(server, method, path, body=None, content_type="application/json"):
    """(seconds, body of the answer)"""
    asked = urllib.request.Request(server.url + AUTHORING + path, data=body, method=method, headers={
        "Ocp-Apim-Subscription-Key": server.key, "Content-Type": content_type})
    begun = time.monotonic()
    with urllib.request.urlopen(asked, timeout=600) as answer:
        text = answer.read()
    return time.monotonic() - begun, text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    app = largest_app()
    document = json.dumps(app).encode()
    print(f"{len(app['utterances'])} utterances, {len(app['intents'])} intents, {len(app['entities'])} entities, "
          f"{len(document) / 1e6:.1f} MB of JSON")
    seconds = {"import JSON": [], "export JSON": [], "export .lu": [], "import .lu": []}
    with harness.Server() as server:
        for _ in range(options.rounds):
            taken, app_id = request(server, "POST", "/import", document)
            seconds["import JSON"].append(taken)
            of_app = f"/{json.loads(app_id)}"
            for form in ("JSON", ".lu"):
                taken, text = request(server, "GET", f"{of_app}/versions/0.1/export?format={form.lower().strip('.')}")
                seconds[f"export {form}"].append(taken)
            taken, _ = request(server, "POST", f"{of_app}/versions/import?versionId=0.2", text, "text/plain")
            seconds["import .lu"].append(taken)
            request(server, "DELETE", of_app)
        peak = harness.memory_mib(server.pid, "VmHWM")
    for name, values in seconds.items():
        print(f"{name}: {harness.median(values):.2f} s [{min(values):.2f}-{max(values):.2f}]")
    print(f"memory of the server at most {peak:.0f} MiB")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Make samples/home.json: a home assistant, taken from HWU64 (CC BY 4.0, see samples/README.md).

    tools/make_sample.py [../shared/data/nlu/hwu64/fold01.json.gz] > samples/home.json

All utterances of the home domains are kept, one a line, in the order of the source.
"""
import gzip
import json
import os
import sys

# Domains of HWU64 that a home assistant has.
DOMAINS = ("alarm", "audio", "calendar", "cooking", "datetime", "iot", "lists", "music", "news", "play", "weather")

# List components, so that the sample shows them: normalised key -> synonyms.
LISTS = {
    "house_place": {
        "kitchen": ["kitchen"],
        "bedroom": ["bedroom", "bed room"],
        "living room": ["living room", "lounge", "sitting room"],
        "bathroom": ["bathroom", "bath room"],
        "hallway": ["hallway", "hall", "corridor"],
        "garage": ["garage"],
    },
    "color_type": {
        "red": ["red"],
        "green": ["green"],
        "blue": ["blue"],
        "yellow": ["yellow"],
        "white": ["white"],
        "orange": ["orange"],
        "purple": ["purple", "violet"],
        "pink": ["pink"],
    },
}


def entity_definition(category):
    definition = {"category": category, "compositionSetting": "combineComponents"}
    if category in LISTS:
        definition["list"] = {
            "sublists": [
                {"listKey": key, "synonyms": [{"language": "en-us", "values": values}]}
                for key, values in LISTS[category].items()
            ]
        }
    return definition


def reduce_utterance(u):
    out = {"text": u["text"], "intent": u["intent"], "dataset": u["dataset"]}
    if u.get("entities"):
        out["entities"] = u["entities"]
    return out


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(out, intents, entities, utterances):
    metadata = {
        "projectKind": "Conversation",
        "projectName": "home",
        "language": "en-us",
        "multilingual": False,
        "description": "Home assistant: an extract of HWU64 (Liu et al. 2019), CC BY 4.0, see samples/README.md",
        "settings": {"confidenceThreshold": 0},
    }
    out.write('{"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit",\n')
    out.write('"metadata":%s,\n"assets":{"projectKind":"Conversation",\n' % line(metadata))
    for name, values in (("intents", intents), ("entities", entities), ("utterances", utterances)):
        end = "]}}\n" if name == "utterances" else "],\n"
        out.write('"%s":[\n%s\n%s' % (name, ",\n".join(map(line, values)), end))


def main():
    shared = os.environ.get("DRAGOMAN_SHARED", os.path.join(os.path.dirname(__file__), "..", "..", "shared"))
    source = sys.argv[1] if len(sys.argv) > 1 else os.path.join(shared, "data/nlu/hwu64/fold01.json.gz")
    with gzip.open(source, "rt", encoding="utf-8") as f:
        assets = json.load(f)["assets"]
    intents = [i["category"] for i in assets["intents"] if i["category"].split("_")[0] in DOMAINS]
    utterances = [u for u in assets["utterances"] if u["intent"] in intents]
    used = {e["category"] for u in utterances for e in u.get("entities", [])}
    entities = [entity_definition(e["category"]) for e in assets["entities"] if e["category"] in used]
    write(sys.stdout, [{"category": c} for c in ["None"] + intents], entities, map(reduce_utterance, utterances))


if __name__ == "__main__":
    main()

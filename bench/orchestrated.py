#!/usr/bin/env python3
"""What routing costs: an orchestration beside its child asked directly, in the same rounds.

    bench/orchestrated.py [--rounds 5] [--seconds 4]

The child is hwu64; the router has it, snips and two intents of its own. The same questions go to both.
"""
import argparse
import tempfile

import harness


def router():
    own = {"Joke": ["tell me a joke", "make me laugh", "say something funny", "another joke"],
           "Bye": ["good bye", "see you", "that was all", "stop talking"]}
    link = lambda name: {"targetProjectKind": "Conversation",
                         "conversationOrchestration": {"projectName": name, "deploymentName": "production"}}
    return {"projectFileVersion": "2023-04-01", "stringIndexType": "Utf16CodeUnit",
            "metadata": {"projectKind": "Orchestration", "projectName": "router", "language": "en",
                         "settings": {"confidenceThreshold": 0}},
            "assets": {"projectKind": "Orchestration",
                       "intents": [{"category": "Home", "orchestration": link("home")},
                                   {"category": "Other", "orchestration": link("other")},
                                   *({"category": name} for name in own)],
                       "utterances": [{"text": text, "intent": name, "dataset": "Train"}
                                      for name, texts in own.items() for text in texts]}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    home = harness.data_set("hwu64/fold01")
    questions = [u["text"] for u in home["assets"]["utterances"] if u["dataset"] == "Test"][:500]
    with harness.Server() as server, tempfile.TemporaryDirectory() as tmp:
        for name, project in (("home", home), ("other", harness.data_set("snips/snips_70")), ("router", router())):
            server.import_project(name, project)
            server.train(name)
            server.deploy(name)
        routed = sum(server.predict("router", q)["result"]["prediction"]["topIntent"] == "Home" for q in questions)
        print(f"{routed} of {len(questions)} questions are routed to the child asked directly")
        figures = {"home": [], "router": []}
        for _ in range(options.rounds):
            for name, values in figures.items():
                script = f"{tmp}/{name}.lua"
                harness.wrk_script(server, [harness.prediction_body(name, q) for q in questions], script)
                before = harness.cpu_seconds([server.pid])
                run = harness.wrk(server.url, options.seconds, 32, script)
                values.append((harness.cpu_seconds([server.pid]) - before) * 1e6 / run["requests"])
                if run["failed"]:
                    raise SystemExit(f"{run['failed']} requests to {name} failed")
        ratios = [r / d for r, d in zip(figures["router"], figures["home"])]
        print(f"CPU us/request: direct {harness.median(figures['home']):.1f}, "
              f"orchestrated {harness.median(figures['router']):.1f}; "
              f"ratio {harness.median(ratios):.2f} [{min(ratios):.2f}-{max(ratios):.2f}]")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What a shadow and a canary cost the answers: latency beside them against latency without, by turns.

The load is light and constant (16 connections that pause 5 ms), as from a few busy bots, so that the
second model's work fits beside the first's; with --pause 0 it is all that the machine can do.

    bench/trials.py [--rounds 5] [--seconds 4] [--pause 5]

Ratios are of each round against the plain one before it; the last line is JSON.
"""
import argparse
import json
import tempfile
import time

import harness

OWN = "/dragoman/projects/home/deployments/production"


def own_job(server, method, path, body=None):
    _, headers, _ = server.call(method, path, body)
    while (state := server.call("GET", headers["operation-location"])[2])["status"] not in ("succeeded", "failed"):
        time.sleep(0.02)
    if state["status"] != "succeeded":
        raise SystemExit(json.dumps(state))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--pause", type=int, default=5)
    options = parser.parse_args()

    project = harness.data_set("hwu64/fold01")
    queries = [u["text"] for u in project["assets"]["utterances"] if u["dataset"] == "Test"][:500]
    with harness.Server(extra=("--no-access-log",)) as server, tempfile.TemporaryDirectory() as tmp:
        server.import_project("home", project)
        for label in ("m1", "m2"):
            server.train("home", label)
        server.deploy("home", "production", "m1")
        script = f"{tmp}/predict.lua"
        harness.wrk_script(server, [harness.prediction_body("home", q) for q in queries], script, options.pause)
        harness.wrk(server.url, 2, 16, script)
        kinds = {"plain": None, "shadow": {}, "canary": {"percent": 50, "stickyBy": "text"}}
        ratios = {k: {"p50": [], "p99": []} for k in kinds}
        failed = 0
        for _ in range(options.rounds):
            plain = None
            for kind, settings in kinds.items():
                if settings is not None:
                    own_job(server, "PUT", f"{OWN}/{kind}", {"trainedModelLabel": "m2", **settings})
                run = harness.wrk(server.url, options.seconds, 16, script)
                if settings is not None:
                    own_job(server, "DELETE", f"{OWN}/{kind}")
                plain = plain or run
                failed += run["failed"]
                for p in ("p50", "p99"):
                    ratios[kind][p].append(run[p] / plain[p])
        result = {"failed": failed}
        for kind in ("shadow", "canary"):
            state = server.call("GET", f"{OWN}/{kind}")[2]
            result[kind] = {p: [round(x, 2) for x in sorted(r)] for p, r in ratios[kind].items()}
            result[kind] |= {"p50_median": round(harness.median(ratios[kind]["p50"]), 2),
                             "p99_median": round(harness.median(ratios[kind]["p99"]), 2),
                             "compared": state["compared"], "dropped": state["dropped"]}
            print(f"{kind}: {json.dumps(result[kind])}")
        print(json.dumps(result))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Latency of predictions while a training runs, against idle, in alternating rounds.

A round measures idle first, then starts a training of a large project on the same server and
measures again while it runs. The load is light and constant (4 connections), as from a few bots.

    bench/p99_under_training.py [--rounds 3] [--seconds 4] [--train clinc150/clinc150]
"""
import argparse
import tempfile
import time

import harness


def start_training(server, project, label):
    _, headers, _ = server.call("POST", f"{harness.AUTHORING}/projects/{project}/:train",
                                {"modelLabel": label, "trainingMode": "standard",
                                 "evaluationOptions": {"kind": "manual"}})
    job = headers["operation-location"]
    while server.call("GET", job)[2]["status"] == "notStarted":
        time.sleep(0.05)
    return job


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--train", default="clinc150/clinc150")
    options = parser.parse_args()

    project = harness.data_set("hwu64/fold01")
    queries = [u["text"] for u in project["assets"]["utterances"] if u["dataset"] == "Test"][:500]
    with harness.Server() as server, tempfile.TemporaryDirectory() as tmp:
        server.import_project("answers", project)
        server.train("answers")
        server.deploy("answers")
        server.import_project("trains", harness.data_set(options.train))
        script = f"{tmp}/predict.lua"
        harness.wrk_script(server, [harness.prediction_body("answers", q) for q in queries], script)
        harness.wrk(server.url, 2, 4, script)
        ratios, covered = [], []
        for k in range(options.rounds):
            idle = harness.wrk(server.url, options.seconds, 4, script)
            job = start_training(server, "trains", f"m{k}")
            busy = harness.wrk(server.url, options.seconds, 4, script)
            covered.append(server.call("GET", job)[2]["status"] == "running")
            while server.call("GET", job)[2]["status"] not in ("succeeded", "failed"):
                time.sleep(0.2)
            ratios.append(busy["p99"] / idle["p99"])
            print(f"round {k + 1}: idle p50 {idle['p50']} p99 {idle['p99']} us, {idle['requests']} requests; "
                  f"training p50 {busy['p50']} p99 {busy['p99']} us, {busy['requests']} requests; "
                  f"p99 ratio {ratios[-1]:.2f}; failed {idle['failed'] + busy['failed']}"
                  + ("" if covered[-1] else " (the training ended within the measurement)"))
        print(f"p99 ratio, median of {options.rounds} rounds: {harness.median(ratios):.2f} "
              f"[{min(ratios):.2f}-{max(ratios):.2f}]")


if __name__ == "__main__":
    main()

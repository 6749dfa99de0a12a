#!/usr/bin/env python3
"""Latency of predictions while a training runs, against idle, in alternating rounds.

A round starts the training of a large project on the server that answers and measures while it
runs, then measures idle. Two loads: 16 connections that pause 5 ms between questions, as from a few
busy bots, and 4 connections that never pause, which is all that the machine can do.

    bench/p99_under_training.py [--rounds 5] [--seconds 2] [--train clinc150/clinc150]
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
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--train", default="clinc150/clinc150")
    options = parser.parse_args()

    project = harness.data_set("hwu64/fold01")
    queries = [u["text"] for u in project["assets"]["utterances"] if u["dataset"] == "Test"][:500]
    with harness.Server() as server, tempfile.TemporaryDirectory() as tmp:
        server.import_project("answers", project)
        server.train("answers")
        server.deploy("answers")
        server.import_project("trains", harness.data_set(options.train))
        bodies = [harness.prediction_body("answers", q) for q in queries]
        label = 0
        for name, connections, pause_ms in (("light load", 16, 5), ("full load", 4, 0)):
            script = f"{tmp}/predict.lua"
            harness.wrk_script(server, bodies, script, pause_ms)
            harness.wrk(server.url, 2, connections, script)
            ratios = []
            for _ in range(options.rounds):
                label += 1
                job = start_training(server, "trains", f"m{label}")
                busy = harness.wrk(server.url, options.seconds, connections, script)
                covered = server.call("GET", job)[2]["status"] == "running"
                while server.call("GET", job)[2]["status"] not in ("succeeded", "failed"):
                    time.sleep(0.2)
                server.call("DELETE", f"{harness.AUTHORING}/projects/trains/models/m{label}")
                idle = harness.wrk(server.url, options.seconds, connections, script)
                ratios.append(busy["p99"] / idle["p99"])
                print(f"{name}: idle p50 {idle['p50']} p99 {idle['p99']} us, {idle['requests']} requests; "
                      f"training p50 {busy['p50']} p99 {busy['p99']} us, {busy['requests']} requests; "
                      f"p99 ratio {ratios[-1]:.2f}; failed {idle['failed'] + busy['failed']}"
                      + ("" if covered else " (the training ended within the measurement)"), flush=True)
            print(f"{name}: p99 ratio, median of {options.rounds} rounds: {harness.median(ratios):.2f} "
                  f"[{min(ratios):.2f}-{max(ratios):.2f}]")


if __name__ == "__main__":
    main()

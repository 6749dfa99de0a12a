#!/usr/bin/env python3
"""Swaps and deploys under full load: is any answer lost, mixed or late?

Two deployments with models that answer differently are loaded by wrk on all of the server's event
threads' capacity, while a client swaps them again and again; then one of them is deployed again and
again with the other model. Every answer must be, byte for byte, one of the two that the models give
(else it is mixed); after each change the API's word is checked by asking (else it is stale). Rounds of
load without changes, with swaps and with deploys take turns, until there were enough changes.

    bench/swaps.py [--swaps 1000] [--deploys 1000] [--connections 32] [--seconds 5] [--database URL]

On PostgreSQL: tests/postgres/with_postgres sh -c 'cd CHECKOUT && bench/swaps.py --database "$DRAGOMAN_TEST_POSTGRES"'

Last line, as JSON: all of it, and the server's memory after each turn.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile
import threading
import time

import harness

TEXT = "turn off the kitchen lights"


def project(name, turned):
    """Two intents that the two models name the other way round, with a list entity of its own."""
    intents = ("On", "Off") if not turned else ("Off", "On")
    utterances = []
    for i in range(60):
        room = ("kitchen", "bedroom", "hall", "cellar")[i % 4]
        utterances.append({"text": f"turn on the {room} lights {i}", "intent": intents[0], "dataset": "Train"})
        utterances.append({"text": f"turn off the {room} lights {i}", "intent": intents[1], "dataset": "Train"})
    return {"projectFileVersion": "2023-04-01", "stringIndexType": "Utf16CodeUnit",
            "metadata": {"projectKind": "Conversation", "projectName": name, "language": "en-us"},
            "assets": {"projectKind": "Conversation", "intents": [{"category": c} for c in ("None", "On", "Off")],
                       "entities": [], "utterances": utterances}}


def checking_script(server, known, path):
    """wrk posts to both deployments in turn; counts answers that are none of the known ones."""
    bodies = [json.dumps(harness.prediction_body("lamps", TEXT, d)) for d in ("a", "b")]
    with open(path, "w", encoding="utf-8") as f:
        f.write("local known = {\n" + "".join(f"  [ [==[{k}]==] ] = true,\n" for k in known) + "}\n")
        f.write("local bodies = {" + ", ".join(f"[==[{b}]==]" for b in bodies) + "}\n")
        f.write('local headers = {["Content-Type"]="application/json", '
                f'["Ocp-Apim-Subscription-Key"]="{server.key}"}}\n'
                f"local path = '/language/:analyze-conversations?api-version={harness.VERSION}'\n"
                "local requests, at, threads = {}, 0, {}\n"
                "wrong, seen = 0, 0\n"
                "setup = function(thread) table.insert(threads, thread) end\n"
                "init = function(args)\n"
                "  for i, body in ipairs(bodies) do requests[i] = wrk.format('POST', path, headers, body) end\n"
                "end\n"
                "request = function() at = at % #requests + 1; return requests[at] end\n"
                "response = function(status, headers, body)\n"
                "  seen = seen + 1\n"
                "  if status ~= 200 or not known[body] then wrong = wrong + 1 end\n"
                "end\n"
                "done = function(summary, latency)\n"
                "  local e, wrong = summary.errors, 0\n"
                "  for _, t in ipairs(threads) do wrong = wrong + t:get('wrong') end\n"
                "  print(string.format('RESULT %d %d %d %d %d %d', summary.requests, summary.duration,\n"
                "    e.status + e.connect + e.read + e.write + e.timeout, latency:percentile(50),\n"
                "    latency:percentile(99), wrong))\n"
                "end\n")


class Load:
    """wrk in the background, until the work that it accompanies is done."""

    def __init__(self, server, script, connections, seconds):
        self.process = subprocess.Popen(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
                                         "-s", script, server.url], stdout=subprocess.PIPE, text=True)

    def end(self):
        out, _ = self.process.communicate()
        for line in out.splitlines():
            if line.startswith("RESULT "):
                requests, micros, failed, p50, p99, mixed = map(int, line.split()[1:])
                return {"requests": requests, "per_second": round(requests / (micros / 1e6)), "failed": failed,
                        "mixed": mixed, "p50_us": p50, "p99_us": p99}
        raise SystemExit("wrk gave no result:\n" + out)


def raw_answer(server, deployment):
    """The bytes of the answer: what wrk compares."""
    import urllib.request
    request = urllib.request.Request(
        f"{server.url}/language/:analyze-conversations?api-version={harness.VERSION}", method="POST",
        data=json.dumps(harness.prediction_body("lamps", TEXT, deployment)).encode(),
        headers={"Ocp-Apim-Subscription-Key": server.key, "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


class Changes(threading.Thread):
    """Changes, one after the other, each to its success, until they are stopped; after each the API's word
    is checked by asking."""

    def __init__(self, server, change):
        super().__init__(daemon=True)
        self.server, self.change, self.durations = server, change, []
        self.stale, self.stopping = 0, False

    def run(self):
        while not self.stopping:
            begun = time.monotonic()
            expected = self.change(len(self.durations))
            self.durations.append(time.monotonic() - begun)
            for deployment, answer in expected.items():
                self.stale += raw_answer(self.server, deployment) != answer


def beside(server, script, options, change):
    """One round of load with changes from its beginning to its end."""
    changes = Changes(server, change)
    changes.start()
    result = Load(server, script, options.connections, options.seconds).end()
    changes.stopping = True
    changes.join()
    return result | {"changes": len(changes.durations), "stale": changes.stale, "durations": changes.durations}


def summary(rounds, idle):
    """Sums, medians, and the ratio of each round's p99 to that of the idle round before it."""
    out = {key: sum(r[key] for r in rounds) for key in ("requests", "failed", "mixed")}
    out |= {"per_second": round(harness.median([r["per_second"] for r in rounds])),
            "p99_us": round(harness.median([r["p99_us"] for r in rounds]))}
    if "changes" in rounds[0]:
        ratios = [r["p99_us"] / i["p99_us"] for r, i in zip(rounds, idle)]
        out |= {"changes": sum(r["changes"] for r in rounds), "stale": sum(r["stale"] for r in rounds),
                "change_ms": round(1000 * harness.median([d for r in rounds for d in r["durations"]]), 1),
                "p99_ratio": round(harness.median(ratios), 2),
                "p99_ratios": [round(x, 2) for x in sorted(ratios)]}
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--swaps", type=int, default=1000)
    parser.add_argument("--deploys", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=5, help="of one round of load")
    parser.add_argument("--database", default="", help="postgres://… instead of SQLite")
    options = parser.parse_args()

    database = ("--database", options.database) if options.database else ()
    with harness.Server(extra=("--no-access-log", *database)) as server, tempfile.TemporaryDirectory() as tmp:
        for label, turned in (("m1", False), ("m2", True)):
            server.import_project("lamps", project("lamps", turned))
            server.train("lamps", label, split="percentage")
        server.deploy("lamps", "a", "m1")
        server.deploy("lamps", "b", "m2")
        answers = {"m1": raw_answer(server, "a"), "m2": raw_answer(server, "b")}
        assert answers["m1"] != answers["m2"]
        script = str(pathlib.Path(tmp) / "check.lua")
        checking_script(server, answers.values(), script)
        Load(server, script, options.connections, 3).end()  # warm
        state = {"a": "m1", "b": "m2"}

        def swap(_):
            server.job("POST", "/projects/lamps/deployments/:swap",
                       {"firstDeploymentName": "a", "secondDeploymentName": "b"}, poll=0.002)
            state["a"], state["b"] = state["b"], state["a"]
            return {d: answers[m] for d, m in state.items()}

        def deploy(i):
            state["a"] = "m2" if state["a"] == "m1" else "m1"
            server.job("PUT", "/projects/lamps/deployments/a", {"trainedModelLabel": state["a"]}, poll=0.002)
            return {"a": answers[state["a"]]}

        rounds = {"idle": [], "swaps": [], "deploys": []}
        memory = []
        while (sum(r["changes"] for r in rounds["swaps"]) < options.swaps
               or sum(r["changes"] for r in rounds["deploys"]) < options.deploys):
            rounds["idle"].append(Load(server, script, options.connections, options.seconds).end())
            rounds["swaps"].append(beside(server, script, options, swap))
            rounds["deploys"].append(beside(server, script, options, deploy))
            memory.append(round(harness.memory_mib(server.pid), 1))
        result = {name: summary(list_, rounds["idle"]) for name, list_ in rounds.items()}
        for name, values in result.items():
            print(f"{name}: {json.dumps(values)}")
        print(json.dumps(result | {"memory_mib": memory}))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Several nodes on one PostgreSQL: how soon do all answer with what one deployed, and what does it cost
that the database goes away, or that a node is killed?

    tests/postgres/with_postgres bench/nodes.py propagation [--deploys 200]
    tests/postgres/with_postgres bench/nodes.py away [--seconds 60]
    tests/postgres/with_postgres bench/nodes.py killed [--clients 16]

The database is with_postgres's: on this machine, without fsync. Last line: the figures as JSON.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import pwd
import re
import signal
import subprocess
import tempfile
import threading
import time

import harness

DATABASE = os.environ.get("DRAGOMAN_TEST_POSTGRES")
CLUSTER = os.environ.get("DRAGOMAN_TEST_POSTGRES_DIR")


def project(word):
    """Answers `word` to an order of tea."""
    utterances = [{"text": f"{verb} tea {i}", "intent": word, "dataset": "Train"}
                  for i in range(20) for verb in ("bring me", "i would like", "one")]
    utterances += [{"text": f"{verb} {i}", "intent": "Cancel", "dataset": "Train"}
                   for i in range(20) for verb in ("cancel number", "forget", "no more of")]
    return {"projectFileVersion": "2023-04-01", "stringIndexType": "Utf16CodeUnit",
            "metadata": {"projectKind": "Conversation", "projectName": "shop", "language": "en-us"},
            "assets": {"projectKind": "Conversation", "intents": [{"category": c} for c in ("None", word, "Cancel")],
                       "entities": [], "utterances": utterances}}


@contextlib.contextmanager
def cluster(roles):
    """Servers with those roles on the one database, with project shop and its models Order and Buy."""
    with tempfile.TemporaryDirectory(prefix="dragoman-bench-") as tmp, contextlib.ExitStack() as stack:
        def start(i, role):
            extra = ["--database", DATABASE, "--secret-file", f"{tmp}/secret", "--role", role, "--no-access-log"]
            return stack.enter_context(harness.Server(data=f"{tmp}/{i}", extra=extra))
        servers = [start(i, role) for i, role in enumerate(roles)]
        for word in ("Order", "Buy"):
            servers[0].import_project("shop", project(word))
            servers[0].train("shop", word)
        servers[0].deploy("shop", label="Order")
        yield servers


class Watcher(threading.Thread):
    """Asks one node without a pause and keeps when each change of its answer was seen."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.changes, self.stopping = server, [], False

    def run(self):
        connection = http.client.HTTPConnection(self.server.url.removeprefix("http://"))
        body = json.dumps(harness.prediction_body("shop", "bring me tea 3"))
        headers = {"Ocp-Apim-Subscription-Key": self.server.key, "Content-Type": "application/json"}
        path, last = f"/language/:analyze-conversations?api-version={harness.VERSION}", None
        while not self.stopping:
            connection.request("POST", path, body, headers)
            top = json.loads(connection.getresponse().read())["result"]["prediction"]["topIntent"]
            if top != last:
                self.changes.append((time.monotonic(), top))
            last = top
            time.sleep(0.0005)


def propagation(options):
    with cluster(("all", "prediction", "prediction")) as servers:
        watchers = [Watcher(s) for s in servers]
        for w in watchers:
            w.start()
        time.sleep(0.5)
        whole, stale = [], 0
        for i in range(options.deploys):
            word = ("Buy", "Order")[i % 2]
            begun = time.monotonic()
            servers[0].deploy("shop", label=word)
            whole.append(time.monotonic() - begun)
            for s in servers:
                stale += s.predict("shop", "bring me tea 3")["result"]["prediction"]["topIntent"] != word
        for w in watchers:
            w.stopping = True
            w.join()
    # The n-th change of every node is the n-th deployment; what the first node to show it has before the others.
    lags = sorted(t - min(c[0] for c in change) for change in zip(*(w.changes[1:] for w in watchers))
                  for t, _ in change if t != min(c[0] for c in change))
    return {"deploys": options.deploys, "stale_after_success": stale,
            "deploy_ms_median": round(1000 * harness.median(whole), 1),
            "propagation_ms_median": round(1000 * harness.median(lags), 1),
            "propagation_ms_p99": round(1000 * lags[int(len(lags) * 0.99)], 1)}


def pg_ctl(*words):
    command = [pathlib.Path(CLUSTER, "bin").read_text().strip() + "/pg_ctl", "-D", f"{CLUSTER}/data", *words]
    if os.geteuid() == 0:
        command = ["runuser", "-u", pwd.getpwnam("postgres").pw_name, "--", *command]
    subprocess.run(command, check=True, cwd=CLUSTER, stdout=subprocess.DEVNULL)


def load(server, seconds, script):
    return subprocess.Popen(["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency", "--timeout", "10s", "-s", script,
                             server.url], stdout=subprocess.PIPE, text=True)


def result(process):
    out, _ = process.communicate()
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    socket = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", out)
    return {"requests": int(re.search(r"(\d+) requests in", out)[1]),
            "failed": int(failed[1]) if failed else 0,
            "socket_errors": sum(map(int, socket.groups())) if socket else 0,
            "p99": re.search(r"99%\s+(\S+)", out)[1]}


def away(options):
    with cluster(("all", "prediction")) as servers, tempfile.TemporaryDirectory() as tmp:
        script = f"{tmp}/wrk.lua"
        harness.wrk_script(servers[0], [harness.prediction_body("shop", "bring me tea 3")], script)
        before = result(load(servers[1], 5, script))
        loads = [load(s, options.seconds + 4, script) for s in servers]
        time.sleep(2)
        pg_ctl("-m", "immediate", "stop")
        time.sleep(options.seconds)
        pg_ctl("-w", "-l", f"{CLUSTER}/data/log", "start")
        during = [result(p) for p in loads]
        begun = time.monotonic()
        while True:
            try:
                servers[0].deploy("shop", label="Buy")
                break
            except SystemExit:  # 503 until the node has a connection again
                time.sleep(0.05)
        return {"seconds_away": options.seconds, "before": before, "during": during,
                "deploy_after_s": round(time.monotonic() - begun, 2)}


class Client(threading.Thread):
    """Asks the first of two endpoints without a pause; what fails there it asks the second, where it stays."""

    def __init__(self, servers):
        super().__init__(daemon=True)
        self.endpoints = [(s.url.removeprefix("http://"), s.key) for s in servers]
        self.answered, self.failed_once, self.lost, self.stopping = 0, 0, 0, False

    def ask(self, connection, key):
        connection.request("POST", f"/language/:analyze-conversations?api-version={harness.VERSION}",
                           json.dumps(harness.prediction_body("shop", "bring me tea 3")),
                           {"Ocp-Apim-Subscription-Key": key, "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status == 200 and json.loads(answer.read())["result"]["prediction"]["topIntent"] == "Order"

    def run(self):
        at = 0
        connection = http.client.HTTPConnection(self.endpoints[0][0])
        while not self.stopping:
            try:
                good = self.ask(connection, self.endpoints[at][1])
            except (OSError, http.client.HTTPException):
                good = False
            if good:
                self.answered += 1
                continue
            if at == 1:
                self.lost += 1
                continue
            self.failed_once += 1
            at, connection = 1, http.client.HTTPConnection(self.endpoints[1][0])


def killed(options):
    with cluster(("all", "prediction", "prediction")) as servers:
        clients = [Client(servers[1:]) for _ in range(options.clients)]
        for c in clients:
            c.start()
        time.sleep(2)
        os.kill(servers[1].pid, signal.SIGKILL)
        time.sleep(2)
        for c in clients:
            c.stopping = True
        for c in clients:
            c.join()
        return {"clients": options.clients, "answered": sum(c.answered for c in clients),
                "failed_in_flight": sum(c.failed_once for c in clients), "failed_on_both": sum(c.lost for c in clients)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("propagation", "away", "killed"))
    parser.add_argument("--deploys", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    if not DATABASE:
        raise SystemExit("run it as: tests/postgres/with_postgres bench/nodes.py …")
    print(json.dumps({"propagation": propagation, "away": away, "killed": killed}[options.what](options)))


if __name__ == "__main__":
    main()

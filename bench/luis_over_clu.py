#!/usr/bin/env python3
"""What a LUIS V3 prediction costs beside a CLU one: the same app, the same questions, in the same rounds.

    bench/luis_over_clu.py [--data braun2017/chatbot] [--rounds 7] [--seconds 3]

The app is a project of shared/data; dragoman convert makes the LUIS app of it. Both answer on one server, one
connection after another so that nothing waits, and the server's CPU time is counted.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile
import time
import urllib.parse

import harness

AUTHORING = "/luis/authoring/v3.0-preview"


def train_part(project):
    """Without the questions of the test."""
    assets = dict(project["assets"], utterances=[u for u in project["assets"]["utterances"] if u["dataset"] == "Train"])
    return dict(project, assets=assets)


def converted(project, folder):
    clu, luis = pathlib.Path(folder, "app.clu.json"), pathlib.Path(folder, "app.luis.json")
    clu.write_text(json.dumps(project))
    subprocess.run([harness.PROGRAM, "convert", str(clu), str(luis), "--to", "luis"], check=True, capture_output=True)
    return json.loads(luis.read_text())


def live_app(server, app):
    call = lambda method, path, body=None: server.call(method, server.url + AUTHORING + path, body)[2]
    app_id = call("POST", "/apps/import", app)
    version = app.get("versionId") or "0.1"
    call("POST", f"/apps/{app_id}/versions/{version}/train")
    while any(m["details"]["status"] in ("Queued", "InProgress") for m in call("GET", f"/apps/{app_id}/versions/{version}/train")):
        time.sleep(0.2)
    call("POST", f"/apps/{app_id}/publish", {"versionId": version, "isStaging": False})
    return app_id


def luis_script(server, app_id, questions, path):
    def quoted(text):
        return "[==[" + text + "]==]"
    bodies = [json.dumps({"query": q}) for q in questions]
    url = f"/luis/prediction/v3.0/apps/{app_id}/slots/production/predict?verbose=true&show-all-intents=true"
    harness.wrk_script(server, questions, path)
    text = pathlib.Path(path).read_text(encoding="utf-8")
    head = "local bodies = {\n" + ",\n".join(quoted(b) for b in bodies) + "\n}\n"
    text = head + text[text.index("local headers"):]
    lines = [f"local path = '{url}'" if line.startswith("local path") else line for line in text.splitlines()]
    pathlib.Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


def agreement(server, name, app_id, questions):
    same = 0
    for q in questions:
        clu = server.predict(name, q)["result"]["prediction"]["topIntent"]
        url = f"{server.url}/luis/prediction/v3.0/apps/{app_id}/slots/production/predict?query={urllib.parse.quote(q)}"
        same += clu == server.call("GET", url)[2]["prediction"]["topIntent"]
    return same


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="braun2017/chatbot")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    project = harness.data_set(options.data)
    questions = [u["text"] for u in project["assets"]["utterances"] if u["dataset"] == "Test"][:500]
    project = train_part(project)
    with harness.Server() as server, tempfile.TemporaryDirectory() as tmp:
        server.import_project("app", project)
        server.train("app", split="percentage")
        server.deploy("app")
        app_id = live_app(server, converted(project, tmp))
        print(f"the same top intent for {agreement(server, 'app', app_id, questions)} of {len(questions)} questions")
        clu, luis = f"{tmp}/clu.lua", f"{tmp}/luis.lua"
        harness.wrk_script(server, [harness.prediction_body("app", q) for q in questions], clu)
        luis_script(server, app_id, questions, luis)
        figures = {clu: [], luis: []}
        for _ in range(options.rounds):
            for script, values in figures.items():
                before = harness.cpu_seconds([server.pid])
                run = harness.wrk(server.url, options.seconds, 16, script)
                values.append((harness.cpu_seconds([server.pid]) - before) * 1e6 / run["requests"])
                if run["failed"]:
                    raise SystemExit(f"{run['failed']} requests failed")
        ratios = [b / a for a, b in zip(figures[clu], figures[luis])]
        print(f"CPU us/request: CLU {harness.median(figures[clu]):.1f}, LUIS V3 {harness.median(figures[luis]):.1f}; "
              f"ratio {harness.median(ratios):.2f} [{min(ratios):.2f}-{max(ratios):.2f}]")


if __name__ == "__main__":
    main()

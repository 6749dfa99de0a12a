#!/usr/bin/env python3
"""Whole predictions over HTTP beside nginx serving a static answer of the same size.

Every round runs nginx and dragoman one after the other with the same wrk, so a ratio holds though
the machine is shared. Prints the median and range over the rounds of: throughput ratio to nginx,
server CPU per request of both.

    bench/beside_nginx.py [--rounds 5] [--seconds 5] [--connections 32,256] [--set hwu64/fold01]
"""
import argparse
import pathlib
import subprocess
import tempfile
import time
import json

import harness


class Nginx:
    """nginx with two workers answering every request with one file from memory."""

    def __init__(self, body):
        self.dir = tempfile.TemporaryDirectory(prefix="dragoman-nginx-")
        root = pathlib.Path(self.dir.name)
        (root / "answer.json").write_bytes(body)
        port = 8897
        (root / "nginx.conf").write_text(f"""
worker_processes 2; daemon off; pid {root}/pid; error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000; sendfile on; open_file_cache max=10;
  client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;
  uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
  types {{ application/json json; }}
  server {{ listen 127.0.0.1:{port}; root {root}; }} }}
""")
        root.chmod(0o755)
        self.process = subprocess.Popen(["nginx", "-c", str(root / "nginx.conf"), "-p", str(root)])
        self.url = f"http://127.0.0.1:{port}/answer.json"
        time.sleep(0.5)
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        self.workers = [int(p) for p in children.split()]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.dir.cleanup()


def one_run(url, pids, seconds, connections, script):
    before = harness.cpu_seconds(pids)
    result = harness.wrk(url, seconds, connections, script)
    result["cpu_us"] = (harness.cpu_seconds(pids) - before) * 1e6 / result["requests"]
    result["rate"] = result["requests"] / result["seconds"]
    return result


def summary(name, values, digits):
    return f"{name} {harness.median(values):.{digits}f} [{min(values):.{digits}f}-{max(values):.{digits}f}]"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", default="32,256")
    parser.add_argument("--set", default="hwu64/fold01", dest="data_set")
    options = parser.parse_args()

    project = harness.data_set(options.data_set)
    queries = [u["text"] for u in project["assets"]["utterances"] if u["dataset"] == "Test"]
    with harness.Server() as server, tempfile.TemporaryDirectory() as tmp:
        server.import_project("bench", project)
        server.train("bench")
        server.deploy("bench")
        answers = [json.dumps(server.predict("bench", q), separators=(",", ":")).encode() for q in queries[:50]]
        answer = sorted(answers, key=len)[len(answers) // 2]
        script, plain = f"{tmp}/predict.lua", f"{tmp}/get.lua"
        harness.wrk_script(server, [harness.prediction_body("bench", q) for q in queries[:500]], script)
        done = pathlib.Path(script).read_text().split("done = ")[1]
        pathlib.Path(plain).write_text("done = " + done)
        nginx = Nginx(answer)
        try:
            print(f"{options.data_set}: answers of about {len(answer)} bytes, {options.rounds} rounds of "
                  f"{options.seconds} s each, medians [range]")
            for connections in map(int, options.connections.split(",")):
                limit, ours = [], []
                for _ in range(options.rounds):
                    limit.append(one_run(nginx.url, nginx.workers, options.seconds, connections, plain))
                    ours.append(one_run(server.url, [server.pid], options.seconds, connections, script))
                print(f"{connections} connections: "
                      + summary("throughput ratio", [o["rate"] / n["rate"] for o, n in zip(ours, limit)], 2) + "; "
                      + summary("CPU us/request", [o["cpu_us"] for o in ours], 1) + "; "
                      + summary("nginx", [n["cpu_us"] for n in limit], 1) + "; "
                      + summary("p99 us", [o["p99"] for o in ours], 0)
                      + f"; failed {sum(o['failed'] for o in ours)}")
        finally:
            nginx.stop()


if __name__ == "__main__":
    main()

"""What the server benchmarks share: start the real server, speak its REST API, read CPU and memory.

Only the Python standard library. The program under test is build/dragoman unless DRAGOMAN names
another; data sets are read from ../shared/data unless DRAGOMAN_SHARED names another folder.
"""
import copy
import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("DRAGOMAN", str(ROOT / "build" / "dragoman"))
SHARED = pathlib.Path(os.environ.get("DRAGOMAN_SHARED", ROOT.parent / "shared"))
VERSION = "2023-04-01"
AUTHORING = "/language/authoring/analyze-conversations"
TICKS = os.sysconf("SC_CLK_TCK")


def data_set(name):
    """A project of shared/data/nlu as a dictionary."""
    with gzip.open(SHARED / "data" / "nlu" / (name + ".json.gz")) as f:
        return json.load(f)


def cpu_seconds(pids):
    """User and system time of processes, children not counted."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_mib(pid, field="VmRSS"):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def median(values):
    return statistics.median(values)


def store_options(extra):
    """Those of the options of serve that say where the store is, as other commands take them."""
    pairs = zip(extra, extra[1:])
    return [word for pair in pairs if pair[0] in ("--database", "--secret-file") for word in pair]


class Server:
    """One dragoman process on a temporary data directory; use as a context manager."""

    def __init__(self, data=None, extra=()):
        self.own = data is None
        self.data = data or tempfile.mkdtemp(prefix="dragoman-bench-")
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0", *extra],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise SystemExit(f"the server did not start: {line!r}")
        self.start_seconds = time.monotonic() - begun
        self.url = line.split()[-1]
        self.pid = self.process.pid
        self.extra = extra
        self.key = self.key_of("local")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        if self.own:
            shutil.rmtree(self.data, ignore_errors=True)

    def key_of(self, resource):
        keys = subprocess.run([PROGRAM, "keys", resource, "--data", self.data, "--json", *store_options(self.extra)], check=True,
                              capture_output=True, text=True).stdout
        return json.loads(keys)["key1"]

    def new_resource(self, name):
        """The server as one sees it who has the key of that resource."""
        subprocess.run([PROGRAM, "resources", "create", name, "--url", self.url, "--data", self.data], check=True,
                       stdout=subprocess.DEVNULL)
        other = copy.copy(self)
        other.key = self.key_of(name)
        return other

    def call(self, method, path, body=None, query=""):
        """(status, headers, parsed body or None)"""
        url = path if path.startswith("http") else f"{self.url}{path}?api-version={VERSION}{query}"
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method, headers={
            "Ocp-Apim-Subscription-Key": self.key, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                text = answer.read()
                return answer.status, answer.headers, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def job(self, method, path, body=None, query="", poll=0.1):
        """Start a job and wait for it; the final job state."""
        _, headers, _ = self.call(method, AUTHORING + path, body, query)
        while True:
            _, _, state = self.call("GET", headers["operation-location"])
            if state["status"] in ("succeeded", "failed", "cancelled"):
                break
            time.sleep(poll)
        if state["status"] != "succeeded":
            raise SystemExit(f"{method} {path}: {json.dumps(state)}")
        return state

    def import_project(self, name, project):
        project = dict(project, metadata=dict(project["metadata"], projectName=name))
        return self.job("POST", f"/projects/{name}/:import", project)

    def train(self, name, label="m1", split="manual"):
        options = {"kind": split}
        if split == "percentage":
            options |= {"trainingSplitPercentage": 100, "testingSplitPercentage": 0}
        return self.job("POST", f"/projects/{name}/:train",
                        {"modelLabel": label, "trainingMode": "standard", "evaluationOptions": options})

    def deploy(self, name, deployment="production", label="m1"):
        return self.job("PUT", f"/projects/{name}/deployments/{deployment}", {"trainedModelLabel": label}, poll=0.02)

    def predict(self, name, text, deployment="production"):
        return self.call("POST", "/language/:analyze-conversations", prediction_body(name, text, deployment))[2]


def prediction_body(name, text, deployment="production"):
    return {"kind": "Conversation",
            "analysisInput": {"conversationItem": {"id": "1", "participantId": "1", "text": text}},
            "parameters": {"projectName": name, "deploymentName": deployment, "stringIndexType": "Utf16CodeUnit"}}


def wrk_script(server, bodies, path, pause_ms=0):
    """A Lua script for wrk that posts the bodies in turn; each connection waits pause_ms between answer and question."""
    def quoted(text):
        return "[==[" + text + "]==]"
    with open(path, "w", encoding="utf-8") as f:
        f.write("local bodies = {\n" + ",\n".join(quoted(json.dumps(b)) for b in bodies) + "\n}\n")
        f.write('local headers = {["Content-Type"]="application/json", '
                f'["Ocp-Apim-Subscription-Key"]="{server.key}"}}\n')
        f.write(f"local path = '/language/:analyze-conversations?api-version={VERSION}'\n")
        if pause_ms:
            f.write(f"delay = function() return {pause_ms} end\n")
        f.write("local requests = {}\n"
                "init = function(args)\n"
                "  for i, body in ipairs(bodies) do requests[i] = wrk.format('POST', path, headers, body) end\n"
                "end\n"
                "local at = 0\n"
                "request = function()\n"
                "  at = at % #requests + 1\n"
                "  return requests[at]\n"
                "end\n"
                "done = function(summary, latency)\n"
                "  local errors = summary.errors\n"
                "  print(string.format('RESULT %d %d %d %d %d', summary.requests, summary.duration,\n"
                "    errors.status + errors.connect + errors.read + errors.write + errors.timeout,\n"
                "    latency:percentile(50), latency:percentile(99)))\n"
                "end\n")


def wrk(url, seconds, connections, script=None):
    """One run of wrk with one thread: requests, seconds, failed, p50 and p99 in microseconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *(["-s", str(script)] if script else []), url]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        if line.startswith("RESULT "):
            requests, micros, failed, p50, p99 = map(int, line.split()[1:])
            return {"requests": requests, "seconds": micros / 1e6, "failed": failed, "p50": p50, "p99": p99}
    raise SystemExit("wrk gave no result:\n" + out)

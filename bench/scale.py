#!/usr/bin/env python3
"""Size: a project of 50,000 utterances, and ten thousand projects with a thousand deployments in one server.

    bench/scale.py large          import, train, export of 50,000 utterances: seconds, peak memory
    bench/scale.py deployments    10,000 projects, 100 of them with 10 deployments each: start-up time, resident memory
"""
import argparse
import concurrent.futures
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

import harness


def large_project():
    """50,000 distinct utterances: hwu64's own, then the same with one word of another utterance
    added, so that vocabulary and labels are those of real text."""
    project = harness.data_set("hwu64/fold01")
    base = project["assets"]["utterances"]
    grown, k = list(base), 0
    while len(grown) < 50000:
        k += 1
        for i, u in enumerate(base):
            word = base[(i * 7 + k * 13) % len(base)]["text"].split()[0]
            grown.append(dict(u, text=(u["text"] + " " + word)[:500]))
            if len(grown) == 50000:
                break
    project["assets"]["utterances"] = grown
    return project


def child_peak(server, stop, out):
    """Largest resident size seen of the training child."""
    while not stop.is_set():
        try:
            children = pathlib.Path(f"/proc/{server.pid}/task").glob("*/children")
            for pid in {p for c in children for p in c.read_text().split()}:
                out[0] = max(out[0], harness.memory_mib(pid, "VmHWM"))
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.05)


def large():
    project = large_project()
    with harness.Server() as server:
        for step in ("import", "train", "export"):
            peak, stop = [0.0], threading.Event()
            watcher = threading.Thread(target=child_peak, args=(server, stop, peak))
            watcher.start()
            begun = time.monotonic()
            if step == "import":
                server.import_project("large", project)
            elif step == "train":
                server.train("large", split="percentage")
            else:
                state = server.job("POST", "/projects/large/:export", query="&stringIndexType=Utf16CodeUnit")
                _, _, document = server.call("GET", state["resultUrl"])
                assert len(document["assets"]["utterances"]) == 50000
            seconds = time.monotonic() - begun
            stop.set()
            watcher.join()
            print(f"{step} of 50,000 utterances: {seconds:.1f} s; server peak {harness.memory_mib(server.pid, 'VmHWM'):.0f} MiB"
                  + (f"; training child peak {peak[0]:.0f} MiB" if step == "train" else ""))


def small_project(k):
    project = harness.data_set("fewshot/hwu64_5shot")
    utterances = [u for u in project["assets"]["utterances"] if u["dataset"] == "Train"]
    project["assets"]["utterances"] = utterances[k % 5:] + utterances[:k % 5]
    return project


def deployments():
    data = tempfile.mkdtemp(prefix="dragoman-scale-")
    try:
        with harness.Server(data) as server:
            for k in range(100):
                name = f"p{k:03}"
                server.import_project(name, small_project(k))
                server.train(name, split="percentage")
                for d in range(10):
                    server.deploy(name, f"d{d}")
            homes = [server] + [server.new_resource(f"r{r:02}") for r in range(1, 20)]  # of 500 projects each
            with concurrent.futures.ThreadPoolExecutor(8) as pool:  # these only lie there
                for _ in pool.map(lambda k: homes[k // 500].import_project(f"q{k:04}", small_project(k)), range(100, 10000)):
                    pass
            print(f"10,000 projects, 1,000 deployments made; resident {harness.memory_mib(server.pid):.1f} MiB")
        size = subprocess.run(["du", "-sm", data], check=True, capture_output=True, text=True).stdout.split()[0]
        with harness.Server(data) as server:
            before = harness.memory_mib(server.pid)
            for k in range(100):
                server.predict(f"p{k:03}", "wake me up at five", f"d{k % 10}")
            after = harness.memory_mib(server.pid)
            anonymous = harness.memory_mib(server.pid, "RssAnon")
            start_seconds = server.start_seconds
        with harness.Server() as server:
            empty, empty_anonymous = harness.memory_mib(server.pid), harness.memory_mib(server.pid, "RssAnon")
            print(f"start empty: {server.start_seconds:.2f} s; resident {empty:.1f} MiB")
        print(f"start with 10,000 projects and 1,000 deployments: {start_seconds:.2f} s; resident {before:.1f} MiB, "
              f"{1024 * (before - empty) / 1000:.1f} KiB more than empty for each deployment; after one prediction of each of "
              f"100 models {after:.1f} MiB, {anonymous - empty_anonymous:.1f} MiB more than empty not of files; "
              f"data directory {size} MiB")
    finally:
        shutil.rmtree(data, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("large", "deployments"))
    {"large": large, "deployments": deployments}[parser.parse_args().what]()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What prebuilt components cost a prediction.

    bench/prebuilts.py        samples/home.json as it is, then with entities of more and more categories:
                              microseconds of one prediction in one thread (`dragoman bench`)
"""
import json
import pathlib
import subprocess
import tempfile

import harness

ROUNDS = 5

NUMBERS = ["Quantity.Number", "Quantity.Ordinal", "Quantity.Percentage", "Quantity.NumberRange"]
UNITS = ["Quantity.Age", "Quantity.Currency", "Quantity.Dimension", "Quantity.Temperature"]
SEQUENCES = ["Email", "URL", "Phone Number", "IPAddress"]
NAMES = ["Person.Name", "General.Organization", "Geography.Location", "General.Event", "Geography.Address"]
SETS = [
    ("none", []),
    ("Quantity.Number", ["Quantity.Number"]),
    ("Email, URL, Phone Number, IPAddress", SEQUENCES),
    ("the five of names", NAMES),
    ("the eight of Quantity", NUMBERS + UNITS),
    ("DateTime", ["DateTime"]),
    ("all nineteen", NUMBERS + UNITS + SEQUENCES + NAMES + ["DateTime", "Choice.Boolean"]),
]


def run(*args):
    return subprocess.run([harness.PROGRAM, *args], check=True, capture_output=True, text=True).stdout


def train(folder, number, categories):
    """The sample with one entity for each category; its path and its model's."""
    project = json.loads((harness.ROOT / "samples" / "home.json").read_text(encoding="utf-8"))
    for category in categories:
        name = "prebuilt " + category.replace(".", " ")
        project["assets"]["entities"].append({"category": name, "prebuilts": [{"category": category}]})
    path = folder / f"{number}.json"
    path.write_text(json.dumps(project), encoding="utf-8")
    run("train", str(path), "-o", str(folder / f"{number}.model"))
    return path, folder / f"{number}.model"


def main():
    with tempfile.TemporaryDirectory() as folder:
        built = [train(pathlib.Path(folder), i, categories) for i, (_, categories) in enumerate(SETS)]
        best = [None] * len(SETS)
        for _ in range(ROUNDS):  # by turns, so that all see the same noise
            for i, (project, model) in enumerate(built):
                figures = json.loads(run("bench", str(model), str(project), "--json", "--seconds", "1"))
                if best[i] is None or figures["p50_us"] < best[i]["p50_us"]:
                    best[i] = figures
    print(f"{'prebuilt categories':40} {'p50 us':>8} {'p99 us':>8} {'more':>8}")
    for (name, _), figures in zip(SETS, best):
        more = figures["p50_us"] - best[0]["p50_us"]
        print(f"{name:40} {figures['p50_us']:8.1f} {figures['p99_us']:8.1f} {more:8.1f}")


main()

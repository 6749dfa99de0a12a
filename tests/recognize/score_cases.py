#!/usr/bin/env python3
"""Run the recogniser over the conformance cases and compare with the floors.

usage: score_cases.py RECOGNIZE FLOORS

RECOGNIZE  the command; FLOORS: lines "language culture model share", the share of the cases that the reference
platform passes and that must pass here. The cases lie in $DRAGOMAN_SHARED (default ../shared)/data/prebuilt; without
them the test is skipped (exit 77).
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile


def main():
    command, floors = sys.argv[1], sys.argv[2]
    shared = os.environ.get('DRAGOMAN_SHARED', '../shared')
    data, scorer = os.path.join(shared, 'data/prebuilt'), os.path.join(shared, 'tools/score_prebuilt.py')
    if not os.path.isdir(data):
        print('no conformance cases at ' + data)
        return 77
    wanted = {}
    for line in open(floors, encoding='utf-8'):
        if line.split('#')[0].strip():
            language, culture, model, share = line.split()
            wanted.setdefault((language, culture), {})[model] = float(share)
    failed = 0
    for (language, culture), models in sorted(wanted.items()):
        folder = os.path.join(data, language)
        lines = b''.join(gzip.open(os.path.join(folder, f)).read() for f in sorted(os.listdir(folder)))
        with tempfile.TemporaryDirectory() as tmp:
            out, figures = os.path.join(tmp, 'out.jsonl'), os.path.join(tmp, 'figures.json')
            with open(out, 'wb') as f:
                subprocess.run([command, '--culture', culture], input=lines, stdout=f, check=True)
            subprocess.run([sys.executable, scorer, '--cases', folder, '--output', out, '--select', 'dotnet', '--json', figures],
                           stdout=subprocess.DEVNULL, check=True)
            groups = json.load(open(figures, encoding='utf-8'))['groups']
        for model, share in sorted(models.items()):
            got = groups[model]['case']
            ok = got >= share
            failed += not ok
            print('%-4s %-3s %-36s %.4f (at least %.4f)' % ('ok' if ok else 'FAIL', language, model, got, share))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

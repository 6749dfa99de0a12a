#!/usr/bin/env python3
"""What share of the conformance cases of the prebuilts passes, by model and language; CPU and memory.

usage: prebuilt_cases.py [BUILD]      BUILD: the build directory (default build)

Counted are the cases that the reference platform (.NET) passes; a case passes when every expected entity is found with its
span, type and whole resolution, and nothing else. The cases lie in $DRAGOMAN_SHARED (default ../shared)/data/prebuilt,
their scorer beside them. Prints tables in Markdown.
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile

CULTURES = {'en': 'en-us', 'de': 'de-de', 'es': 'es-es', 'fr': 'fr-fr', 'it': 'it-it', 'pt': 'pt-br', 'ja': 'ja-jp', 'zh': 'zh-cn'}
SHARED = os.environ.get('DRAGOMAN_SHARED', '../shared')


def cases_of(language):
    folder = os.path.join(SHARED, 'data/prebuilt', language)
    return folder, b''.join(gzip.open(os.path.join(folder, f)).read() for f in sorted(os.listdir(folder)))


def score(build, language, tmp):
    folder, lines = cases_of(language)
    out, figures = os.path.join(tmp, 'out.jsonl'), os.path.join(tmp, 'figures.json')
    with open(out, 'wb') as f:
        subprocess.run([os.path.join(build, 'dragoman'), 'recognize', '--culture', CULTURES[language]], input=lines, stdout=f,
                       check=True)
    subprocess.run([sys.executable, os.path.join(SHARED, 'tools/score_prebuilt.py'), '--cases', folder, '--output', out,
                    '--select', 'dotnet', '--json', figures], stdout=subprocess.DEVNULL, check=True)
    return json.load(open(figures, encoding='utf-8'))['groups']


def table(groups):
    models = sorted({m for g in groups.values() for m in g} - {'TOTAL'}) + ['TOTAL']
    print('| cases that pass, % (of) | ' + ' | '.join(CULTURES) + ' |\n|---' + '|---' * len(CULTURES) + '|')
    for m in models:
        cells = ['%.1f (%d)' % (100 * g[m]['case'], g[m]['cases']) if m in g and g[m]['cases'] else '-' for g in groups.values()]
        print('| ' + ('all' if m == 'TOTAL' else m) + ' | ' + ' | '.join(cells) + ' |')


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else 'build'
    with tempfile.TemporaryDirectory() as tmp:
        table({language: score(build, language, tmp) for language in CULTURES})
    bench = os.path.join(build, 'bench/bench_recognize')
    print('\nEnglish, all 16 base models at once, CPU: ', end='', flush=True)
    subprocess.run([bench], input=cases_of('en')[1], check=True)
    subprocess.run([bench, '--memory'], check=True)
    print()
    subprocess.run([bench, '--worst'], check=True)


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
"""Run the recogniser over wordings of our own and compare with what they must give.

usage: check_wordings.py RECOGNIZE FILE... [--write]

FILE is named after its culture (en-us.txt). A line "== MODEL [REFERENCE]" names the model and the reference time of
the lines below; each of them is "INPUT  ->  ENTITIES", with "[text]type:values" for each entity and --- for none.
--write puts the answers of today into the files: read the difference before keeping it.
"""
import json
import os
import subprocess
import sys


def shown(entity):
    r = entity['resolution']
    if 'values' in r:
        values = ' ;; '.join(','.join(v if k in ('timex', 'value') else '%s=%s' % (k, v) for k, v in x.items() if k != 'type')
                             for x in r['values'])
    else:
        values = ','.join('null' if v is None else str(v) for v in r.values())
    parent = ' of [%s]' % entity['parentText'] if 'parentText' in entity else ''
    return '[%s]%s:%s%s' % (entity['text'], entity['type'].replace('datetimeV2.', ''), values, parent)


def read(path):
    """-> [(line, model, reference, input, wanted)]; model is None for lines that are kept as they stand"""
    out, model, reference = [], None, None
    for line in open(path, encoding='utf-8').read().split('\n'):
        if line.startswith('== '):
            words = line.split()
            model, reference = words[1], words[2] if len(words) > 2 else None
        if not line.strip() or line[0] == '#' or line.startswith('== '):
            out.append((line, None, None, None, None))
        else:
            text, _, want = line.partition('  ->  ')
            out.append((line, model, reference, text, want.strip()))
    return out


def answers(command, culture, cases):
    lines = ''.join(json.dumps({'id': 'own/%s/%d' % (m, i), 'input': t, 'context': r and {'referenceDateTime': r}}) + '\n'
                    for i, (m, r, t) in enumerate(cases))
    run = subprocess.run([command, '--culture', culture], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    for line in run.stdout.decode().splitlines():
        yield ' | '.join(map(shown, json.loads(line)['entities'])) or '---'


def main():
    command, paths = sys.argv[1], [a for a in sys.argv[2:] if a != '--write']
    failed = 0
    for path in paths:
        lines = read(path)
        got = answers(command, os.path.basename(path)[:-4], [x[1:4] for x in lines if x[1]])
        written = []
        for line, model, _, text, want in lines:
            answer = next(got) if model else None
            if model and answer != want:
                failed += 1
                print('%s\n  want %s\n  got  %s' % (text, want, answer))
            written.append('%s  ->  %s' % (text, answer) if model else line)
        if '--write' in sys.argv:
            open(path, 'w', encoding='utf-8').write('\n'.join(written))
    print('%d differences' % failed)
    return 1 if failed and '--write' not in sys.argv else 0


if __name__ == '__main__':
    sys.exit(main())

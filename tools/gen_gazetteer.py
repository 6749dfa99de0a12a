#!/usr/bin/env python3
"""Compiles the gazetteers to the constant table of src/recognize/gazetteer.h.

usage: gen_gazetteer.py OUT.c FILE...

A file has sections, "[kind]" or "[kind kind]", of phrases apart from "|" or by lines; "#" begins a comment line. A "?" after a phrase marks
it as doubtful: it is an everyday word, or another kind of name, too. Spelling as text/tokens.h gives it: compatibility
forms, letter case and marks folded.
"""
import re
import sys
import unicodedata

MAX_TOKENS = 8  # GAZ_MAX_TOKENS
TOKEN = re.compile(r'[\u30A1-\u30FA\u30FC]+|[\u3040-\u309F\u3400-\u9FFF\u3005]|[^\W\u3040-\u30FF\u3400-\u9FFF\u3005_]+|[^\s]')


STROKES = str.maketrans('øđħıłŧ', 'odhilt')


def is_accent(c):
    return 200 <= unicodedata.combining(c) <= 240 or 10 <= unicodedata.combining(c) <= 36


def norm(text):
    return ' '.join(unicodedata.normalize('NFKC', text.replace('’', "'")).casefold().split())


def fold(text):
    text = norm(text).translate(STROKES)
    text = ''.join(c for c in unicodedata.normalize('NFD', text) if not is_accent(c))
    return ' '.join(unicodedata.normalize('NFC', text).split())


def read(path, phrases, accented):
    kinds = None
    for number, line in enumerate(open(path, encoding='utf-8'), 1):
        line = line.strip()
        if not line or line.startswith('#'):
            continue
        if line.startswith('['):
            kinds = line.strip('[]').upper().replace('-', '_').split()
            continue
        for phrase in line.split('|'):
            phrase = phrase.strip()
            if not phrase or not kinds:
                sys.exit(f'{path}:{number}: a phrase is empty or has no section')
            spelling = norm(phrase.rstrip('?'))
            sure, maybe = phrases.setdefault(fold(spelling), (set(), set()))
            if fold(spelling) != spelling:
                accented.add(fold(spelling))
            (maybe if phrase.endswith('?') else sure).update(kinds)


def fnv(data):
    h = 2166136261
    for byte in data:
        h = ((h ^ byte) * 16777619) & 0xFFFFFFFF
    return h ^ (h >> 15)


def bits(kinds):
    return ' | '.join('GAZ_' + k for k in sorted(kinds)) or '0'


def flag(on):
    return 'true' if on else 'false'


def main():
    out, files = sys.argv[1], sys.argv[2:]
    phrases, accented = {}, set()
    for path in files:
        read(path, phrases, accented)
    longer = set()
    for phrase in list(phrases):
        ends = [m.end() for m in TOKEN.finditer(phrase)]
        if len(ends) > MAX_TOKENS:
            sys.exit(f'"{phrase}" has more than {MAX_TOKENS} tokens')
        for end in ends[:-1]:
            longer.add(phrase[:end])
            phrases.setdefault(phrase[:end], (set(), set()))
    names = sorted(phrases)
    if len(names) >= 0xFFFF:
        sys.exit('too many phrases for 16-bit slots')
    size = 1
    while size < 2 * len(names):
        size *= 2
    slots, offset, rows = [0] * size, 0, []
    for number, name in enumerate(names, 1):
        data = name.encode()
        slot = fnv(data) & (size - 1)
        while slots[slot]:
            slot = (slot + 1) & (size - 1)
        slots[slot] = number
        sure, maybe = phrases[name]
        rows.append(f'    {{{offset}, {bits(sure)}, {bits(maybe - sure)}, {len(data)}, {flag(name in longer)}, {flag(name in accented)}}},')
        offset += len(data)
    with open(out, 'w', encoding='utf-8') as f:
        f.write('#include "recognize/gazetteer.h"\n\nstatic const char text[] =\n')
        for name in names:
            escaped = ''.join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f'\\{b:03o}' for b in name.encode())
            f.write(f'    "{escaped}"\n')
        f.write(';\n\nstatic const gaz_phrase phrases[] = {\n' + '\n'.join(rows) + '\n};\n\n')
        f.write('static const uint16_t slots[] = {' + ', '.join(map(str, slots)) + '};\n\n')
        f.write(f'const gaz_table gazetteer = {{text, phrases, slots, {size - 1}}};\n')


main()

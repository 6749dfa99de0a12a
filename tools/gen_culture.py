#!/usr/bin/env python3
"""Compile a culture's readable sources to one C file of static tables.

usage: gen_culture.py NAME SOURCE OUT.c --vocabulary vocabulary.def [--depfile F]

The source language is described in doc/recognize.md. In short:

  include FILE
  set KEY VALUE                       settings of the culture
  group NAME                          the rules that follow serve these models
  lex CLASS                           lexicon:  VALUE = phrase | phrase(s) | {a|b} c
  rule NAME                           grammar:  PATTERN -> field=VALUE, val=OP, need=SWITCH
"""
import argparse
import os
import re
import sys

MAX_CHILDREN = 16


class Fault(Exception):
    pass


def read_vocabulary(path, v=None):
    v = v or {k: {} for k in ('FIELD', 'CHILD', 'VALOP', 'ENUM', 'SYM', 'SWITCH', 'GROUP')}
    for line in open(path, encoding='utf-8'):
        inner = re.match(r'^#include "recognize/(\w+\.def)"', line)
        if inner:
            read_vocabulary(os.path.join(os.path.dirname(path), inner.group(1)), v)
        m = re.match(r'^(FIELD|CHILD|VALOP|ENUM|SYM|SWITCH|GROUP)\((\w+)(?:,\s*(-?\d+))?\)', line)
        if m:
            kind, name, num = m.groups()
            v[kind][name] = int(num) if num is not None else len(v[kind])
    return v


# ---------------------------------------------------------------- text to tokens, as lexer.c does

def is_letter(c):
    import unicodedata
    return unicodedata.category(c)[0] in 'LM' 


def is_spaceless(c):
    o = ord(c)
    return 0x2E80 <= o <= 0x9FFF or 0xF900 <= o <= 0xFAFF or 0x20000 <= o <= 0x3FFFF


def tokens_of(phrase):
    """[(text, space_before)] of a folded phrase."""
    out, i, space = [], 0, False
    while i < len(phrase):
        c = phrase[i]
        if c.isspace():
            space, i = True, i + 1
            continue
        j = i + 1
        if c.isascii() and c.isdigit():
            while j < len(phrase) and phrase[j].isascii() and phrase[j].isdigit():
                j += 1
        elif is_letter(c) and not is_spaceless(c):
            while j < len(phrase) and is_letter(phrase[j]) and not is_spaceless(phrase[j]):
                j += 1
        out.append((phrase[i:j], space or not out))
        i, space = j, False
    return out


def split_top(s, sep):
    """Split at sep outside (), {} and quotes."""
    out, depth, quote, cur = [], 0, False, ''
    for c in s:
        if c == '"':
            quote = not quote
        elif not quote and c in '({':
            depth += 1
        elif not quote and c in ')}':
            depth -= 1
        if c == sep and depth == 0 and not quote:
            out.append(cur)
            cur = ''
        else:
            cur += c
    return out + [cur]


def expand_phrase(p):
    """{a|b} alternatives, (s) optional parts; a quoted phrase is taken as it stands."""
    p = p.strip()
    if len(p) > 1 and p[0] == '"' and p[-1] == '"':
        return [p[1:-1]]
    for op, cl in ('{}', '()'):
        i = p.find(op)
        if i >= 0:
            depth, j = 0, i
            while True:
                if p[j] == op:
                    depth += 1
                elif p[j] == cl:
                    depth -= 1
                    if depth == 0:
                        break
                j += 1
            alts = split_top(p[i + 1:j], '|') + ([''] if op == '(' else [])
            return [x for a in alts for x in expand_phrase(p[:i] + a + p[j + 1:])]
    return [p]


# ---------------------------------------------------------------- the source files

class Culture:
    def __init__(self, name, vocab):
        self.name, self.v = name, vocab
        self.symbols = dict(vocab['SYM'])
        self.settings = {'decimal_mark': '.', 'group_mark': ',', 'value_mark': '.', 'day_first': '0', 'both_marks': '1', 'spaceless': '0'}
        self.lex = {}        # tuple of words -> list of (symbol, value, exact spelling or None)
        self.payloads = []
        self.lists = {'glue': [], 'not_phone': []}
        self.rules = []      # (lhs, pattern text, actions, groups, place)
        self.files = []
        self.groups = 0
        self.guards = [(0.0, 0.0)]

    def symbol(self, name):
        return self.symbols.setdefault(name, len(self.symbols))

    def value(self, text):
        text = text.strip()
        if text[0] in '\'"':
            s = text.strip(text[0])
            if s not in self.payloads:
                self.payloads.append(s)
            return float(self.payloads.index(s))
        if text in self.v['ENUM']:
            return float(self.v['ENUM'][text])
        try:
            return float(text)
        except ValueError:
            raise Fault('unknown value ' + text)

    def loosened(self, tokens):
        """Where words are not set apart by blanks, a blank between characters changes nothing."""
        if self.settings['spaceless'] == '0':
            return tokens
        return [(w, space or is_spaceless(w[0]) or is_spaceless(tokens[i - 1][0][-1])) for i, (w, space) in enumerate(tokens)]

    def add_phrase(self, phrase, symbol, value, any_case=True):
        folded = phrase.lower()
        exact = phrase if folded != phrase and not any_case else None
        key = tuple(self.loosened(tokens_of(folded)))
        if not key:
            raise Fault('empty phrase')
        terms = self.lex.setdefault(key, [])
        if not any(t[0] == symbol and t[2] == exact for t in terms):
            terms.append((symbol, value, exact))

    def read(self, path):
        self.files.append(path)
        state = None
        for no, raw in enumerate(open(path, encoding='utf-8'), 1):
            line = re.sub(r'(^|\s)#.*$', '', raw.rstrip('\n')).rstrip()
            if not line.strip():
                continue
            try:
                if line[0] not in ' \t':
                    words = line.split()
                    state = self.heading(words, os.path.dirname(path))
                elif state is None:
                    raise Fault('indented line without a heading')
                elif state[0] == 'lex':
                    self.lex_line(state, line.strip())
                elif state[0] in self.lists:
                    self.lists[state[0]] += [p for part in split_top(line, '|') for p in expand_phrase(part) if p]
                else:
                    self.rule_line(state[1], line.strip(), '%s:%d' % (path, no))
            except Fault as f:
                sys.exit('%s:%d: %s' % (path, no, f))

    def heading(self, w, folder):
        if w[0] == 'include':
            self.read(os.path.join(folder, w[1]))
            return None
        if w[0] == 'set':
            self.settings[w[1]] = w[2]
            return None
        if w[0] == 'group':
            self.groups = 0
            for g in w[1:]:
                self.groups |= 1 << self.v['GROUP'][g]
            return None
        if w[0] == 'lex':
            return ('lex', self.symbol(w[1]), len(w) > 2 and w[2] == 'cased')
        if w[0] == 'rule':
            return ('rule', w[1])
        if w[0] in self.lists:
            return (w[0],)
        raise Fault('unknown heading ' + w[0])

    def lex_line(self, state, line):
        m = re.match(r"""^('[^']*'|"[^"]*"|[\w.+-]+)\s+=\s+(.*)$""", line)
        value, phrases = (self.value(m.group(1)), m.group(2)) if m else (0.0, line)
        for part in split_top(phrases, '|'):
            for p in expand_phrase(part):
                if p.strip():
                    self.add_phrase(p.strip(), state[1], value, any_case=not state[2])

    def rule_line(self, lhs, line, place):
        m = re.match(r'^(.*?)(?:\s+->\s+(.*))?$', line)
        self.rules.append((lhs, m.group(1), m.group(2) or '', self.groups, place))


# ---------------------------------------------------------------- patterns

TOKEN = re.compile(r'\s*(?:(?P<gap>[~_])|(?P<open>\()|(?P<close>\)\??)|(?P<bar>\|)|'
                   r'(?P<item>(?:@|\w+:)?(?:"[^"]*"|[\w.]+)(?:\[[^\]]*\])?\??))')


class Pattern:
    """Expands a right-hand side to plain sequences of (symbol, gap, guard, capture)."""

    def __init__(self, culture, text):
        self.c, self.text, self.pos = culture, text, 0

    def next(self):
        m = TOKEN.match(self.text, self.pos)
        if not m or m.end() == self.pos:
            if self.text[self.pos:].strip():
                raise Fault('cannot read pattern at: ' + self.text[self.pos:])
            return None, None
        self.pos = m.end()
        return m.lastgroup, m.group(m.lastgroup)

    def peek(self):
        at = self.pos
        t = self.next()
        self.pos = at
        return t

    def alternatives(self):
        out = self.sequence()
        while self.peek()[0] == 'bar':
            self.next()
            out = out + self.sequence()
        return out

    def sequence(self):
        seqs, gap = [[]], 0
        while True:
            kind, text = self.peek()
            if kind in (None, 'bar', 'close'):
                return seqs
            self.next()
            if kind == 'gap':
                gap = 1 if text == '~' else 2
                continue
            if kind == 'open':
                alts = self.alternatives()
                kind, text = self.next()
                if kind != 'close':
                    raise Fault('missing )')
                optional = text.endswith('?')
            else:
                optional = text.endswith('?')
                alts = [[self.item(text.rstrip('?'))]]
            if gap:
                alts = [[(a[0][0], gap) + a[0][2:]] + a[1:] for a in alts if a]
            if optional:
                alts = alts + [[]]
            gap = 0
            seqs = [s + a for s in seqs for a in alts]
            if len(seqs) > 20000:
                raise Fault('pattern expands to too many sequences')

    def item(self, text):
        c, guard = self.c, 0
        m = re.match(r'^(@|\w+:)?("[^"]*"|[\w.]+)(?:\[([^\]]*)\])?$', text)
        cap, name, bounds = m.groups()
        if bounds:
            lo, _, hi = bounds.partition('..')
            g = (float(lo), float(hi or lo))
            if g not in c.guards:
                c.guards.append(g)
            guard = c.guards.index(g)
        if name.startswith('"'):
            literal = name[1:-1]
            sym = c.symbol('"' + literal + '"')
            c.add_phrase(literal, sym, 1.0)
        else:
            sym = c.symbol(name)
            c.used.add(name)
        return (sym, 0, guard, cap.rstrip(':') if cap else None)


def compile_rules(c):
    """-> [(sequence, accept dict)]"""
    out = []
    c.used = set()
    for prio, (lhs, text, actions, groups, place) in enumerate(c.rules):
        try:
            seqs = Pattern(c, text)
            alts = seqs.alternatives()
            base = {'symbol': c.symbol(lhs), 'priority': prio, 'groups': groups, 'need': 0, 'unless': 0, 'valop': c.v['VALOP']['first'],
                    'constant': 0.0, 'sets': [], 'not_before': 0, 'not_after': 0, 'only_after': 0, 'only_before': 0, 'place': place}
            for act in filter(None, (a.strip() for a in actions.split(','))):
                key, _, val = act.partition('=')
                if key == 'val':
                    if val in c.v['VALOP']:
                        base['valop'] = c.v['VALOP'][val]
                    else:
                        base['valop'], base['constant'] = c.v['VALOP']['const'], c.value(val)
                elif key == 'times':
                    base['valop'], base['constant'] = c.v['VALOP']['times'], float(val)
                elif key in ('need', 'unless'):
                    base[key] |= 1 << c.v['SWITCH'][val]
                elif key in ('not_before', 'not_after', 'only_after', 'only_before'):
                    base[key] = c.symbol(val)
                elif key in c.v['FIELD']:
                    base['sets'].append((c.v['FIELD'][key], c.value(val)))
                else:
                    raise Fault('unknown action ' + act)
            for seq in alts:
                if not seq:
                    raise Fault('empty alternative')
                if len(seq) > MAX_CHILDREN:
                    raise Fault('right-hand side too long')
                acc = dict(base)
                acc['captures'] = captures(c, seq)
                out.append((tuple(s[:3] for s in seq), acc))
        except Fault as f:
            sys.exit('%s: %s' % (place, f))
        except KeyError as k:
            sys.exit('%s: unknown name %s' % (place, k))
    defined = {r[0] for r in c.rules}
    lexed = {t[0] for terms in c.lex.values() for t in terms}
    for name in sorted(c.used):
        if name not in defined and c.symbols[name] not in lexed and name not in c.v['SYM']:
            print('%s: warning: symbol %s is used but never defined' % (c.name, name), file=sys.stderr)
    return out


def captures(c, seq):
    caps = []
    for pos, item in enumerate(seq):
        cap = item[3]
        if cap is None:
            continue
        if cap == '@':
            caps.append((pos, 'CAP_MERGE', 0))
        elif cap in c.v['CHILD']:
            caps.append((pos, 'CAP_CHILD', c.v['CHILD'][cap]))
        elif cap in c.v['FIELD']:
            caps.append((pos, 'CAP_FIELD', c.v['FIELD'][cap]))
        else:
            raise Fault('unknown capture ' + cap)
    return caps


# ---------------------------------------------------------------- tables

def build_rule_trie(compiled):
    nodes = [{'next': {}, 'accepts': [], 'groups': 0}]
    for seq, acc in compiled:
        at = 0
        nodes[0]['groups'] |= acc['groups']
        for item in seq:
            if item not in nodes[at]['next']:
                nodes.append({'next': {}, 'accepts': [], 'groups': 0})
                nodes[at]['next'][item] = len(nodes) - 1
            at = nodes[at]['next'][item]
            nodes[at]['groups'] |= acc['groups']
        nodes[at]['accepts'].append(acc)
    return nodes


def build_lex_trie(lex):
    words = sorted({w for k in lex for w, _ in k})
    ids = {w: i for i, w in enumerate(words)}
    nodes = [{'next': {}, 'terms': []} for _ in words]
    for key in sorted(lex):
        at = ids[key[0][0]]
        for w, space in key[1:]:
            nxt, k = nodes[at]['next'], ids[w] * 2 + (0 if space else 1)
            if k not in nxt:
                nodes.append({'next': {}, 'terms': []})
                nxt[k] = len(nodes) - 1
            at = nxt[k]
        nodes[at]['terms'] += lex[key]
    return words, nodes


def symbol_ranks(c, compiled):
    """Longest chain of one-symbol rules below each symbol (cycles are cut)."""
    below = {}
    for seq, acc in compiled:
        if len(seq) == 1 and seq[0][0] != acc['symbol']:
            below.setdefault(acc['symbol'], set()).add(seq[0][0])
    rank = {}

    def of(sym, path):
        if sym not in rank:
            kids = [k for k in below.get(sym, ()) if k not in path]
            r = max([of(k, path | {sym}) + 1 for k in kids], default=0)
            rank[sym] = min(r, 250)
        return rank[sym]

    return [of(s, frozenset((s,))) for s in range(len(c.symbols))]


def fnv(b):
    h = 2166136261
    for x in b:
        h = ((h ^ x) * 16777619) & 0xFFFFFFFF
    return h ^ (h >> 15)


def cstr(s):
    out = ''
    for b in s.encode():
        out += chr(b) if 32 <= b < 127 and b not in (34, 92, 63) else '\\%03o' % b
    return '"' + out + '"'


def number(x):
    return repr(float(x))


def emit(c, out):
    compiled = compile_rules(c)
    nodes = build_rule_trie(compiled)
    words, lex = build_lex_trie(c.lex)
    pool, offsets = bytearray(b'\0'), {}

    def intern(s):
        if s not in offsets:
            offsets[s] = len(pool)
            pool.extend(s.encode() + b'\0')
        return offsets[s]

    w = out.write
    p = re.sub(r'\W', '_', c.name)
    w('/* Made by tools/gen_culture.py from cultures/. */\n#include "recognize/grammar.h"\n')

    def array(decl, rows, empty='{0}'):
        w('static const %s[] = {\n' % decl)
        for i in range(0, len(rows), 8):
            w('  ' + ', '.join(rows[i:i + 8]) + ',\n')
        if not rows:
            w('  %s\n' % empty)
        w('};\n')

    array('gr_word %s_words' % p, ['{%d, %d}' % (intern(x), len(x.encode())) for x in words])
    size = 16
    while size < 2 * len(words):
        size *= 2
    slots = [0] * size
    for i, x in enumerate(words):
        at = fnv(x.encode()) & (size - 1)
        while slots[at]:
            at = (at + 1) & (size - 1)
        slots[at] = i + 1
    array('uint32_t %s_slots' % p, [str(x) for x in slots])
    terms, kids, rows = [], [], []
    for n in lex:
        rows.append('{%d, %d, %d, %d}' % (len(terms), len(kids), len(n['terms']), len(n['next'])))
        for sym, val, exact in n['terms']:
            terms.append('{%s, %d, %d}' % (number(val), intern(exact) if exact else 0, sym))
        kids += ['{%d, %d}' % kv for kv in sorted(n['next'].items())]
    array('gr_lexnode %s_lex' % p, rows)
    array('gr_lexchild %s_lex_children' % p, kids)
    array('gr_term %s_terms' % p, terms)
    rows, steps, accepts, caps, sets = [], [], [], [], []
    root_first = []
    for i, n in enumerate(nodes):
        items = sorted(n['next'].items())
        bloom = 0
        for (sym, gap, guard), _ in items:
            bloom |= 1 << (sym % 64)
        rows.append('{%dull, %d, %d, %d, %d, %d}' % (bloom, len(steps), len(accepts), len(items), len(n['accepts']), n['groups']))
        if i == 0:
            at = 0
            for s in range(len(c.symbols) + 1):
                while at < len(items) and items[at][0][0] < s:
                    at += 1
                root_first.append(at)
        steps += ['{%d, %d, %d, %d}' % (node, sym, gap, guard) for (sym, gap, guard), node in items]
        for a in sorted(n['accepts'], key=lambda x: x['priority']):
            accepts.append('{%d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %s, %du, %du, %du}' % (
                a['priority'], len(caps), len(sets), a['symbol'], a['not_before'], a['not_after'], a['only_after'], a['only_before'], len(a['captures']), len(a['sets']),
                a['valop'], number(a['constant']), a['groups'], a['need'], a['unless']))
            caps += ['{%d, %s, %d}' % x for x in a['captures']]
            sets += ['{%d, %s}' % (f, number(v)) for f, v in a['sets']]
    array('gr_node %s_nodes' % p, rows)
    array('gr_step %s_steps' % p, steps)
    array('uint32_t %s_root' % p, [str(x) for x in root_first])
    array('gr_guard %s_guards' % p, ['{%s, %s}' % (number(a), number(b)) for a, b in c.guards])
    array('gr_accept %s_accepts' % p, accepts)
    array('gr_capture %s_captures' % p, caps)
    array('gr_set %s_sets' % p, sets)
    names = sorted(c.symbols, key=c.symbols.get)
    array('char *const %s_symbols' % p, [cstr(x) for x in names], 'NULL')
    array('uint8_t %s_rank' % p, [str(x) for x in symbol_ranks(c, compiled)])
    array('char *const %s_payloads' % p, [cstr(x) for x in c.payloads], 'NULL')
    for name, phrases in c.lists.items():
        array('char *const %s_%s' % (p, name), [cstr(x) for x in sorted(set(phrases), key=lambda g: (-len(g), g))] + ['NULL'])
    text = bytes(pool)
    w('static const char %s_text[] =\n' % p)
    for part in text.split(b'\0')[:-1]:
        w('  %s "\\0"\n' % cstr(part.decode()))
    w(';\n')
    s = c.settings
    w('extern const culture culture_%s;\nconst culture culture_%s = {\n' % (p, p))
    w('  .name = %s, .text = %s_text, .word_slots = %s_slots, .word_mask = %d, .words = %s_words, .word_count = %d,\n'
      % (cstr(c.name), p, p, size - 1, p, len(words)))
    w('  .lex = %s_lex, .lex_children = %s_lex_children, .terms = %s_terms, .nodes = %s_nodes, .steps = %s_steps,\n' % ((p,) * 5))
    w('  .root_steps = %s_root, .guards = %s_guards, .accepts = %s_accepts, .captures = %s_captures, .sets = %s_sets,\n' % ((p,) * 5))
    w('  .symbol_names = %s_symbols, .symbol_rank = %s_rank, .symbol_count = %d, .payloads = %s_payloads, .glue = %s_glue, .not_phone = %s_not_phone,\n'
      % (p, p, len(names), p, p, p))
    w("  .decimal_mark = '%s', .group_mark = '%s', .value_mark = '%s', .day_first = %s, .both_marks = %s, .spaceless = %s,\n};\n"
      % (s['decimal_mark'], s['group_mark'], s['value_mark'], s['day_first'], s['both_marks'], s['spaceless']))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('name')
    ap.add_argument('source')
    ap.add_argument('out')
    ap.add_argument('--vocabulary', required=True)
    ap.add_argument('--depfile')
    a = ap.parse_args()
    c = Culture(a.name, read_vocabulary(a.vocabulary))
    c.read(a.source)
    with open(a.out, 'w', encoding='utf-8') as f:
        emit(c, f)
    if a.depfile:
        with open(a.depfile, 'w', encoding='utf-8') as f:
            f.write('%s: %s\n' % (a.out, ' '.join(c.files + [a.vocabulary])))


if __name__ == '__main__':
    main()

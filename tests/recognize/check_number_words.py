#!/usr/bin/env python3
"""Write numbers out in words and compare what the recogniser reads: every number to 2000 and a spread up to 10^15.

usage: check_number_words.py RECOGNIZE
"""
import json
import random
import subprocess
import sys

ES_SMALL = ('cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete '
            'dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete '
            'veintiocho veintinueve').split()
ES_TENS = '_ _ _ treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split()
ES_HUNDREDS = ('_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos '
               'novecientos').split()
PT_SMALL = ('zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete '
            'dezoito dezenove').split()
PT_TENS = '_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa'.split()
PT_HUNDREDS = '_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos'.split()


def spanish(n, before_noun=False):
    """before_noun: "un" and "veintiún" in place of "uno" and "veintiuno"."""
    if n < 30:
        return {1: 'un', 21: 'veintiún'}.get(n, ES_SMALL[n]) if before_noun else ES_SMALL[n]
    if n < 100:
        return ES_TENS[n // 10] + (' y ' + spanish(n % 10, before_noun) if n % 10 else '')
    if n == 100:
        return 'cien'
    if n < 1000:
        return ES_HUNDREDS[n // 100] + (' ' + spanish(n % 100, before_noun) if n % 100 else '')
    if n < 10**6:
        return (('' if n < 2000 else spanish(n // 1000, True) + ' ') + 'mil' +
                (' ' + spanish(n % 1000, before_noun) if n % 1000 else ''))
    for unit, one, many in ((10**12, 'billón', 'billones'), (10**6, 'millón', 'millones')):
        if n >= unit:
            head, rest = divmod(n, unit)
            words = spanish(head, True) + ' ' + (one if head == 1 else many)
            return words + (' ' + spanish(rest, before_noun) if rest else '')


def portuguese(n):
    if n < 20:
        return PT_SMALL[n]
    if n < 100:
        return PT_TENS[n // 10] + (' e ' + portuguese(n % 10) if n % 10 else '')
    if n == 100:
        return 'cem'
    if n < 1000:
        return PT_HUNDREDS[n // 100] + (' e ' + portuguese(n % 100) if n % 100 else '')
    for unit, one, many in ((10**12, 'trilhão', 'trilhões'), (10**9, 'bilhão', 'bilhões'), (10**6, 'milhão', 'milhões'),
                            (1000, 'mil', 'mil')):
        if n >= unit:
            head, rest = divmod(n, unit)
            words = 'mil' if unit == 1000 and head == 1 else portuguese(head) + ' ' + (one if head == 1 else many)
            joined = rest and (rest < 100 or (rest < 1000 and rest % 100 == 0))
            return words + (' e ' if joined else ' ' if rest else '') + (portuguese(rest) if rest else '')


HAN = '零一二三四五六七八九'


def han_group(n, one):
    """Below 10,000. one: 一 is said before 百 and 千, and 零 in gaps (Chinese, not Japanese)."""
    text, gap = '', False
    for unit, name in ((1000, '千'), (100, '百'), (10, '十'), (1, '')):
        digit, n = divmod(n, unit)
        if not digit:
            gap = bool(text)
            continue
        text += '零' if gap and one else ''
        text += (name if digit == 1 and name and not one else HAN[digit] + name)
        gap = False
    return text


def han(n, one):
    if n == 0:
        return HAN[0]
    text, gap = '', False
    for unit, name in ((10**12, '兆'), (10**8, '亿' if one else '億'), (10**4, '万'), (1, '')):
        group, n = divmod(n, unit)
        if not group:
            gap = bool(text)
            continue
        text += '零' if one and text and (gap or group < 1000) else ''
        text += han_group(group, one) + name
        gap = False
    return text[1:] if one and text.startswith('一十') else text


def chinese(n):
    return han(n, True)


def japanese(n):
    return han(n, False)


def numbers():
    spread = random.Random(1)
    return list(range(2001)) + [spread.randrange(10**spread.randrange(4, 16)) for _ in range(3000)]


def main():
    failed = 0
    for culture, words in (('es-es', spanish), ('pt-br', portuguese), ('zh-cn', chinese), ('ja-jp', japanese)):
        wanted = [(n, words(n)) for n in numbers()]
        cases = ''.join(json.dumps({'id': 'own/NumberModel/%d' % i, 'input': text}) + '\n' for i, (_, text) in enumerate(wanted))
        run = subprocess.run([sys.argv[1], '--culture', culture], input=cases.encode(), stdout=subprocess.PIPE, check=True)
        for (n, text), line in zip(wanted, run.stdout.decode().splitlines()):
            found = [(e['text'], e['resolution']['value']) for e in json.loads(line)['entities']]
            if found != [(text, str(n))]:
                failed += 1
                if failed < 20:
                    print('%s %d "%s": %s' % (culture, n, text, found))
    print('%d differences' % failed)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

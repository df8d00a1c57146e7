import { expect, test } from 'vitest';
import { asLines, asOneLine, asPhrase, printable, printableJson } from '../../src/text/printable.ts';

const odd = 'a\nb\tc\u001b[31m\u202e\u2028\u2029\u{e0041}\ud800 Ünï 🙂';

test('one line has nothing that breaks it or steers a terminal, and is not longer than it may be', () => {
  expect(asOneLine(odd)).toBe('a\\u{a}b\\u{9}c\\u{1b}[31m\\u{202e}\\u{2028}\\u{2029}\\u{e0041}\\u{d800} Ünï 🙂');
  expect(asOneLine('x'.repeat(2_000))).toBe('x'.repeat(2_000));
  expect(asOneLine('x'.repeat(2_001))).toBe(`${'x'.repeat(2_000)}…`);
  expect(asOneLine('12345', 5)).toBe('12345');
  expect(asOneLine('123456', 5)).toBe('12345…');
  expect(asPhrase('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
});

test('JSON for people is the same data, and steers no terminal', () => {
  const shown = printableJson({ odd });
  expect(JSON.parse(shown)).toEqual({ odd });
  expect(shown).toMatch(/^\{\n {2}"odd": "[^\p{C}\p{Zl}\p{Zp}]+"\n\}$/u);
});

test('a text of several lines keeps them, and nothing else that cannot be seen', () => {
  expect(printable('one\ntwo\r\u001b[0m')).toBe('one\ntwo\ufffd\ufffd[0m');
});

test('lines keep their breaks and tabs, and are as long as they are; nothing else in them steers a terminal', () => {
  const lines = `${odd}\r\n${'x'.repeat(3_000)}\n`;
  expect(asLines(lines)).toBe(
    `a\nb\tc\\u{1b}[31m\\u{202e}\\u{2028}\\u{2029}\\u{e0041}\\u{d800} Ünï 🙂\\u{d}\n${'x'.repeat(3_000)}\n`,
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { escapeControl } from '../../src/text/escape-output.ts';
import { runToExit } from '../command/child-bench.ts';
import { anyCharacter } from '../support/any-character.ts';

test('newlines, tabs and readable text of any script stay as they are', () => {
  const text = 'a\tb\n\\x1b Ünï Привет 漢字 🙂';
  expect(escapeControl(text)).toBe(text);
});

test.each([
  ['\u001b[31mred', '\\x1b[31mred'],
  ['progress\r100%\u0008\u0007\u0000\u007f', 'progress\\x0d100%\\x08\\x07\\x00\\x7f'],
  ['\u009b31m', '\\x9b31m'],
  ['user\u202egnp.exe\u2066', 'user\\u{202e}gnp.exe\\u{2066}'],
  ['line\u2028line\ufeff', 'line\\u{2028}line\\u{feff}'],
  ['half \ud83d', 'half \\u{d83d}'],
  ['\u{e0041}tag', '\\u{e0041}tag'],
])('shows what cannot be seen: case %#', (text, shown) => {
  expect(escapeControl(text)).toBe(shown);
});

test('nothing that a terminal obeys is left of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(escapeControl(text)).toMatch(/^(?:[\n\t]|[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029])*$/u);
    }),
  );
});

test('bytes that are no UTF-8 are shown as such in what a command printed', async () => {
  const { exit } = await runToExit(String.raw`printf 'a\377b\033[0m\342\202'`);
  expect(exit.output.stdout).toBe('a\\u{fffd}b\\x1b[0m\\u{fffd}');
});

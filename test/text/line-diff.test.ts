import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDiff } from '../../src/text/line-diff.ts';

test('texts that are the same have no difference', () => {
  expect(lineDiff('a\nb\n', 'a\nb\n')).toBe('');
});

test('shows what changed with three lines around it, and nothing else', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  const after = before.toSpliced(2, 1, 'new').toSpliced(17, 1);
  expect(lineDiff(`${before.join('\n')}\n`, `${after.join('\n')}\n`)).toBe(
    [
      ...['@@ -1,6 +1,6 @@', ' line 0', ' line 1', '-line 2', '+new', ' line 3', ' line 4', ' line 5'],
      ...['@@ -15,6 +15,5 @@', ' line 14', ' line 15', ' line 16', '-line 17', ' line 18', ' line 19', ''],
    ].join('\n'),
  );
});

test('makes the one text of the other', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(patched(before, lineDiff(before, after))).toBe(after);
    }),
  );
});

/** What `patch` would make of a text. */
function patched(text: string, diff: string): string {
  const old = text.split('\n').slice(0, -1);
  const lines: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(0, -1)) {
    const begin = /^@@ -(\d+),/.exec(line);
    if (begin !== null) while (at < Number(begin[1]) - 1) lines.push(old[at++]!);
    else if (line.startsWith('+')) lines.push(line.slice(1));
    else {
      expect(old[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) lines.push(old[at]!);
      at += 1;
    }
  }
  return [...lines, ...old.slice(at)].map((line) => `${line}\n`).join('');
}

test('texts that have hardly a line in common take no time and no memory', () => {
  const lines = (word: string) => Array.from({ length: 20_000 }, (_, at) => `${word} ${at}\n`);
  const signed = (sign: string, word: string) =>
    lines(word)
      .map((line) => `${sign}${line}`)
      .join('');
  expect(lineDiff(lines('old').join(''), lines('new').join(''))).toBe(
    `@@ -1,20000 +1,20000 @@\n${signed('-', 'old')}${signed('+', 'new')}`,
  );
});

test('what is the same in both is no difference', () => {
  expect(lineDiff('a\nb\n', 'b\n')).toBe('@@ -1,2 +1,1 @@\n-a\n b\n');
  expect(lineDiff('b\n', 'a\nb\n')).toBe('@@ -1,1 +1,2 @@\n+a\n b\n');
});

test('the last line need not end', () => {
  expect(lineDiff('a\nbc', 'a\nbd')).toBe('@@ -1,2 +1,2 @@\n a\n-bc\n+bd\n');
});

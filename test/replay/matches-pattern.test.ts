import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern } from '../../src/replay/matches-pattern.ts';

const word = (letters: string, maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength }).map((all) => all.join(''));

test('a pattern means what its regular expression would', () => {
  fc.assert(
    fc.property(word('ab.', 8), word('ab.?*', 8), (name, pattern) => {
      const meant = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('?', '.').replace(/\*+/g, '.*')}$`, 's');
      expect(matchesPattern(name, pattern)).toBe(meant.test(name));
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  ['a+(b)[c].jsonl', 'a+(b)[c].jsonl', true],
  ['axjsonl', 'a.jsonl', false],
  ['a\nb.jsonl', 'a*b.jsonl', true],
  ['a\\b', 'a?b', true],
  ['😀.jsonl', '?.jsonl', true],
  ['', '*', true],
  ['', '?', false],
])('%j and %j: %s', (name, pattern, isMatch) => {
  expect(matchesPattern(name, pattern)).toBe(isMatch);
});

test('no number of stars and no length of a name makes it slow', () => {
  const name = 'a'.repeat(255);
  for (const part of ['a', '?', 'a?', 'aaaaaaaaab'.slice(1)]) {
    for (let stars = 1; stars <= 120; stars += 1)
      expect(matchesPattern(name, `${`*${part}`.repeat(stars)}*b`)).toBe(false);
  }
});

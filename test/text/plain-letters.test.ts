import { expect, test } from 'vitest';
import { plainLetters, wantsPlainLetters } from '../../src/text/plain-letters.ts';

test.each([
  [{ LC_ALL: 'C' }, true],
  [{ LC_ALL: 'C.UTF-8', LANG: 'C' }, false],
  [{ LC_CTYPE: 'en_US.utf8', LANG: 'POSIX' }, false],
  [{ LANG: 'en_US.ISO-8859-1' }, true],
  [{ LC_ALL: '', LANG: 'de_DE.UTF-8' }, false],
  [{}, false],
])('%j', (environment, isPlain) => {
  expect(wantsPlainLetters(environment)).toBe(isPlain);
});

test('signs keep their meaning, and nothing else than ASCII is left', () => {
  expect(plainLetters('✔ refreshed · waited 1.2s…')).toBe('ok refreshed - waited 1.2s~');
  expect(plainLetters('✘ ○ x’s ⠙ é 日')).toMatch(/^!! -- x's [|/\\-] \? \?$/);
});

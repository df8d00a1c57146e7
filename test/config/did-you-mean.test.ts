import { expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../src/config/did-you-mean.ts';

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['lock', 'lock', 0],
  ['lock', 'clock', 1],
  ['lock', 'lok', 1],
  ['lock', 'look', 1],
  ['lock', 'lcok', 1],
  ['kitten', 'sitting', 3],
  ['ab', 'xa', 2],
  ['', 'x'.repeat(20), 20],
  ['ab', 'x'.repeat(17), 17],
])('from %j to %j are %d slips', (a, b, slips) => {
  expect(editDistance(a, b)).toBe(slips);
  expect(editDistance(b, a)).toBe(slips);
});

test('the nearest candidate is offered', () => {
  expect(didYouMean('haproxy_timout', ['haproxy_timeout', 'handbrake_timeout'])).toBe(
    '; did you mean haproxy_timeout?',
  );
});

test('a third of a word may be wrong, or one letter of a short one, and the nearest counts wherever it stands', () => {
  expect(didYouMean('abcdxx', ['abcdef'])).toBe('; did you mean abcdef?');
  expect(didYouMean('abcxxx', ['abcdef'])).toBe('');
  expect(didYouMean('abxx', ['abcd'])).toBe('');
  expect(didYouMean('ax', ['ab'])).toBe('; did you mean ab?');
  expect(didYouMean('yaml', ['xaxl', 'yamx'])).toBe('; did you mean yamx?');
  expect(didYouMean('lock_nane', ['lock_nonx', 'lock_name', 'lock_fine'])).toBe('; did you mean lock_name?');
});

test('case is no slip, and a common prefix is no likeness', () => {
  expect(didYouMean('LOG_LEVEL', ['log_level'])).toBe('; did you mean log_level?');
  expect(didYouMean('DRY_RN', ['DRY_RUN'], 'WATCHER_')).toBe('; did you mean WATCHER_DRY_RUN?');
});

test('a letter alone means what nothing else begins with', () => {
  expect(didYouMean('V', ['version', 'verify'], '--')).toBe('');
  expect(didYouMean('V', ['version', 'h', 'lock'], '--')).toBe('; did you mean --version?');
  expect(didYouMean('x', ['h', 'a'])).toBe('');
});

test('nothing is offered when nothing is near', () => {
  expect(didYouMean('completely_else', ['lock', 'log_file'])).toBe('');
  expect(didYouMean('x'.repeat(1_000_000), ['lock'])).toBe('');
  expect(didYouMean('lock', [])).toBe('');
});

/** How long the names of pods may be. */
import { expect, test } from 'vitest';
import { isClusterName, isHostName, isName, normalPodName } from '../../src/discovery/names.ts';

/** So many characters, in labels that are not too long. */
const long = (length: number) =>
  'a.'
    .repeat(127)
    .slice(0, length - 1)
    .concat('b');

test('a host name has 253 characters, a dot at its end not counted, and 63 in each label', () => {
  expect([253, 254].map((length) => isHostName(long(length)))).toEqual([true, false]);
  expect([253, 254].map((length) => isHostName(`${long(length)}.`))).toEqual([true, false]);
  expect(normalPodName(`${long(253).toUpperCase()}.`)).toBe(long(253));
  expect([63, 64].map((length) => isHostName('a'.repeat(length)))).toEqual([true, false]);
});

test('a name of a source’s own has 255 visible characters, and that of a cluster no slash', () => {
  expect([0, 1, 255, 256].map((length) => isName('x'.repeat(length)))).toEqual([false, true, true, false]);
  expect(['', 'sas', 'a/b', 'a b'].map(isClusterName)).toEqual([true, true, false, false]);
});

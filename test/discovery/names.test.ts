/** How long the names of pods may be. */
import { expect, test } from 'vitest';
import {
  isClusterName,
  isHostName,
  isIp4OrEmpty,
  isName,
  isPodNameOrEmpty,
  normalPodName,
  podNameIn,
} from '../../src/discovery/names.ts';

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

test('a pod is named by a host or an address, in one spelling, and anything else is no name', () => {
  const names = ['P0.Example.Net.', 'P0', '10.0.0.1', '2001:DB8::0:1'];
  expect(names.map(podNameIn)).toEqual(['p0.example.net', 'p0', '10.0.0.1', '2001:db8::1']);
  expect(names.map(isPodNameOrEmpty)).toEqual([true, true, true, true]);
  for (const text of ['a b', 'p0:80', '$(x)']) {
    expect([podNameIn(text), normalPodName(text), isPodNameOrEmpty(text)]).toEqual([null, text, false]);
  }
});

test('what may be left out is a text nevertheless: empty, or of its kind', () => {
  expect(['', '10.0.0.1', '10.0.0', '::1', 'p0'].map(isIp4OrEmpty)).toEqual([true, true, false, false, false]);
  expect(isPodNameOrEmpty('')).toBe(true);
  for (const isOne of [isHostName, isName, isClusterName, isPodNameOrEmpty, isIp4OrEmpty])
    expect([5, null, ['10.0.0.1']].map(isOne)).toEqual([false, false, false]);
});

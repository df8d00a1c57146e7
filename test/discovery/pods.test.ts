/** A list of pods as somebody wrote it, and what is known of it before. */
import { expect, test } from 'vitest';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { readPods } from '../../src/discovery/pods.ts';
import { atOnce } from '../../src/slices.ts';
import { pod } from '../support/pods.ts';

const known = [pod('a'), pod('b')];
const written = ({ id, fqdn, ip4, ip6, port }: Endpoint) => ({ id, fqdn, ip4_address: ip4, ip6_address: ip6, port });
const read = (pods: readonly Endpoint[], before: readonly Endpoint[] = known) =>
  atOnce(readPods(pods.map(written), 'pods', before));

test('a list that says what is known is the known one, and no list that says less or more', () => {
  expect(read(known.toReversed())).toBe(known);
  const [a, b] = known as [Endpoint, Endpoint];
  for (const pods of [[a], [b], [], [a, b, pod('c')], [a, pod('c')], [a, { ...b, port: 81 }]])
    expect(read(pods)).toEqual(pods);
});

test('pods are in the order of their ids, whatever their names are', () => {
  const [first, second, third] = [pod('a', { fqdn: 'z' }), pod('b', { fqdn: 'y' }), pod('c', { fqdn: 'x' })];
  for (const pods of [
    [first, second, third],
    [third, first, second],
  ])
    expect(read(pods, [])).toEqual([first, second, third]);
});

test.each([
  ['name', { fqdn: 'other' }],
  ['IPv4 address', { ip4: '192.0.2.1' }],
  ['IPv6 address', { ip6: '2001:db8::2' }],
  ['port', { port: 81 }],
])('two entries of one id with another %s are a mistake', (word, other) => {
  expect(() => read([pod('a'), pod('a', other)])).toThrow(`pods[1].id: expected entries with one id to say the same`);
  expect(() => read([pod('a'), pod('a', other)])).toThrow(`the ${word} differs`);
  expect(read([pod('a'), pod('a')])).toEqual([pod('a')]);
});

test.each([7, 'pods', { length: 1 }])('what is no list has no pods that could be known: %j', (value) => {
  expect(() => atOnce(readPods(value, 'pods'))).toThrow('pods: expected a list of endpoints');
});

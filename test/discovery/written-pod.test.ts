import { describe, expect, test } from 'vitest';
import { podOf, problemOf, saysOf } from '../../src/discovery/written-pod.ts';
import { pod } from '../support/pods.ts';

describe('what is written says of a pod what is known of it', () => {
  const known = pod('a', { ip4: '192.0.2.1' });
  const written = { id: 'a', fqdn: 'a.example.net', ip4_address: '192.0.2.1', ip6_address: '2001:db8::1', port: 80 };

  test('word for word, or not at all where nothing is known', () => {
    expect(saysOf(known, written)).toBe(true);
    const bare = pod('a', { ip4: null, ip6: null, port: null });
    expect(saysOf(bare, { id: 'a', fqdn: 'a.example.net' })).toBe(true);
    expect(saysOf(bare, { id: 'a', fqdn: 'a.example.net', ip4_address: null, ip6_address: null, port: null })).toBe(
      true,
    );
  });

  test.each([
    ['id', 'b'],
    ['fqdn', 'A.example.net'],
    ['ip4_address', '192.0.2.2'],
    ['ip6_address', '2001:db8::2'],
    ['port', 81],
    ['fqdn', undefined],
    ['ip4_address', null],
    ['ip6_address', null],
    ['port', null],
  ])('and not with another %s: %j', (key, value) => {
    expect(saysOf(known, { ...written, [key]: value })).toBe(false);
  });

  test('and not where it says more than is known', () => {
    for (const unknown of [{ ip4: null }, { ip6: null }, { port: null }])
      expect(saysOf({ ...known, ...unknown }, written)).toBe(false);
  });
});

test.each([
  [null, 'null'],
  [7, '7'],
  ['pod', '"pod"'],
])('%j is no endpoint, and is shown', (written, shown) => {
  expect(podOf(written)).toBe(null);
  expect(problemOf(written, 'endpoints[0]').message).toBe(
    `endpoints[0]: expected an object that describes an endpoint, got ${shown}`,
  );
});

test('a pod without a name has its id for one, in the one spelling of names', () => {
  expect(podOf({ id: 'Web-1.Example.NET.' })).toMatchObject({ id: 'Web-1.Example.NET.', fqdn: 'web-1.example.net' });
  expect(podOf({ id: 'no:name', fqdn: '' })).toMatchObject({ id: 'no:name', fqdn: 'no:name' });
});

test('a port is a number and no text', () => {
  expect(podOf({ id: 'a', port: '80' })).toBe(null);
  expect(podOf({ id: 'a', port: 0 })).toMatchObject({ port: null });
  expect(podOf({ id: 'a', port: 65_536 })).toBe(null);
});

import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
  groupsBefore,
  PRIMER_BEFORE_BYTES_MAX,
  primerBeforeOf,
  primerBeforeSchema,
} from '../../src/node-files/primer-before.ts';
import { group, pod } from '../support/pods.ts';

test('a primer that is remembered comes back as it was, whatever of a pod is not known', () => {
  const pods = [
    pod('a', { ip4: '192.0.2.1', ip6: null, port: null }),
    pod('b', { ip4: null, ip6: '2001:db8::1', port: 65_535 }),
    pod('-', { fqdn: '-', ip4: null, ip6: null, port: 80 }),
  ];
  const groups = [group(pods), group([], { cluster: 'vla', endpointSet: 'a/b' })];
  const remembered = primerBeforeOf(groups)!;
  expect(remembered).toEqual({
    'sas/front': ['a a.example.net 192.0.2.1 - -', 'b b.example.net - 2001:db8::1 65535', '- - - - 80'],
    'vla/a/b': [],
  });
  expect(v.parse(primerBeforeSchema, remembered)).toEqual(remembered);
  expect(groupsBefore(remembered)).toEqual(groups);
});

test('one that has no room is not remembered, to the byte', () => {
  const around = 'sas/front'.length + 12 + 'a  - - -'.length + 12;
  const bare = { ip4: null, ip6: null, port: null };
  const ofBytes = (bytes: number) => primerBeforeOf([group([pod('a', { ...bare, fqdn: 'x'.repeat(bytes - around) })])]);
  expect(ofBytes(PRIMER_BEFORE_BYTES_MAX)).not.toBe(null);
  expect(ofBytes(PRIMER_BEFORE_BYTES_MAX + 1)).toBe(null);
});

const EXPECTED = 'expected a pod as id, name, IPv4, IPv6 and port, with - for what it has not';

test.each([
  ['no text', 7],
  ['no pod', ''],
  ['four words', 'a a.example.net - -'],
  ['six words', 'a a.example.net - - 80 x'],
  ['a word before', 'x a a.example.net - - 80'],
  ['an id with a control character', 'a\u0001 a.example.net - - 80'],
  ['no name', 'a  - - 80'],
  ['a name with a control character', 'a a\u0001 - - 80'],
  ['no IPv4 address', 'a a.example.net x - 80'],
  ['no IPv6 address', 'a a.example.net - x 80'],
  ['no port', 'a a.example.net - - x'],
  ['a port of six digits', 'a a.example.net - - 100000'],
  ['an empty port', 'a a.example.net - - '],
])('%s is no pod that was remembered', (_what, text) => {
  const { issues } = v.safeParse(primerBeforeSchema, { 'sas/front': [text] });
  expect(issues?.map(({ message }) => message)).toEqual([EXPECTED]);
});

test('what is remembered is lists of pods by group', () => {
  const messageOf = (value: unknown) => v.safeParse(primerBeforeSchema, value).issues?.[0].message;
  expect(messageOf({ 'sas/front': 'a' })).toBe('expected a list of pods');
  expect(messageOf('a')).toBe('expected null, or an object with pods');
});

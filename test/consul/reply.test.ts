/** What an answer is taken for, by its status, its headers and its words. */
import { expect, test } from 'vitest';
import type { ConsulReaction } from '../../src/consul/problem.ts';
import { jsonOf, readReply } from '../../src/consul/reply.ts';

const OWN = { 'x-consul-index': '7' };
const read = (status: number, text: string, headers: Readonly<Record<string, string>> = OWN) =>
  readReply({ status, headers, text }, 'http://consul', (each) => each);

const problems: readonly (readonly [string, number, string, ConsulReaction, boolean])[] = [
  ['a token that is not known', 403, 'ACL not found', 'unknownToken', false],
  ['a lack of rights, by way of another server', 500, 'rpc error: Permission denied', 'forbidden', false],
  ['a session that has ended', 500, 'invalid session "1-2-3"', 'gone', false],
  ['a session that is too short', 400, "Invalid Session TTL '1000', must be between", 'refused', false],
  ['an agent that is no node there', 500, 'Missing node registration', 'noNode', false],
  ['a datacenter that is far', 500, 'No path to datacenter', 'noDatacenter', false],
  ['a request that is wrong', 400, 'Missing key name', 'refused', false],
  ['too many requests', 429, 'rate limit', 'transient', true],
  ['a timeout', 408, 'later', 'transient', true],
  ['no leader', 500, 'No cluster leader', 'transient', true],
];

test.each(problems)('its own words say of %s: %i, %s', (_, status, text, kind, mayHeal) => {
  expect(() => read(status, text)).toThrow(expect.objectContaining({ kind, mayHeal }));
});

const strangers: readonly (readonly [number, ConsulReaction])[] = [
  [200, 'stranger'],
  [302, 'stranger'],
  [400, 'stranger'],
  [401, 'unknownToken'],
  [403, 'forbidden'],
  [404, 'stranger'],
  [408, 'transient'],
  [429, 'transient'],
  [502, 'transient'],
];

test.each(strangers)('status %i of what has no header of Consul is %s', (status, kind) => {
  expect(() => read(status, '<html>', { server: 'nginx' })).toThrow(expect.objectContaining({ kind }));
});

test.each([
  ['what was asked for', 200, '[]', OWN, true],
  ['what an older version has no header on', 200, ' true', {}, true],
  ['a key that is not there', 404, '', OWN, false],
  ['a session that an older version does not have', 404, "Session id '1-2' not found", {}, false],
])('a good answer: %s', (_, status, text, headers, isFound) => {
  expect(read(status, text, headers as Readonly<Record<string, string>>).isFound).toBe(isFound);
});

test('what is no JSON is not read, and another server may do better', () => {
  const reply = { isFound: true, headers: OWN, text: '[', about: 'consul GET /v1/kv' };
  expect(() => jsonOf(reply)).toThrow(expect.objectContaining({ kind: 'unreadable', mayHeal: true }));
  expect(jsonOf({ ...reply, text: '[18446744073709551615]' })).toEqual(['18446744073709551615']);
});

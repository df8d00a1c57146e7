import { expect, test } from 'vitest';
import type { Answer } from '../../../machines/vocabulary.ts';
import { readYpAnswer } from '../../../src/discovery/yp/answer.ts';
import { atOnce } from '../../../src/slices.ts';

const asked = { cluster: 'sas', endpointSet: 'front' };
const pod = { id: 'a', fqdn: 'a.example.net', ip6_address: '::1', port: 80, protocol: 'TCP', ready: false };

function read(written: unknown): Answer {
  return atOnce(readYpAnswer(asked, typeof written === 'string' ? written : JSON.stringify(written)));
}

function answerOf(status: unknown, endpoints?: unknown): object {
  return { timestamp: 7, resolve_status: status, endpoint_set: { endpoint_set_id: 'front', endpoints } };
}

test('OK with pods is the list, whatever their ready flags say', () => {
  expect(read({ ...answerOf('OK', [pod]), host: 'sd-1.example.net' })).toEqual({
    ...asked,
    verdict: 'ok',
    endpoints: [{ id: 'a', fqdn: 'a.example.net', ip4: null, ip6: '::1', port: 80 }],
    generation: '7',
    detail: 'answered by sd-1.example.net',
  });
});

test.each([
  ['OK', [], 'empty'],
  ['OK', undefined, 'empty'],
  ['OK', null, 'empty'],
  ['OK', [{ id: 'a' }], 'ok'],
  ['NOT_EXISTS', null, 'missing'],
  ['ok', [pod], 'ok'],
  ['EMPTY', [], 'empty'],
  ['EMPTY', undefined, 'empty'],
  ['NOT_EXISTS', undefined, 'missing'],
  ['NOT_CHANGED', undefined, 'unchanged'],
  ['NOT_CHANGED', [pod], 'unchanged'],
  [undefined, [pod], 'ok'],
  [null, [pod], 'ok'],
] as const)('status %j with %j is %s', (status, endpoints, verdict) => {
  const answer = read(answerOf(status, endpoints));
  expect(answer).toMatchObject({ verdict, generation: '7' });
  expect(answer.endpoints).toHaveLength(verdict === 'ok' ? 1 : 0);
});

test('an answer without pods says who gave it, as one with pods does', () => {
  for (const status of ['EMPTY', 'NOT_EXISTS', 'NOT_CHANGED', 'OK'])
    expect(read({ ...answerOf(status), host: 'sd-1.example.net' }).detail).toBe('answered by sd-1.example.net');
  expect(read({ ...answerOf('EMPTY'), host: 'a b' }).detail).toBe(null);
});

test.each([
  ['an unknown word', answerOf('MAYBE', [pod]), 'resolve_status: expected a known status, got "MAYBE"'],
  ['a number', answerOf(1, [pod]), 'resolve_status: expected a status in words, got 1'],
  ['no status and no pods', answerOf(undefined, []), 'resolve_status: is missing, and there are no endpoints'],
  ['nothing at all', {}, 'resolve_status: is missing, and there are no endpoints'],
  ['EMPTY with pods', answerOf('EMPTY', [pod]), 'resolve_status: EMPTY contradicts a list of 1 endpoints'],
  [
    'NOT_EXISTS with pods',
    answerOf('NOT_EXISTS', [pod]),
    'resolve_status: NOT_EXISTS contradicts a list of 1 endpoints',
  ],
  ['a list', [], 'expected an object, got a list'],
  [
    'a list for a set',
    { ...answerOf('OK'), endpoint_set: [] },
    'endpoint_set: expected an object that describes an endpoint set, got a list',
  ],
  ['null', 'null', 'expected an object, got null'],
  ['HTML', '<html>', 'not JSON: line 1, column 1: expected a value'],
  ['nothing', '', 'not JSON: line 1, column 1: expected a value, not the end of the text'],
  ['a pod without an id', answerOf('OK', [{ fqdn: 'a' }]), 'endpoint_set.endpoints[0].id: is missing'],
  [
    'one hostile name among many',
    answerOf('OK', [pod, { id: 'b', fqdn: 'x;reboot' }]),
    'endpoint_set.endpoints[1].fqdn: expected a host name, an IPv4 or an IPv6 address, got "x;reboot"',
  ],
  [
    'another set',
    { ...answerOf('OK', [pod]), endpoint_set: { endpoint_set_id: 'back', endpoints: [pod] } },
    'endpoint_set.endpoint_set_id: expected an answer about "front", got "back"',
  ],
  [
    'another cluster',
    { ...answerOf('OK', [pod]), cluster_name: 'vla' },
    'cluster_name: expected an answer about "sas", got "vla"',
  ],
  [
    'an id twice with different pods',
    answerOf('OK', [pod, { ...pod, port: 81 }]),
    'endpoint_set.endpoints[1].id: expected entries with one id to say the same, but the port differs from an earlier one, got "a"',
  ],
  ['a negative timestamp', { ...answerOf('OK', [pod]), timestamp: -1 }, 'timestamp: expected a whole number, got -1'],
  [
    'a timestamp in words',
    { ...answerOf('OK', [pod]), timestamp: 'now' },
    'timestamp: expected a whole number, got "now"',
  ],
  [
    'a key that reaches a prototype',
    '{"__proto__":{"polluted":1}}',
    'not JSON: line 1, column 2: the key "__proto__" is not allowed',
  ],
])('%s is invalid', (_, written, detail) => {
  expect(read(written)).toEqual({ ...asked, verdict: 'invalid', endpoints: [], generation: null, detail });
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('the same pod twice is one pod', () => {
  const twice = answerOf('OK', [pod, { ...pod, fqdn: 'A.example.net.', ready: true }]);
  expect(read(twice)).toMatchObject({ verdict: 'ok', endpoints: [{ id: 'a' }] });
});

test.each([
  ['9007199254740993', '9007199254740993'],
  ['"9007199254740993"', '9007199254740993'],
  ['18446744073709551615', '18446744073709551615'],
  ['0', '0'],
  ['"007"', '7'],
  ['null', null],
])('keeps every digit of the timestamp %s', (written, generation) => {
  const body = `{"timestamp":${written},"resolve_status":"OK","endpoint_set":{"endpoints":[{"id":"a","fqdn":"a.b"}]}}`;
  expect(read(body)).toMatchObject({ verdict: 'ok', generation });
});

test('the name of the answering server is shown only if it is a host name', () => {
  expect(read({ ...answerOf('OK', [pod]), host: 'x\ny' }).detail).toBeNull();
});

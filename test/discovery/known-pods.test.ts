import { expect, test } from 'vitest';
import { alsoKnown, knownPods, withKnown } from '../../src/discovery/known-pods.ts';
import { answer, group, pod } from '../support/pods.ts';

const before = [pod('a'), pod('b'), pod('d')];

/** The same pods as other objects. */
const again = before.map((each) => ({ ...each }));

test('an answer that says the same again is the very list that is known', () => {
  expect(withKnown(answer(again), before).endpoints).toBe(before);
});

test.each([
  ['one more', [...again.slice(0, 2), pod('c'), again[2]!]],
  ['one less', [again[0]!, again[2]!]],
  ['another address', [again[0]!, { ...again[1]!, ip4: '192.0.2.1' }, again[2]!]],
  ['another IPv6 address', [again[0]!, { ...again[1]!, ip6: '2001:db8::2' }, again[2]!]],
  ['another id', [again[0]!, { ...again[1]!, id: 'bb' }, { ...again[2]!, id: 'c' }]],
  ['another name', [again[0]!, { ...again[1]!, fqdn: 'x.example.net' }, again[2]!]],
  ['another port', [again[0]!, { ...again[1]!, port: 81 }, again[2]!]],
  ['nothing in common', [pod('0'), pod('c'), pod('z')]],
  ['nothing', []],
])('an answer says what it said: %s', (_, endpoints) => {
  const shared = withKnown(answer(endpoints), before);
  expect(shared).toEqual(answer(endpoints));
  const same = endpoints.filter((each) => before.some((known) => JSON.stringify(known) === JSON.stringify(each)));
  expect(shared.endpoints.filter((each) => before.includes(each))).toHaveLength(same.length);
});

test('the known pods are those of the group, and counted over all', () => {
  const other = { ...group([pod('x')]), endpointSet: 'other' };
  const known = knownPods([group(before), other]);
  expect(known.count).toBe(4);
  expect(known.of(other)).toEqual([pod('x')]);
  expect(known.of({ ...other, endpointSet: 'none' })).toEqual([]);
});

test('what an answer listed is known to the next look, and the pods of the primer are where it listed none', () => {
  const other = { ...group([pod('x')]), endpointSet: 'other' };
  const known = knownPods([group(before), other]);
  const after = alsoKnown(known, [answer([pod('n')]), { ...answer([]), endpointSet: 'other', verdict: 'unavailable' }]);
  expect(after.of(group([]))).toEqual([pod('n')]);
  expect(after.of(other)).toEqual([pod('x')]);
  expect(after.count).toBe(known.count);
});

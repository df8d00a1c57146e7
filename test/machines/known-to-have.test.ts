import { expect, test } from 'vitest';
import { diffGroups, needsRefresh } from '../../machines/diff.ts';
import { knownToHave } from '../../machines/known-to-have.ts';
import type { Answer, Endpoint, Group } from '../../machines/vocabulary.ts';
import { pod } from '../support/pods.ts';

const groupOf = (...endpoints: Endpoint[]): Group[] => [{ cluster: 'sas', endpointSet: 'front', endpoints }];
const answersOf = (...endpoints: Endpoint[]): Answer[] =>
  groupOf(...endpoints).map((group) => ({ ...group, verdict: 'ok', generation: null, detail: null }));

const [a, b, z] = [pod('a'), pod('b'), pod('z')];
const b2 = { ...b, fqdn: 'b2.example.net' };
const b3 = { ...b, port: 8_080 };

/** What a run finds whose primer said `before`, then a refresh in vain, and says `now`. */
function diff(before: Group[] | null, now: Group[], answers: Answer[]) {
  const [found] = diffGroups(knownToHave(now, before, answers), answers).groups;
  return { added: [], renamed: [], moved: [], removed: [], ...found };
}

test('where the primer can be believed, it is', () => {
  const groups = groupOf(a, b);
  expect(knownToHave(groups, null, answersOf(a))).toBe(groups);
  expect(knownToHave(groups, undefined, answersOf(a))).toBe(groups);
});

test.each([
  ['an added pod', groupOf(a), groupOf(a, b), { added: [{ name: 'b.example.net', port: null }] }],
  ['a new group', [], groupOf(b), { added: [{ name: 'b.example.net', port: null }] }],
  ['a renamed pod', groupOf(a, b2), groupOf(a, b), { renamed: [{ id: 'b', from: b2.fqdn, to: b.fqdn }] }],
  ['a moved pod', groupOf(a, b3), groupOf(a, b), { moved: [expect.objectContaining({ name: b.fqdn })] }],
] as const)('%s of a refresh in vain is the same change once more', (_what, before, now, expected) => {
  const again = diff([...before], now, answersOf(...now[0]!.endpoints));
  expect(again).toMatchObject(expected);
  expect(again).toEqual(diff(null, before.length === 0 ? groupOf() : [...before], answersOf(...now[0]!.endpoints)));
});

test('a removed pod of a refresh in vain is removed once more', () => {
  expect(diff(groupOf(a, z), groupOf(a), answersOf(a))).toMatchObject({ added: [], removed: [{ name: z.fqdn }] });
});

test('a pod that went and came back is not there for sure', () => {
  expect(diff(groupOf(a, z), groupOf(a), answersOf(a, z))).toMatchObject({ added: [{ name: z.fqdn }] });
});

test.each([
  ['renamed', b2, { renamed: [{ id: 'b', from: b.fqdn, to: b2.fqdn }] }],
  ['moved', b3, { moved: [expect.objectContaining({ name: b.fqdn })] }],
])('a pod that was %s and is as it was before is changed back', (_how, before, expected) => {
  expect(diff(groupOf(a, before), groupOf(a, b), answersOf(a, before))).toMatchObject(expected);
});

test.each(['ip4', 'ip6', 'port'] as const)('a pod that moved by its %s alone may have moved or not', (part) => {
  const was = { ...b, ip4: '192.0.2.2' };
  const moved = { ...was, [part]: { ip4: '192.0.2.3', ip6: '2001:db8::3', port: 8_080 }[part] };
  const wanted = { moved: [{ name: b.fqdn, to: { [part]: was[part] } }] };
  expect(diff(groupOf(a, was), groupOf(a, moved), answersOf(a, was)), 'there and back').toMatchObject(wanted);
  expect(diff(groupOf(a, moved), groupOf(a, was), answersOf(a, was)), 'there').toMatchObject(wanted);
});

test('a primer that has not changed since is what HAProxy has', () => {
  expect(diff(groupOf(a), groupOf(a), answersOf(a, b))).toEqual(diff(null, groupOf(a), answersOf(a, b)));
});

test('what the refresh was for and is gone is no reason for another', () => {
  const groups = knownToHave(groupOf(a, b), groupOf(a), answersOf(a));
  expect(needsRefresh(diffGroups(groups, answersOf(a)), ['added', 'renamed'])).toBe(false);
});

test('an answer that is no list of pods makes no difference', () => {
  const answers: Answer[] = answersOf().map((answer) => ({ ...answer, verdict: 'unavailable' }));
  expect(diff(groupOf(a), groupOf(a, b), answers)).toMatchObject({ added: [], renamed: [], moved: [], removed: [] });
});

test('a group that discovery was not asked about has what it had, and each group is looked at', () => {
  const more = { cluster: 'vla', endpointSet: 'front', endpoints: [a] };
  const known = knownToHave([...groupOf(a, b), more], [...groupOf(a), more], answersOf(a));
  expect(known).toEqual([...groupOf(a, b), more]);
});

test('of a pod that discovery has no more HAProxy is taken to have the earlier one', () => {
  expect(knownToHave(groupOf(a, b2), groupOf(a, b), answersOf(a))).toEqual(groupOf(a, b));
});

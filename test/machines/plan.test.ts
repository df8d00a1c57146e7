import { expect, test } from 'vitest';
import { diffGroups } from '../../machines/diff.ts';
import { planOf } from '../../machines/plan.ts';
import type { ChangeKind, Endpoint } from '../../machines/vocabulary.ts';
import { answer, group, pod } from '../support/pods.ts';

const ALL: readonly ChangeKind[] = ['added', 'renamed', 'moved', 'removed'];
const [a, b] = [pod('a'), pod('b')];

function plan(now: readonly Endpoint[], refreshOn: readonly ChangeKind[] = ALL): string {
  const known = [a, pod('b', { ip4: '192.0.2.1' })];
  return planOf(diffGroups([group(known)], [answer(now)]), refreshOn);
}

test.each<[string, readonly Endpoint[], readonly Endpoint[]]>([
  ['another pod is added', [a, b, pod('c')], [a, b, pod('d')]],
  ['another port of one name is added', twoPorts(80, 81), twoPorts(80, 82)],
  ['a pod is renamed to another name', [a, pod('b', { fqdn: 'x' })], [a, pod('b', { fqdn: 'y' })]],
  ['another pod gets the name', [a, pod('b', { fqdn: 'x' })], [b, pod('a', { fqdn: 'x' })]],
  ['a pod moves to another port', [a, pod('b', { port: 81 })], [a, pod('b', { port: 82 })]],
  ['a pod moves to another IPv4 address', [a, pod('b', { ip4: '192.0.2.2' })], [a, pod('b', { ip4: '192.0.2.3' })]],
  ['a pod moves to another IPv6 address', [a, pod('b', { ip6: '::2' })], [a, pod('b', { ip6: '::3' })]],
  ['another pod moves', [a, pod('b', { port: 81 })], [b, pod('a', { port: 81 })]],
  ['another pod is lost', [a], [b]],
  ['what was added is lost', [a, b, pod('c')], [a]],
])('it is another plan when %s', (_what, one, other) => {
  expect(plan(one)).not.toBe(plan(other));
});

test('it is the same plan for the same changes, and what is no reason to refresh has no part in it', () => {
  expect(plan([a, b, pod('c')])).toBe(plan([pod('c'), b, a, b]));
  expect(plan([a, pod('b', { port: 81 }), pod('c')], ['added'])).toBe(plan([a, pod('c')], ['added']));
});

test('one comparison has another plan for other kinds of changes', () => {
  const diff = diffGroups([group([a])], [answer([b])]);
  expect(planOf(diff, ['added'])).not.toBe(planOf(diff, ['removed']));
  expect(planOf(diff, ['added'])).toMatch(/^1-/);
  expect(planOf(diff, ALL)).toMatch(/^2-/);
});

test('it is another plan when the same pods are added to another group', () => {
  const added = (endpointSet: string) =>
    planOf(diffGroups([group([a], { endpointSet })], [answer([a, b], { endpointSet })]), ALL);
  expect(added('front')).not.toBe(added('back'));
});

test('names that run into each other are still two names', () => {
  const planFor = (...found: readonly (readonly [cluster: string, name: string])[]) => {
    const groups = found.map(([cluster]) => group([], { cluster }));
    const answers = found.map(([cluster, fqdn]) => answer([pod('x', { fqdn })], { cluster }));
    return planOf(diffGroups(groups, answers), ALL);
  };
  expect(planFor(['a', 'x'], ['bc', 'y'])).not.toBe(planFor(['a', 'xb'], ['c', 'y']));
});

test('it is the same text in every version: state files outlive them', () => {
  expect(plan([a, b])).toBe('0-811c9dc501000193');
  expect(plan([a, b, pod('c')])).toBe('1-4fb52de40db1380a');
  const everything = [pod('b', { fqdn: 'x' }), pod('c')];
  expect(plan(everything)).toBe('3-6c0a15b62b516bc0');
});

function twoPorts(...ports: readonly number[]): Endpoint[] {
  return [a, b, ...ports.map((port, index) => pod(`c${index}`, { fqdn: 'c.example.net', port }))];
}

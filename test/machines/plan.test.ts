import { expect, test } from 'vitest';
import { diffGroups } from '../../machines/diff.ts';
import { planOf } from '../../machines/plan.ts';
import type { ChangeKind, Endpoint } from '../../machines/vocabulary.ts';
import { answer, group, pod } from '../support/pods.ts';

const ALL: readonly ChangeKind[] = ['added', 'renamed', 'moved', 'removed'];
const [a, b] = [pod('a'), pod('b')];

function plan(now: readonly Endpoint[], refreshOn: readonly ChangeKind[] = ALL): string {
  return planOf(diffGroups([group([a, b])], [answer(now)]), refreshOn);
}

test.each<[string, readonly Endpoint[], readonly Endpoint[]]>([
  ['another pod is added', [a, b, pod('c')], [a, b, pod('d')]],
  ['another port of one name is added', twoPorts(80, 81), twoPorts(80, 82)],
  ['a pod is renamed to another name', [a, pod('b', { fqdn: 'x' })], [a, pod('b', { fqdn: 'y' })]],
  ['another pod gets the name', [a, pod('b', { fqdn: 'x' })], [b, pod('a', { fqdn: 'x' })]],
  ['a pod moves to another port', [a, pod('b', { port: 81 })], [a, pod('b', { port: 82 })]],
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

function twoPorts(...ports: readonly number[]): Endpoint[] {
  return [a, b, ...ports.map((port, index) => pod(`c${index}`, { fqdn: 'c.example.net', port }))];
}

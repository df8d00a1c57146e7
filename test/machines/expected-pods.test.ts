import { expect, test } from 'vitest';
import { diffGroups } from '../../machines/diff.ts';
import { expectedPods } from '../../machines/expected-pods.ts';
import { answer, group, pod } from '../support/pods.ts';

const [a, b, c] = [pod('a'), pod('b'), pod('c')];
const expected = (groups: ReturnType<typeof group>[], answers: ReturnType<typeof answer>[]) =>
  expectedPods(diffGroups(groups, answers), answers);

test('what was added is expected, with the address that discovery says', () => {
  expect(expected([group([a])], [answer([a, b, c])])).toEqual([b, c]);
});

test('what was renamed, moved or removed is not', () => {
  const renamed = { ...b, fqdn: 'b2.example.net' };
  expect(expected([group([a, b, c])], [answer([{ ...a, port: 81 }, renamed])])).toEqual([]);
});

test('each group’s pods come from its own answer, in whatever order discovery answers', () => {
  const elsewhere = { cluster: 'vla' };
  const answers = [answer([{ ...b, port: 81 }], elsewhere), answer([b])];
  expect(expected([group([]), group([], elsewhere)], answers)).toEqual([b, { ...b, port: 81 }]);
});

test('of pods that share a name those are expected whose port was added', () => {
  const [one, two] = [pod('x1', { fqdn: 'x', port: 81 }), pod('x2', { fqdn: 'x', port: 82 })];
  expect(expected([group([one])], [answer([one, two])])).toEqual([two]);
});

test('a name without a port stands for all of its pods, each once', () => {
  const [one, two] = [pod('x1', { fqdn: 'x', port: 81 }), pod('x2', { fqdn: 'x', port: 82 })];
  const diff = diffGroups([group([])], [answer([one])]);
  expect(expectedPods(diff, [answer([one, two])])).toEqual([one, two]);
});

test('a pod that a later answer has no more is not expected', () => {
  const diff = diffGroups([group([a])], [answer([a, b])]);
  expect(expectedPods(diff, [answer([a])])).toEqual([]);
  expect(expectedPods(diff, [])).toEqual([]);
});

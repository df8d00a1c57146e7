import { describe, expect, test } from 'vitest';
import { matchPods } from '../../machines/match-pods.ts';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { pod } from '../support/pods.ts';

/** Who became whom, and who is alone, by id. */
function matched(before: readonly Endpoint[], after: readonly Endpoint[]) {
  const { pairs, onlyBefore, onlyAfter } = matchPods(before, after);
  return {
    pairs: pairs.map(([old, now]) => `${old.id} ${now.id}`).sort(),
    onlyBefore: onlyBefore.map(({ id }) => id),
    onlyAfter: onlyAfter.map(({ id }) => id),
  };
}

const same = (id: string, where: Partial<Endpoint> = {}) => pod(id, { fqdn: 'same.example.net', ...where });

describe('pods that not even their port distinguishes', () => {
  test('are as many as there are: those without a counterpart are left over', () => {
    const [three, two] = [
      [same('a'), same('b'), same('c')],
      [same('x'), same('y')],
    ];
    expect(matched(three, two)).toEqual({ pairs: ['a x', 'b y'], onlyBefore: ['c'], onlyAfter: [] });
    expect(matched(two, three)).toEqual({ pairs: ['x a', 'y b'], onlyBefore: [], onlyAfter: ['c'] });
    expect(matched(two, [same('a'), same('b')])).toEqual({ pairs: ['x a', 'y b'], onlyBefore: [], onlyAfter: [] });
    expect(matched(three, [])).toEqual({ pairs: [], onlyBefore: ['a', 'b', 'c'], onlyAfter: [] });
  });

  test.each<[string, Partial<Endpoint>, Partial<Endpoint>]>([
    ['IPv4 address', { ip4: '192.0.2.1' }, { ip4: '192.0.2.2' }],
    ['IPv6 address', { ip6: '2001:db8::1' }, { ip6: '2001:db8::2' }],
  ])('are paired by their %s, in whatever order either list has them', (_what, first, second) => {
    const before = [same('a', first), same('b', second)];
    const after = [same('x', second), same('y', first)];
    const pairs = ['a y', 'b x'];
    for (const old of [before, before.toReversed()]) {
      for (const now of [after, after.toReversed()]) expect(matched(old, now).pairs).toEqual(pairs);
    }
  });

  test('are paired by their ids where their addresses are the same', () => {
    const before = [same('b'), same('a'), same('c')];
    const after = [same('z'), same('x'), same('y')];
    expect(matched(before, after).pairs).toEqual(['a x', 'b y', 'c z']);
  });
});

test('a name that either list holds twice needs its port, in both', () => {
  const one = [same('a', { port: 80 })];
  const two = [same('x', { port: 81 }), same('y', { port: 82 })];
  expect(matched(one, two)).toEqual({ pairs: [], onlyBefore: ['a'], onlyAfter: ['x', 'y'] });
  expect(matched(two, one)).toEqual({ pairs: [], onlyBefore: ['x', 'y'], onlyAfter: ['a'] });
  expect(matchPods(one, two).nameOf(one[0]!)).toEqual({ name: 'same.example.net', port: 80 });
  expect(matchPods(two, one).nameOf(one[0]!)).toEqual({ name: 'same.example.net', port: 80 });
  expect(matchPods(one, one).nameOf(one[0]!)).toEqual({ name: 'same.example.net', port: null });
});

test('a name that one list holds once is found again on another port', () => {
  expect(matched([same('a', { port: 80 })], [same('x', { port: 81 })]).pairs).toEqual(['a x']);
});

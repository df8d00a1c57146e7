import { describe, expect, test } from 'vitest';
import { diffGroups, needsRefresh } from '../../machines/diff.ts';
import type { Answer, ChangeKind, Endpoint } from '../../machines/vocabulary.ts';
import { answer, group, named, pod } from '../support/pods.ts';

/** What happened to one group; undefined when there is nothing to tell. */
function diffOf(before: readonly Endpoint[], after: readonly Endpoint[], overrides: Partial<Answer> = {}) {
  return diffGroups([group(before)], [answer(after, overrides)]).groups[0];
}

const NOTHING = { added: [], renamed: [], moved: [], removed: [] };
const [a, b, c] = [pod('a'), pod('b'), pod('c')];

describe('a pod is', () => {
  test('added when neither its id nor its name was known', () => {
    expect(diffOf([a], [a, b])).toMatchObject({ ...NOTHING, added: named('b.example.net') });
  });

  test('not added when only its id is new', () => {
    expect(diffOf([a], [pod('a-1', { fqdn: a.fqdn })])).toBeUndefined();
  });

  test('added under the name that another one gave up', () => {
    const now = [pod('a', { fqdn: 'a9.example.net' }), pod('a-1', { fqdn: a.fqdn })];
    const renamed = [{ id: 'a', from: a.fqdn, to: 'a9.example.net' }];
    expect(diffOf([a], now)).toMatchObject({ ...NOTHING, renamed, added: named(a.fqdn) });
  });

  test('renamed when its id has another name', () => {
    const renamed = [{ id: 'a', from: 'a.example.net', to: 'a9.example.net' }];
    expect(diffOf([a, b], [pod('a', { fqdn: 'a9.example.net' }), b])).toMatchObject({ ...NOTHING, renamed });
  });

  test('renamed twice when two pods swap their names', () => {
    const renamed = [
      { id: 'a', from: a.fqdn, to: b.fqdn },
      { id: 'b', from: b.fqdn, to: a.fqdn },
    ];
    const swapped = [pod('b', { fqdn: a.fqdn }), pod('a', { fqdn: b.fqdn })];
    expect(diffOf([a, b], swapped)).toMatchObject({ ...NOTHING, renamed });
  });

  test('removed when only the primer has it', () => {
    expect(diffOf([a, b, c], [b])).toMatchObject({ ...NOTHING, removed: named(a.fqdn, c.fqdn) });
  });

  test.each<[string, Partial<Endpoint>]>([
    ['IPv4 address', { ip4: '192.0.2.2' }],
    ['IPv6 address', { ip6: '2001:db8::2' }],
    ['port', { port: 81 }],
  ])('moved when it has another %s', (_what, where) => {
    const before = pod('a', { ip4: '192.0.2.1' });
    const now = { ...before, ...where };
    const { ip4, ip6, port } = now;
    const moved = [{ name: a.fqdn, port: null, to: { ip4, ip6, port } }];
    expect(diffOf([before], [now])).toMatchObject({ ...NOTHING, moved });
    expect(diffOf([before], [{ ...now, id: 'a-1' }])).toMatchObject({ ...NOTHING, moved });
  });

  test.each<[string, Partial<Endpoint>, Partial<Endpoint>]>([
    ['the primer', { ip4: null, ip6: null, port: null }, { ip4: '192.0.2.1' }],
    ['discovery', { ip4: '192.0.2.1' }, { ip4: null, ip6: null, port: null }],
  ])('not moved when %s does not know where it is', (_who, before, after) => {
    expect(diffOf([pod('a', before)], [pod('a', after)])).toBeUndefined();
  });

  test('reported in the order of their names, whatever happened to them and however they are listed', () => {
    const before = ['a', 'b', 'c', 'd'].map((id) => pod(id));
    const moved = before.map((one) => ({ ...one, port: 81 })).toReversed();
    expect(diffOf(before, moved)!.moved.map(({ name }) => name)).toEqual(before.map(({ fqdn }) => fqdn));
    const renamed = before.map((one) => ({ ...one, fqdn: `new-${one.fqdn}` })).toReversed();
    expect(diffOf(before, renamed)!.renamed.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(diffOf([], before.toReversed())!.added.map(({ name }) => name)).toEqual(before.map(({ fqdn }) => fqdn));
    expect(diffOf(before.toReversed(), [])!.removed.map(({ name }) => name)).toEqual(before.map(({ fqdn }) => fqdn));
  });

  test('renamed and not moved when both its name and its address are new', () => {
    const now = pod('a', { fqdn: 'a9.example.net', port: 81 });
    expect(diffOf([a], [now])).toMatchObject({ moved: [], renamed: [{ to: 'a9.example.net' }] });
  });
});

describe('a name that is there with several ports', () => {
  const at = (id: string, port: number | null, where: Partial<Endpoint> = {}) =>
    pod(id, { fqdn: a.fqdn, port, ...where });
  const onPort = (port: number) => [{ name: a.fqdn, port }];

  test.each<[string, readonly Endpoint[], readonly Endpoint[], object]>([
    ['gets another port', [at('x', 80)], [at('x', 80), at('y', 81)], { added: onPort(81) }],
    ['loses a port', [at('x', 80), at('y', 81)], [at('x', 80)], { removed: onPort(81) }],
    ['has the same ports under new ids', [at('x', 80), at('y', 81)], [at('p', 81), at('q', 80)], {}],
    [
      'changes a port and the id with it',
      [at('x', 80), at('y', 81)],
      [at('x', 80), at('z', 82)],
      {
        added: onPort(82),
        removed: onPort(81),
      },
    ],
    [
      'changes a port and keeps the id',
      [at('x', 80), at('y', 81)],
      [at('x', 80), at('y', 82)],
      {
        moved: [{ ...onPort(82)[0], to: { ip4: null, ip6: '2001:db8::1', port: 82 } }],
      },
    ],
    [
      'is elsewhere on one of them',
      [at('x', 80), at('y', 81)],
      [at('p', 80, { ip6: '2001:db8::2' }), at('q', 81)],
      {
        moved: [{ ...onPort(80)[0], to: { ip4: null, ip6: '2001:db8::2', port: 80 } }],
      },
    ],
    ['says no port', [at('x', null), at('y', 81)], [at('p', null), at('q', 81)], {}],
    ['has one port twice', [at('x', 80), at('y', 80)], [at('p', 80), at('q', 80), at('r', 80)], { added: onPort(80) }],
  ])('%s', (_what, before, after, expected) => {
    expect(diffOf(before, after) ?? NOTHING).toMatchObject({ ...NOTHING, ...expected });
  });
});

describe('a group', () => {
  test.each(['unchanged', 'stale', 'denied', 'unavailable', 'invalid'] as const)(
    'whose answer is %s is reported with its verdict, and never read as a list of pods',
    (verdict) => {
      const diff = diffGroups([group([a, b])], [answer([], { verdict, detail: 'why' })]);
      expect(diff).toEqual({
        groupsCompared: 0,
        groups: [{ cluster: 'sas', endpointSet: 'front', verdict, detail: 'why', podsBefore: 2, ...NOTHING }],
      });
    },
  );

  test.each(['empty', 'missing'] as const)('that is %s lost all its pods', (verdict) => {
    const diff = diffGroups([group([a, b])], [answer([], { verdict })]);
    expect(diff.groupsCompared).toBe(1);
    expect(diff.groups).toMatchObject([{ verdict, podsBefore: 2, removed: named(a.fqdn, b.fqdn) }]);
  });

  test('is found by its cluster as well as by its name', () => {
    const groups = [group([a]), group([a], { cluster: 'vla' })];
    const answers = [answer([a, b], { cluster: 'vla' }), answer([a])];
    const diff = diffGroups(groups, answers);
    expect(diff.groupsCompared).toBe(2);
    expect(diff.groups).toMatchObject([{ cluster: 'vla', added: named(b.fqdn) }]);
  });

  test('that only discovery speaks of is none of ours', () => {
    expect(diffGroups([], [answer([a])])).toEqual({ groupsCompared: 0, groups: [] });
  });
});

describe('a refresh', () => {
  const kinds: readonly [ChangeKind, readonly Endpoint[]][] = [
    ['added', [a, b, c]],
    ['renamed', [pod('a', { fqdn: 'a9.example.net' }), b]],
    ['moved', [pod('a', { port: 81 }), b]],
    ['removed', [a]],
  ];

  test.each(kinds)('is needed for what was %s where refresh_on says so, and only there', (kind, after) => {
    const diff = diffGroups([group([a, b])], [answer(after)]);
    expect(needsRefresh(diff, [kind])).toBe(true);
    const others = kinds.map(([other]) => other).filter((other) => other !== kind);
    expect(needsRefresh(diff, others)).toBe(false);
    expect(needsRefresh(diff, [])).toBe(false);
  });
});

test('a group that discovery says nothing about is reported as such, never as gone', () => {
  const silent = diffGroups([group([pod('a')])], []);
  expect(silent).toMatchObject({
    groupsCompared: 0,
    groups: [{ verdict: 'invalid', detail: 'no answer', removed: [] }],
  });
});

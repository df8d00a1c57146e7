import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffGroups, needsRefresh } from '../../machines/diff.ts';
import type { Answer, ChangeKind, Endpoint, Group, GroupDiff } from '../../machines/vocabulary.ts';
import { answer, group, pod } from '../support/pods.ts';

/** What happened to one group; undefined when there is nothing to tell. */
function diffOf(before: readonly Endpoint[], after: readonly Endpoint[], overrides: Partial<Answer> = {}) {
  return diffGroups([group(before)], [answer(after, overrides)]).groups[0];
}

const NOTHING = { added: [], renamed: [], moved: [], removed: [] };
const [a, b, c] = [pod('a'), pod('b'), pod('c')];

describe('a pod is', () => {
  test('added when neither its id nor its name was known', () => {
    expect(diffOf([a], [a, b])).toMatchObject({ ...NOTHING, added: ['b.example.net'] });
  });

  test('not added when only its id is new', () => {
    expect(diffOf([a], [pod('a-1', { fqdn: a.fqdn })])).toBeUndefined();
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
    expect(diffOf([a, b, c], [b])).toMatchObject({ ...NOTHING, removed: [a.fqdn, c.fqdn] });
  });

  test.each<[string, Partial<Endpoint>]>([
    ['IPv6 address', { ip6: '2001:db8::2' }],
    ['port', { port: 81 }],
  ])('moved when it has another %s', (_what, where) => {
    expect(diffOf([a], [pod('a', where)])).toMatchObject({ ...NOTHING, moved: [a.fqdn] });
  });

  test.each<[string, Partial<Endpoint>, Partial<Endpoint>]>([
    ['the primer', { ip6: null, port: null }, {}],
    ['discovery', {}, { ip6: null, port: null }],
  ])('not moved when %s does not know where it is', (_who, before, after) => {
    expect(diffOf([pod('a', before)], [pod('a', after)])).toBeUndefined();
  });

  test('renamed and not moved when both its name and its address are new', () => {
    const now = pod('a', { fqdn: 'a9.example.net', port: 81 });
    expect(diffOf([a], [now])).toMatchObject({ moved: [], renamed: [{ to: 'a9.example.net' }] });
  });
});

describe('a group', () => {
  test.each(['unchanged', 'stale', 'denied', 'unavailable', 'invalid'] as const)(
    'whose answer is %s is told with its verdict, and never read as a list of pods',
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
    expect(diff.groups).toMatchObject([{ verdict, podsBefore: 2, removed: [a.fqdn, b.fqdn] }]);
  });

  test('is found by its cluster as well as by its name', () => {
    const groups = [group([a]), group([a], { cluster: 'vla' })];
    const answers = [answer([a, b], { cluster: 'vla' }), answer([a])];
    const diff = diffGroups(groups, answers);
    expect(diff.groupsCompared).toBe(2);
    expect(diff.groups).toMatchObject([{ cluster: 'vla', added: [b.fqdn] }]);
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

describe('whatever the pods are', () => {
  const endpoint = fc.record({
    id: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6'),
    fqdn: fc.constantFrom('f1', 'f2', 'f3', 'f4', 'f5', 'f6'),
    ip4: fc.constantFrom(null, '192.0.2.1', '192.0.2.2'),
    ip6: fc.constantFrom(null, '2001:db8::1'),
    port: fc.constantFrom(null, 80, 81),
  });
  const endpoints = fc
    .uniqueArray(endpoint, { selector: ({ id }) => id, maxLength: 6 })
    .map((all) => all.filter(({ fqdn }, index) => all.findIndex((other) => other.fqdn === fqdn) === index));
  const groups = fc.uniqueArray(
    fc.record({ cluster: fc.constantFrom('sas', 'vla'), endpointSet: fc.constantFrom('x', 'y', 'z'), endpoints }),
    { selector: ({ cluster, endpointSet }) => `${cluster}/${endpointSet}` },
  );

  test('nothing differs from itself', () => {
    fc.assert(
      fc.property(groups, (all) => {
        expect(diffGroups(all, all.map(answerOf))).toEqual({ groupsCompared: all.length, groups: [] });
      }),
    );
  });

  test('no order matters', () => {
    const shuffled = groups.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), groups),
    );
    fc.assert(
      fc.property(shuffled, ([all, others, now]) => {
        const answers = now.map(answerOf);
        const one = diffGroups(all, answers);
        const other = diffGroups(others.map(turned), answers.map(turned).reverse());
        expect(other.groupsCompared).toBe(one.groupsCompared);
        expect(sorted(other.groups)).toEqual(sorted(one.groups));
      }),
    );
  });

  test('what was added and removed makes the new names from the old ones, where nothing was renamed', () => {
    fc.assert(
      fc.property(endpoints, endpoints, (before, after) => {
        const { added, removed, renamed } = diffOf(before, after) ?? NOTHING;
        fc.pre(renamed.length === 0);
        const names = new Set<string>(before.map(({ fqdn }) => fqdn));
        for (const name of removed) expect(names.delete(name)).toBe(true);
        for (const name of added) expect(names.has(name)).toBe(false);
        for (const name of added) names.add(name);
        expect([...names].sort()).toEqual(after.map(({ fqdn }) => fqdn).sort());
      }),
    );
  });

  test('every new name is either added or renamed to, and every old one that is gone was removed or renamed', () => {
    fc.assert(
      fc.property(endpoints, endpoints, (before, after) => {
        const { added, removed, renamed } = diffOf(before, after) ?? NOTHING;
        const [old, now] = [before, after].map((all) => new Set(all.map(({ fqdn }) => fqdn))) as [
          Set<string>,
          Set<string>,
        ];
        for (const name of now) {
          if (!old.has(name)) expect([...added, ...renamed.map(({ to }) => to)]).toContain(name);
        }
        for (const name of removed) expect(now.has(name)).toBe(false);
      }),
    );
  });

  test('an answer without authority never changes anything', () => {
    const verdict = fc.constantFrom('unchanged', 'stale', 'denied', 'unavailable', 'invalid' as const);
    fc.assert(
      fc.property(groups, groups, verdict, (all, now, bad) => {
        const diff = diffGroups(
          all,
          now.map((one) => ({ ...answerOf(one), verdict: bad }) as Answer),
        );
        expect(needsRefresh(diff, ['added', 'renamed', 'moved', 'removed'])).toBe(false);
      }),
    );
  });

  function answerOf(one: Group): Answer {
    return { ...one, verdict: 'ok', generation: null, detail: null };
  }

  function turned<One extends Group>(one: One): One {
    return { ...one, endpoints: [...one.endpoints].reverse() };
  }

  function sorted(all: readonly GroupDiff[]): GroupDiff[] {
    return [...all].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  function keyOf({ cluster, endpointSet }: GroupDiff): string {
    return `${cluster}/${endpointSet}`;
  }
});

test('a group that discovery says nothing about is told as such, never as gone', () => {
  const silent = diffGroups([group([pod('a')])], []);
  expect(silent).toMatchObject({
    groupsCompared: 0,
    groups: [{ verdict: 'invalid', detail: 'no answer', removed: [] }],
  });
});

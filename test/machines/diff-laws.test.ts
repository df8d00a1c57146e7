import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffGroups, needsRefresh } from '../../machines/diff.ts';
import { matchPods } from '../../machines/match-pods.ts';
import { planOf } from '../../machines/plan.ts';
import { seenTwice } from '../../machines/second-look.ts';
import type { Answer, ChangeKind, Endpoint, Group, GroupDiff } from '../../machines/vocabulary.ts';

// Goal: what a comparison finds depends on the pods alone, and leaves none of them out.
// Method: generate lists in which ids, names, ports and addresses meet in every way, and compare them.

const KINDS: readonly ChangeKind[] = ['added', 'renamed', 'moved', 'removed'];

const endpoint = fc.record({
  id: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6'),
  fqdn: fc.constantFrom('f1', 'f2', 'f3', 'f4'),
  ip4: fc.constantFrom(null, '192.0.2.1', '192.0.2.2'),
  ip6: fc.constantFrom(null, '2001:db8::1'),
  port: fc.constantFrom(null, 80, 81),
});
const endpoints = fc.uniqueArray(endpoint, { selector: ({ id }) => id, maxLength: 6 });
const groups = fc.uniqueArray(
  fc.record({ cluster: fc.constantFrom('sas', 'vla'), endpointSet: fc.constantFrom('x', 'y'), endpoints }),
  { selector: ({ cluster, endpointSet }) => `${cluster}/${endpointSet}` },
);

/** The same pods in another order, some of them more than once. */
const rewritten = (pods: readonly Endpoint[]) =>
  fc
    .tuple(fc.shuffledSubarray([...pods], { minLength: pods.length }), fc.subarray([...pods]))
    .map(([shuffled, repeated]) => [...repeated, ...shuffled, ...repeated]);

const twoLists = fc.tuple(endpoints, endpoints);
const writtenTwice = twoLists.chain(([before, after]) =>
  fc.tuple(fc.constant([before, after] as const), fc.tuple(rewritten(before), rewritten(after))),
);

test('nothing differs from itself', () => {
  fc.assert(
    fc.property(groups, (all) => {
      expect(diffGroups(all, all.map(answerOf))).toEqual({ groupsCompared: all.length, groups: [] });
    }),
  );
});

test('neither the order nor the repetition of pods changes what is found, or for what plan a refresh would be', () => {
  fc.assert(
    fc.property(writtenTwice, ([[before, after], [beforeAgain, afterAgain]]) => {
      const [one, other] = [diffOf(before, after), diffOf(beforeAgain, afterAgain)];
      expect(changesOf(other)).toEqual(changesOf(one));
      expect(planOf(other, KINDS)).toBe(planOf(one, KINDS));
      expect(changesOf(seenTwice(one, other))).toEqual(changesOf(one));
    }),
  );
});

test('no order of the groups changes for what plan a refresh would be', () => {
  fc.assert(
    fc.property(groups, groups, (all, now) => {
      const answers = now.map(answerOf);
      const [one, other] = [diffGroups(all, answers), diffGroups([...all].reverse(), [...answers].reverse())];
      expect(other.groupsCompared).toBe(one.groupsCompared);
      expect(planOf(other, KINDS)).toBe(planOf(one, KINDS));
    }),
  );
});

test('each pod is in exactly one place', () => {
  fc.assert(
    fc.property(twoLists, ([before, after]) => {
      const { pairs, onlyBefore, onlyAfter } = matchPods(before, after);
      expect(idsOf([...pairs.map(([pod]) => pod), ...onlyBefore])).toEqual(idsOf(before));
      expect(idsOf([...pairs.map(([, pod]) => pod), ...onlyAfter])).toEqual(idsOf(after));
      const found = diffOf(before, after).groups[0] ?? NOTHING;
      const { added, renamed, moved, removed } = found;
      expect(removed).toHaveLength(before.length - pairs.length);
      expect(added).toHaveLength(after.length - pairs.length);
      expect(renamed.length + moved.length).toBeLessThanOrEqual(pairs.length);
    }),
  );
});

test('pods are matched by id; what is left then has neither an id nor a name in common', () => {
  fc.assert(
    fc.property(twoLists, ([before, after]) => {
      const { pairs, onlyBefore, onlyAfter, nameOf } = matchPods(before, after);
      const textOf = (pod: Endpoint) => JSON.stringify(nameOf(pod));
      for (const [old, now] of pairs) expect(old.id === now.id || textOf(old) === textOf(now)).toBe(true);
      for (const { id } of before) {
        if (after.some((pod) => pod.id === id))
          expect(pairs.some(([old, now]) => old.id === id && now.id === id)).toBe(true);
      }
      const names = new Set(onlyBefore.map(textOf));
      for (const pod of onlyAfter) expect(names.has(textOf(pod))).toBe(false);
    }),
  );
});

test('the other way round, what was added is removed', () => {
  fc.assert(
    fc.property(twoLists, ([before, after]) => {
      const [there, back] = [diffOf(before, after).groups[0] ?? NOTHING, diffOf(after, before).groups[0] ?? NOTHING];
      expect(back.added).toEqual(there.removed);
      expect(back.removed).toEqual(there.added);
      expect(back.renamed.map(({ id, from, to }) => ({ id, from: to, to: from }))).toEqual(there.renamed);
      expect(back.moved).toHaveLength(there.moved.length);
    }),
  );
});

test('an answer without authority never changes anything', () => {
  const verdict = fc.constantFrom('unchanged', 'stale', 'denied', 'unavailable', 'invalid' as const);
  fc.assert(
    fc.property(groups, groups, verdict, (all, now, bad) => {
      const answers = now.map((one): Answer => ({ ...answerOf(one), verdict: bad }));
      expect(needsRefresh(diffGroups(all, answers), KINDS)).toBe(false);
    }),
  );
});

test('what two looks saw is a part of each of them', () => {
  fc.assert(
    fc.property(endpoints, endpoints, endpoints, (primer, first, second) => {
      const [one, two] = [diffOf(primer, first), diffOf(primer, second)];
      const both = seenTwice(one, two).groups[0] ?? NOTHING;
      for (const kind of KINDS) {
        expect((two.groups[0] ?? NOTHING)[kind]).toEqual(expect.arrayContaining([...both[kind]]));
        if (both[kind].length > 0) expect((one.groups[0] ?? NOTHING)[kind]).not.toHaveLength(0);
      }
    }),
  );
});

const NOTHING: GroupDiff = {
  cluster: 'sas',
  endpointSet: 'x',
  verdict: 'ok',
  detail: null,
  podsBefore: 0,
  added: [],
  renamed: [],
  moved: [],
  removed: [],
};

function diffOf(before: readonly Endpoint[], after: readonly Endpoint[]) {
  const set = { cluster: 'sas', endpointSet: 'x' };
  return diffGroups([{ ...set, endpoints: before }], [answerOf({ ...set, endpoints: after })]);
}

function changesOf({ groups: [found] }: ReturnType<typeof diffOf>): unknown {
  return KINDS.map((kind) => (found ?? NOTHING)[kind]);
}

function answerOf(one: Group): Answer {
  return { ...one, verdict: 'ok', generation: null, detail: null };
}

function idsOf(pods: readonly Endpoint[]): string[] {
  return pods.map(({ id }) => id).sort();
}

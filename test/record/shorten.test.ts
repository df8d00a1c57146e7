import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GroupDiff } from '../../machines/pod-words.ts';
import { tallied, tallyOf } from '../../src/record/group-tally.ts';
import { beginClaims, hasOmittedPart, revive, withMarks } from '../../src/record/omitted.ts';
import { shorten, shortenText } from '../../src/record/shorten.ts';
import { formatChanges } from '../../src/report/format-changes.ts';
import { anyCharacter } from '../support/any-character.ts';

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `pod-${index}`, port: null }));
const back = (value: unknown) => revive(JSON.parse(JSON.stringify(value)), beginClaims());

function diffOf(groups: number, pods: number) {
  return {
    groupsCompared: groups,
    groups: Array.from({ length: groups }, (_, index) => ({
      cluster: 'sas',
      endpointSet: `set-${index}`,
      verdict: index % 7 === 0 ? ('empty' as const) : ('ok' as const),
      detail: null,
      podsBefore: index % 3,
      added: index % 5 === 0 ? [] : namesOf(pods),
      renamed: [],
      moved: [],
      removed: index % 2 === 0 ? namesOf(1) : [],
    })),
  };
}

test.each([
  [1, 100_000],
  [10_000, 10],
  [3, 1],
])('what a comparison of %d groups with %d pods each came to is kept, whatever is left out', (groups, pods) => {
  const diff = diffOf(groups, pods);
  const kept = shorten({ diff });
  expect(JSON.stringify(kept).length).toBeLessThan(256 * 1024);
  const { diff: known } = back(kept) as { diff: typeof diff };
  expect(formatChanges(known)).toBe(formatChanges(diff));
  expect(known.groups).toHaveLength(groups);
  const changed = diff.groups.find(({ added }) => added.length > 0);
  const shown = known.groups.find(({ endpointSet }) => endpointSet === changed?.endpointSet);
  expect(shown?.added.slice(0, 5)).toEqual(changed?.added.slice(0, 5));
  expect(withMarks(known)).toEqual(kept === null ? null : (kept as { diff: unknown }).diff);
});

test('what is not long stays as it is', () => {
  const value = { list: namesOf(100), text: 'x'.repeat(1_000) };
  expect(shorten(value)).toBe(value);
  expect(hasOmittedPart(value)).toBe(false);
});

test('of a long text the end is kept, in as much JSON as any line has room for, and once is enough', () => {
  const text = fc.string({ unit: anyCharacter, minLength: 0, maxLength: 50 }).map((part) => part.repeat(3_000));
  fc.assert(
    fc.property(text, (long) => {
      const kept = shortenText(long);
      expect(JSON.stringify(kept).length).toBeLessThanOrEqual(48 * 1024 + 2);
      expect(shortenText(kept)).toBe(kept);
      if (kept !== long) {
        expect(kept).toMatch(/^… \(\d+ characters are not kept\) …/);
        expect(long.endsWith(kept.slice(-1_000))).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test('a mark that claims more than any run can have is refused', () => {
  for (const items of [1e12, -1, 1.5, Number.NaN]) {
    expect(() => revive({ $omitted: { sha256: '', bytes: 1, items, first: [] } }, beginClaims())).toThrow();
  }
  const rest = [[1_000_000, 'ok', 0, 1_000_000, 0, 0, 0]];
  expect(() => revive({ $omitted: { sha256: '', bytes: 1, items: 1, rest } }, beginClaims())).toThrow();
});

test('of a list that is too long the first items are kept, up to the first that is long itself', () => {
  const items = (longAt: number) =>
    Array.from({ length: 9_000 }, (_, at) => (at === longAt ? 'x'.repeat(1_100) : `item number ${at} of a long list`));
  const firstOf = (longAt: number) =>
    (shorten({ items: items(longAt) }) as { items: { $omitted: { first: unknown[] } } }).items.$omitted.first.length;
  expect([-1, 3, 0].map(firstOf)).toEqual([10, 3, 0]);
});

test('groups that are alike are counted together, and whether they had pods, and what changed, tells them apart', () => {
  const [first] = diffOf(1, 0).groups;
  const pods = (count: number) => namesOf(count).map((pod) => ({ ...pod, fqdn: pod.name }));
  const group = (change: object) => ({ ...first!, verdict: 'ok' as const, podsBefore: 0, removed: [], ...change });
  const groups = [
    group({}),
    group({ podsBefore: 1 }),
    group({ podsBefore: 2 }),
    group({ podsBefore: 2, verdict: 'empty' }),
    group({ added: pods(1), renamed: pods(2), moved: pods(3), removed: pods(4) }),
  ] as unknown as readonly GroupDiff[];
  const tallies = tallyOf(groups);
  expect(tallies).toEqual([
    [1, 'ok', 0, 0, 0, 0, 0],
    [2, 'ok', 1, 0, 0, 0, 0],
    [1, 'empty', 1, 0, 0, 0, 0],
    [1, 'ok', 0, 1, 2, 3, 4],
  ]);
  const back = tallied(tallies, 10);
  expect(tallyOf(back)).toEqual(tallies);
  expect(tallied(tallies, 3)).toHaveLength(3);
});

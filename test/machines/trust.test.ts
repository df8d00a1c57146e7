import { describe, expect, test } from 'vitest';
import { diffGroups } from '../../machines/diff.ts';
import {
  groupsShrunkTooMuch,
  isAuthoritative,
  isGone,
  shrunkFailure,
  untrustedFailure,
  untrustedGroups,
} from '../../machines/trust.ts';
import type { Diff, GroupDiff, Verdict } from '../../machines/vocabulary.ts';
import { answer, group, named, pod } from '../support/pods.ts';

const TRUSTED: readonly Verdict[] = ['ok', 'empty', 'missing'];
const UNTRUSTED: readonly Verdict[] = ['unchanged', 'stale', 'denied', 'unavailable', 'invalid'];

test('only ok, empty and missing have authority', () => {
  for (const verdict of TRUSTED) expect(isAuthoritative({ verdict })).toBe(true);
  for (const verdict of UNTRUSTED) expect(isAuthoritative({ verdict })).toBe(false);
});

describe('groups that cannot be trusted', () => {
  test('are named with their verdict and the reason', () => {
    const groups = [group([pod('a')]), group([], { endpointSet: 'back' }), group([], { endpointSet: 'api' })];
    const diff = diffGroups(groups, [
      answer([pod('a'), pod('b')]),
      answer([], { endpointSet: 'back', verdict: 'denied', detail: 'quota' }),
      answer([], { endpointSet: 'api', verdict: 'unavailable' }),
    ]);
    expect(untrustedGroups(diff).map(({ endpointSet }) => endpointSet)).toEqual(['back', 'api']);
    expect(untrustedFailure(diff)).toEqual({
      kind: 'discoveryUntrusted',
      message: 'discovery cannot be trusted for 2 of 3 groups: sas/back denied (quota), sas/api unavailable',
    });
  });

  test.each([
    [5, /^discovery cannot be trusted for 5 of 5 groups: sas\/set-0 .*, sas\/set-4 unavailable$/],
    [6, /^discovery cannot be trusted for 6 of 6 groups: sas\/set-0 .*, sas\/set-4 unavailable and 1 more$/],
    [8, /^discovery cannot be trusted for 8 of 8 groups: sas\/set-0 .*, sas\/set-4 unavailable and 3 more$/],
  ])('are named in one line, however many there are: %i', (count, expected) => {
    const names = Array.from({ length: count }, (_, index) => `set-${index}`);
    const diff = diffGroups(
      names.map((endpointSet) => group([], { endpointSet })),
      names.map((endpointSet) => answer([], { endpointSet, verdict: 'unavailable' })),
    );
    expect(untrustedFailure(diff).message).toMatch(expected);
  });
});

describe('a group shrank too much', () => {
  const shrunk = (overrides: Partial<GroupDiff>): GroupDiff => ({
    cluster: 'sas',
    endpointSet: 'front',
    verdict: 'ok',
    detail: null,
    podsBefore: 10,
    added: [],
    renamed: [],
    moved: [],
    removed: [],
    ...overrides,
  });
  const names = (count: number) => named(...Array.from({ length: count }, (_, index) => `p${index}`));

  test.each([
    [3, 30, false],
    [4, 30, true],
    [1, 0, true],
    [0, 0, false],
    [10, 100, false],
  ])('%i of 10 pods lost with %i %% allowed: %s', (lost, percent, expected) => {
    expect(groupsShrunkTooMuch(diffOf(shrunk({ removed: names(lost) })), allowing(percent)).length > 0).toBe(expected);
  });

  test.each([
    [1, 1, 99, true],
    [1, 1, 100, false],
    [1, 3, 33, true],
    [1, 3, 34, false],
    [2, 3, 66, true],
    [2, 3, 67, false],
    [1, 7, 14, true],
    [1, 7, 15, false],
    [1, 101, 1, false],
    [1, 99, 1, true],
    [250, 1_000, 25, false],
    [251, 1_000, 25, true],
    [0, 0, 1, false],
  ])('%i of %i pods lost with %i %% allowed: %s', (lost, podsBefore, percent, expected) => {
    const diff = diffOf(shrunk({ podsBefore, removed: names(lost) }));
    expect(groupsShrunkTooMuch(diff, allowing(percent)).length > 0).toBe(expected);
  });

  test.each([
    [10, 10, 1, false],
    [10, 12, 1, false],
    [10, 5, 50, false],
    [10, 4, 50, true],
  ])('%i of 10 pods removed and %i added with %i %% allowed: %s', (removed, added, percent, expected) => {
    const diff = diffOf(shrunk({ removed: names(removed), added: names(added) }));
    expect(groupsShrunkTooMuch(diff, allowing(percent)).length > 0).toBe(expected);
  });

  test('is not asked where no share is set, whatever was lost', () => {
    const gone = diffOf(shrunk({ verdict: 'empty', removed: names(10) }), shrunk({ removed: names(10) }));
    expect(groupsShrunkTooMuch(gone, { maxShrinkPercent: null, allowEmpty: false })).toEqual([]);
  });

  test('is only the answer that says so with authority', () => {
    for (const verdict of UNTRUSTED) expect(isGone(shrunk({ verdict })), verdict).toBe(false);
    expect(isGone(shrunk({ verdict: 'ok' }))).toBe(false);
    expect(isGone(shrunk({ verdict: 'empty', podsBefore: 1 }))).toBe(true);
    expect(isGone(shrunk({ verdict: 'missing', podsBefore: 1 }))).toBe(true);
  });

  test('also when it keeps some pods where empty groups are accepted', () => {
    const diff = diffOf(shrunk({ removed: names(9) }));
    expect(groupsShrunkTooMuch(diff, { maxShrinkPercent: 50, allowEmpty: true })).toHaveLength(1);
  });

  test.each(['empty', 'missing'] as const)('when it is %s, whatever is allowed', (verdict) => {
    expect(groupsShrunkTooMuch(diffOf(shrunk({ verdict, removed: names(10) })), allowing(100))).toHaveLength(1);
    const believing = { maxShrinkPercent: 1, allowEmpty: true };
    expect(groupsShrunkTooMuch(diffOf(shrunk({ verdict, removed: names(10) })), believing)).toEqual([]);
  });

  test.each(['empty', 'missing'] as const)('but not when it is %s and HAProxy has no pods of it', (verdict) => {
    const none = shrunk({ verdict, podsBefore: 0 });
    expect(isGone(none)).toBe(false);
    expect(groupsShrunkTooMuch(diffOf(none), allowing(0))).toEqual([]);
  });

  test('and is named with its numbers', () => {
    const diff = diffOf(shrunk({ removed: names(4) }), shrunk({ endpointSet: 'back', removed: names(1) }));
    expect(shrunkFailure(diff, allowing(30))).toEqual({
      kind: 'shrunkTooMuch',
      message: 'max_shrink_percent is 30: sas/front shrank from 10 to 6 pods',
    });
  });
});

function diffOf(...groups: readonly GroupDiff[]): Diff {
  return { groupsCompared: groups.length, groups };
}

function allowing(maxShrinkPercent: number) {
  return { maxShrinkPercent, allowEmpty: false };
}

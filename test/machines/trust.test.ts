import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffGroups } from '../../machines/diff.ts';
import {
  groupsShrunkTooMuch,
  isAuthoritative,
  isGone,
  judgeAnswers,
  rememberGenerations,
  shrunkFailure,
  untrustedFailure,
  untrustedGroups,
} from '../../machines/trust.ts';
import type { Answer, Diff, GroupDiff, Memory, Verdict } from '../../machines/vocabulary.ts';
import { answer, group, named, pod } from '../support/pods.ts';

const TRUSTED: readonly Verdict[] = ['ok', 'empty', 'missing'];
const UNTRUSTED: readonly Verdict[] = ['unchanged', 'stale', 'denied', 'unavailable', 'invalid'];
const FIVE: Memory = { generations: { 'sas/front': '5' }, lastRefresh: null };

test('only ok, empty and missing have authority', () => {
  for (const verdict of TRUSTED) expect(isAuthoritative({ verdict })).toBe(true);
  for (const verdict of UNTRUSTED) expect(isAuthoritative({ verdict })).toBe(false);
});

describe('an answer is stale', () => {
  const judged = (generation: string | null, overrides: Partial<Answer> = {}) =>
    judgeAnswers([answer([pod('a')], { generation, ...overrides })], FIVE)[0]!;

  test('when its generation is older than one that was accepted before', () => {
    expect(judged('4')).toMatchObject({
      verdict: 'stale',
      detail: 'generation 4 is older than 5, accepted before',
      generation: '4',
    });
  });

  test.each([['5'], ['6'], ['10'], [null]])('not with generation %s after 5', (generation) => {
    expect(judged(generation).verdict).toBe('ok');
  });

  test('by its number, also where that is too large to count exactly', () => {
    const memory = { generations: { 'sas/front': '9007199254740993' }, lastRefresh: null };
    expect(judgeAnswers([answer([], { generation: '9007199254740992' })], memory)[0]!.verdict).toBe('stale');
    expect(judgeAnswers([answer([], { generation: '9007199254740994' })], memory)[0]!.verdict).toBe('ok');
  });

  test('also when it says that the group is empty or missing', () => {
    for (const verdict of TRUSTED) expect(judged('4', { verdict }).verdict).toBe('stale');
  });

  test('but a worse verdict stays what it is', () => {
    for (const verdict of UNTRUSTED) expect(judged('4', { verdict }).verdict).toBe(verdict);
  });

  test('only by the memory of its own group', () => {
    expect(judged('4', { cluster: 'vla' }).verdict).toBe('ok');
    expect(judged('4', { endpointSet: 'back' }).verdict).toBe('ok');
  });
});

describe('the memory', () => {
  test('takes the generation of every trusted answer and keeps what it knows of the others', () => {
    const answers = [
      answer([], { endpointSet: 'new', generation: '1' }),
      answer([], { endpointSet: 'silent', generation: null }),
      answer([], { endpointSet: 'bad', generation: '8', verdict: 'invalid' }),
    ];
    const memory = { generations: { 'sas/front': '5', 'sas/bad': '7' }, lastRefresh: null };
    expect(rememberGenerations(answers, memory)).toEqual({
      generations: { 'sas/front': '5', 'sas/bad': '7', 'sas/new': '1' },
      lastRefresh: null,
    });
  });

  test('never goes back, whatever is answered', () => {
    const generation = fc.option(fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String));
    const verdict = fc.constantFrom(...TRUSTED, ...UNTRUSTED);
    fc.assert(
      fc.property(fc.array(fc.record({ generation, verdict })), (answers) => {
        let memory: Memory = FIVE;
        for (const one of answers) {
          const before = memory.generations['sas/front']!;
          memory = rememberGenerations(judgeAnswers([answer([], one)], memory), memory);
          expect(BigInt(memory.generations['sas/front']!)).toBeGreaterThanOrEqual(BigInt(before));
        }
      }),
    );
  });
});

describe('groups that cannot be trusted', () => {
  test('are named with their verdict and the reason', () => {
    const groups = [group([pod('a')]), group([], { endpointSet: 'back' }), group([], { endpointSet: 'api' })];
    const diff = diffGroups(groups, [
      answer([pod('a')]),
      answer([], { endpointSet: 'back', verdict: 'denied', detail: 'quota' }),
      answer([], { endpointSet: 'api', verdict: 'unavailable' }),
    ]);
    expect(untrustedGroups(diff).map(({ endpointSet }) => endpointSet)).toEqual(['back', 'api']);
    expect(untrustedFailure(diff)).toEqual({
      kind: 'discoveryUntrusted',
      message: 'discovery cannot be trusted for 2 of 3 groups: sas/back denied (quota), sas/api unavailable',
    });
  });

  test('are named in one line, however many there are', () => {
    const names = Array.from({ length: 8 }, (_, index) => `set-${index}`);
    const diff = diffGroups(
      names.map((endpointSet) => group([], { endpointSet })),
      names.map((endpointSet) => answer([], { endpointSet, verdict: 'unavailable' })),
    );
    const { message } = untrustedFailure(diff);
    expect(message).toMatch(/^discovery cannot be trusted for 8 of 8 groups: sas\/set-0 /);
    expect(message).toMatch(/sas\/set-4 unavailable and 3 more$/);
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
      message: 'max_shrink_percent is 30: sas/front lost 4 of 10 pods',
    });
  });
});

function diffOf(...groups: readonly GroupDiff[]): Diff {
  return { groupsCompared: groups.length, groups };
}

function allowing(maxShrinkPercent: number) {
  return { maxShrinkPercent, allowEmpty: false };
}

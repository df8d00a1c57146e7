import { describe, expect, test } from 'vitest';
import { type ReplaceRule, replacing } from '../../machines/replacing.ts';
import type { Answer, Endpoint, Group, Verdict } from '../../machines/vocabulary.ts';

const RULE: ReplaceRule = { onDiscoveryError: 'fail', maxShrinkPercent: null, allowEmpty: false, forceRun: false };

const pods = (count: number): Endpoint[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `p${at}`,
    fqdn: `p${at}.example.net`,
    ip4: null,
    ip6: null,
    port: 80,
  }));

const group = (endpointSet: string, count: number): Group => ({ cluster: 'sas', endpointSet, endpoints: pods(count) });

const answer = (endpointSet: string, count: number, verdict: Verdict = 'ok'): Answer => ({
  ...group(endpointSet, count),
  verdict,
  generation: null,
  detail: null,
});

describe('what discovery says replaces what HAProxy has', () => {
  test('where every group has an answer to believe', () => {
    const decision = replacing([group('front', 1)], [answer('front', 2), answer('back', 1)], RULE);
    expect(decision).toMatchObject({ refused: null, kept: [] });
    expect(decision.refused === null && decision.groups.map(({ endpoints }) => endpoints.length)).toEqual([2, 1]);
    expect(decision.diff.groups.map(({ added, removed }) => [added.length, removed.length])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test('with the earlier pods of a group without one, where that is tolerated or a refresh is forced', () => {
    const answers = [answer('front', 0, 'unavailable'), answer('back', 3)];
    for (const rule of [{ onDiscoveryError: 'tolerate' as const }, { forceRun: true }]) {
      const decision = replacing([group('front', 2), group('back', 1)], answers, { ...RULE, ...rule });
      expect(decision).toMatchObject({ refused: null, kept: ['sas/front'] });
      expect(decision.refused === null && decision.groups.map(({ endpoints }) => endpoints.length)).toEqual([2, 3]);
    }
  });
});

describe('nothing is replaced', () => {
  test.each(['stale', 'denied', 'unavailable', 'invalid', 'unchanged'] as const)(
    'for a group that is %s',
    (verdict) => {
      const { refused } = replacing([group('front', 2)], [answer('front', 0, verdict), answer('back', 1)], RULE);
      expect(refused).toMatchObject({ kind: 'discoveryUntrusted' });
      expect(refused!.message).toContain(`sas/front ${verdict}`);
    },
  );

  test('for a group without an answer that never had pods, also where that is tolerated', () => {
    const rule = { ...RULE, onDiscoveryError: 'tolerate' as const };
    expect(replacing([], [answer('front', 0, 'denied')], rule).refused).toMatchObject({ kind: 'discoveryUntrusted' });
  });

  test('for several groups without an answer of which one never had pods', () => {
    const answers = [answer('front', 0, 'denied'), answer('back', 0, 'unavailable')];
    const { refused } = replacing([group('front', 2)], answers, { ...RULE, forceRun: true });
    expect(refused).toMatchObject({ kind: 'discoveryUntrusted' });
  });

  test.each([
    ['ok', null, 'no pods for sas/front empty; correct'],
    ['empty', null, 'no pods for sas/front empty; correct'],
    ['missing', 'no such set', 'no pods for sas/front missing (no such set); correct'],
  ] as const)('for a group without pods (%s), with how discovery says so', (verdict, detail, words) => {
    const { refused } = replacing([], [{ ...answer('front', 0, verdict), detail }], RULE);
    expect(refused!.message).toContain(words);
  });

  test.each(['ok', 'empty', 'missing'] as const)(
    'for a group without pods (%s), unless allow_empty is set',
    (verdict) => {
      for (const before of [[], [group('front', 2)]]) {
        const refused = replacing(before, [answer('front', 0, verdict)], { ...RULE, forceRun: true }).refused;
        expect(refused).toMatchObject({ kind: 'shrunkTooMuch' });
        expect(refused!.message).toContain('sas/front');
        expect(replacing(before, [answer('front', 0, verdict)], { ...RULE, allowEmpty: true }).refused).toBeNull();
      }
    },
  );

  test('for a group that shrank too much, unless it is forced', () => {
    const rule = { ...RULE, maxShrinkPercent: 50 };
    const answers = [answer('front', 4)];
    expect(replacing([group('front', 10)], answers, rule).refused).toMatchObject({ kind: 'shrunkTooMuch' });
    expect(replacing([group('front', 8)], answers, rule).refused).toBeNull();
    expect(replacing([group('front', 10)], answers, { ...rule, forceRun: true }).refused).toBeNull();
  });
});

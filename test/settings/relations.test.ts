import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenRelations, coreRelations } from '../../src/settings/relations.ts';
import type { CoreSettings } from '../../src/settings/settings.ts';

const settings = {
  ...{ haproxyTimeoutMs: 3_600_000, haproxyRefreshDelayMs: 5_000, haproxyRefreshTimeoutMs: null },
  ...{ lockLeaseMs: 30_000, killGraceMs: 10_000, onLockLost: 'terminate' },
} as const satisfies Partial<CoreSettings>;

type Change = Partial<CoreSettings>;

function problemsOf(change: Change, known = new Set(Object.keys(settings))): readonly string[] {
  return brokenRelations(coreRelations, { ...settings, ...change }, known, (field) => field);
}

describe('values that cannot work together', () => {
  test.each<[string, Change, string]>([
    [
      'the delay is part of the budget',
      { haproxyRefreshDelayMs: 3_600_000 },
      'haproxyRefreshDelayMs must be shorter than haproxyTimeoutMs, which includes it',
    ],
    [
      'so is the refresh',
      { haproxyRefreshTimeoutMs: 3_600_001 },
      'haproxyRefreshTimeoutMs must not be longer than haproxyTimeoutMs, which includes it',
    ],
    [
      'a refresh must be gone before the lease is',
      { killGraceMs: 12_001 },
      'lockLeaseMs leaves no room for killGraceMs: to stop a refresh after a missed renewal takes 30.001s; make the lease longer or the grace shorter',
    ],
    [
      'a refresh that may end without its lock needs a bound',
      { onLockLost: 'finish' },
      'onLockLost needs a bound of the refresh, but there is haproxyRefreshTimeoutMs',
    ],
    [
      'and a lease that outlasts it',
      { onLockLost: 'finish', haproxyRefreshTimeoutMs: 20_000 },
      'onLockLost needs lockLeaseMs to be longer than haproxyRefreshTimeoutMs, killGraceMs and a margin together, which is 33s',
    ],
    [
      'not one that ends with it',
      { onLockLost: 'finish', haproxyRefreshTimeoutMs: 17_000 },
      'onLockLost needs lockLeaseMs to be longer than haproxyRefreshTimeoutMs, killGraceMs and a margin together, which is 30s',
    ],
  ])('%s', (_, change, line) => {
    expect(problemsOf(change)).toEqual([line]);
  });

  test.each<[string, Change]>([
    ['no delay', { haproxyRefreshDelayMs: 0 }],
    ['a delay just below the budget', { haproxyRefreshDelayMs: 3_599_999 }],
    ['a refresh as long as the budget', { haproxyRefreshTimeoutMs: 3_600_000 }],
    ['a grace that just fits the lease', { killGraceMs: 12_000 }],
    ['a lease just long enough', { onLockLost: 'finish', haproxyRefreshTimeoutMs: 16_999 }],
  ])('but %s is right', (_, change) => {
    expect(problemsOf(change)).toEqual([]);
  });

  test('whatever the times are: accepted ones keep every relation, refused ones break one', () => {
    const ms = fc.integer({ min: 1, max: 120_000 });
    const times = fc.record({
      haproxyRefreshDelayMs: ms,
      haproxyTimeoutMs: ms,
      killGraceMs: ms,
      lockLeaseMs: ms,
      haproxyRefreshTimeoutMs: fc.option(ms),
      onLockLost: fc.constantFrom('finish' as const, 'terminate' as const),
    });
    fc.assert(
      fc.property(times, (given) => {
        const { lockLeaseMs: lease, haproxyTimeoutMs: budget, haproxyRefreshTimeoutMs: refresh } = given;
        const reserve = Math.ceil(lease / 10) + given.killGraceMs;
        const lasts = given.onLockLost !== 'finish' || (refresh !== null && lease > refresh + reserve);
        const fits = lasts && Math.floor(lease / 4) * 2 + reserve <= lease;
        const right = given.haproxyRefreshDelayMs < budget && (refresh ?? 0) <= budget && fits;
        expect(problemsOf(given).length === 0).toBe(right);
      }),
      { numRuns: 300 },
    );
  });
});

test('a relation of values of which one is wrong by itself is not judged', () => {
  const broken = { haproxyRefreshDelayMs: 9_000_000 };
  expect(problemsOf(broken)).toHaveLength(1);
  const without = (field: string) => new Set(Object.keys(settings).filter((each) => each !== field));
  expect(problemsOf(broken, without('haproxyTimeoutMs'))).toEqual([]);
  expect(problemsOf(broken, without('haproxyRefreshDelayMs'))).toEqual([]);
});

test('a relation names every setting that it looks at, so that it is judged when all of them are known', () => {
  for (const relation of coreRelations)
    for (const onLockLost of ['terminate', 'finish']) {
      const read = new Set<string>();
      const watched = new Proxy({ ...settings, onLockLost } as unknown as CoreSettings, {
        get(target, field) {
          read.add(String(field));
          return Reflect.get(target, field);
        },
      });
      relation.holds(watched);
      expect(relation.fields).toEqual(expect.arrayContaining([...read]));
    }
});

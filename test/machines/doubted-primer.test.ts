import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doubtNext, isDoubted, isNewDoubt, primerBefore, primerBeforeNext } from '../../machines/doubted-primer.ts';

const primers = fc.dictionary(
  fc.constantFrom('man/shop', 'man/pay', 'sas/shop'),
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')),
);

test('before the first refresh it is the whole primer, and before a further one what all of them say', () => {
  const first = primerBefore(null, { 'man/shop': ['a', 'b'], 'man/pay': ['p'] });
  expect(first).toEqual({ 'man/shop': ['a', 'b'], 'man/pay': ['p'] });
  const second = primerBefore(first, { 'man/shop': ['c', 'b'] });
  expect(second).toEqual({ 'man/shop': ['b'], 'man/pay': [] });
  expect(primerBefore(second, { 'man/shop': ['a', 'c'], 'man/pay': ['p'] })).toEqual({ 'man/shop': [], 'man/pay': [] });
});

test('a primer that is not known leaves what is certain as it was', () => {
  expect(primerBefore({ 'man/shop': ['a'] }, null)).toEqual({ 'man/shop': ['a'] });
  expect(primerBefore(null, null)).toBe(null);
});

test('it stands until a refresh is effective', () => {
  expect(primerBeforeNext({ 'man/shop': ['a'] }, false)).toEqual({ 'man/shop': ['a'] });
  expect(primerBeforeNext({ 'man/shop': ['a'] }, true)).toBe(null);
  expect(primerBeforeNext(null, false)).toBe(null);
});

test('nothing is certain that one of the primers does not say, and nothing is lost that all of them say', () => {
  fc.assert(
    fc.property(fc.array(primers, { minLength: 1 }), (said) => {
      const certain = said.reduce<ReturnType<typeof primerBefore>>(primerBefore, null)!;
      for (const [group, pods] of Object.entries(said[0]!)) {
        expect(certain[group]).toEqual(pods.filter((pod) => said.every((each) => each[group]?.includes(pod))));
      }
      expect(Object.keys(certain).sort()).toEqual(Object.keys(said[0]!).sort());
    }),
  );
});

test('a primer is doubted that says anything else, or that nobody can compare', () => {
  const before = { 'man/shop': ['a', 'b'] };
  expect(isDoubted({ 'man/shop': ['b', 'a'] }, before)).toBe(false);
  for (const now of [null, {}, { 'man/shop': ['a'] }, { 'man/shop': ['a', 'b', 'c'] }, { ...before, 'man/pay': [] }]) {
    expect(isDoubted(now, before), JSON.stringify(now)).toBe(true);
  }
});

test('doubt is news once, and lasts until a refresh is seen to be effective or a run finds none', () => {
  expect([isNewDoubt(true, false), isNewDoubt(true, true), isNewDoubt(false, false)]).toEqual([true, false, false]);
  expect([doubtNext(false, true, false), doubtNext(true, null, false)]).toEqual([true, true]);
  expect([doubtNext(true, false, false), doubtNext(false, null, false), doubtNext(true, true, true)]).toEqual(
    Array(3).fill(false),
  );
});

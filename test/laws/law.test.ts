import { expect, test } from 'vitest';
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import type { ClusterLockInput } from '../../machines/lock-context.ts';
import { starts } from '../support/effects.ts';
import { explore } from '../support/explore.ts';
import { breachesOf, type Law, type Walks } from './law.ts';
import { LOCK_INPUTS, type LockMemory, lockWalk } from './lock-walk.ts';

const [plain] = LOCK_INPUTS as [ClusterLockInput];
const walked = (input: ClusterLockInput) => ({ input, found: explore(clusterLockMachine, lockWalk(input)) });
const all: Walks<ClusterLockInput, LockMemory> = {
  machine: clusterLockMachine,
  walks: [walked(plain), walked({ ...plain, leaseMs: 1_000 })],
};

test('what breaks a law is a path of states and a sentence', () => {
  const law: Law<ClusterLockInput, LockMemory> = {
    says: 'never gives anything back',
    holds: ({ effects }) => !starts(effects, 'releaseLock'),
  };
  const [first, , , fourth] = breachesOf(law, all);
  expect(first).toBe(
    'with the default input: idle → requesting: when the run released the lock (release), ' +
      'it goes to releasing and stops requestLock, starts releaseLock',
  );
  expect(fourth).toMatch(/^with leaseMs 1000: idle → requesting: /);
});

test('a place that breaks a law is the way there, and an input what is unusual in it', () => {
  const says = 'is in no place';
  const places: Law<ClusterLockInput, LockMemory> = {
    says,
    breaches: ({ walks }) => walks[0]!.found.places.slice(0, 3).map(({ key }) => key),
  };
  expect(breachesOf(places, all)).toEqual([
    'with the default input: idle',
    'with the default input: idle → requesting',
    'with the default input: idle → released',
  ]);
  const inputs: Law<ClusterLockInput, LockMemory> = {
    says,
    breaches: ({ walks }) => walks.map(({ input }) => JSON.stringify(input)),
  };
  expect(breachesOf(inputs, all)).toEqual(['with the default input', 'with leaseMs 1000']);
});

import { expect, test } from 'vitest';
import { KubernetesProblem } from '../../../src/kubernetes/problem.ts';
import { heldIn } from '../../../src/locks/kubernetes/held.ts';
import { leaseOf } from '../../../src/locks/kubernetes/lease.ts';
import type { Leases } from '../../../src/locks/kubernetes/leases.ts';
import { never } from './lab.ts';

const SPEC = { holderIdentity: 'client', acquireTime: '2026-01-01T00:00:00.000000Z', leaseTransitions: 4 };

/** Takes a Lease away that has changed to these words since it was seen; answers with that, and how often it was written. */
async function takenAway(changed: object, uid = 'uid-1'): Promise<readonly [boolean, number]> {
  const lease = (spec: object, id: string, version: string) =>
    leaseOf({ kind: 'Lease', metadata: { uid: id, resourceVersion: version }, spec: { ...SPEC, ...spec } });
  let now = lease({}, 'uid-1', '1');
  let written = 0;
  const leases: Pick<Leases, 'read' | 'replace'> = {
    read: async () => now,
    replace: async () => {
      written += 1;
      if (written === 1) throw new KubernetesProblem('conflict', 'it has changed');
      return { lease: now, isNew: false };
    },
  };
  const clock = { wallMs: () => 0, newMicroTime: () => 'now' };
  const held = await heldIn(leases as Leases, clock, { deadlineMs: 1_000, signal: never });
  now = lease(changed, uid, '2');
  return [await held!.takeAway(never), written];
}

test('a Lease that its holder has only renewed since it was seen is taken away', async () => {
  expect(await takenAway({ renewTime: '2026-01-01T00:00:10.000000Z' })).toEqual([true, 2]);
});

test.each([
  ['another holder', { holderIdentity: 'another' }, 'uid-1'],
  ['no holder', { holderIdentity: '' }, 'uid-1'],
  ['been taken again', { acquireTime: '2026-01-01T00:00:10.000000Z' }, 'uid-1'],
  ['changed hands and come back', { leaseTransitions: 6 }, 'uid-1'],
  ['been made anew', {}, 'uid-2'],
])('a Lease that has %s since it was seen is left alone', async (_, changed, uid) => {
  expect(await takenAway(changed, uid)).toEqual([false, 1]);
});

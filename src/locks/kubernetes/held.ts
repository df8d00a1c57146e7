import { isKubernetes } from '../../kubernetes/problem.ts';
import type { Held } from '../backend.ts';
import { failureOf } from './failures.ts';
import { holderOf, type Lease, leaseWith } from './lease.ts';
import type { Leases, Limits } from './leases.ts';

interface Clock {
  readonly wallMs: () => number;
  readonly newMicroTime: () => string;
}

/** Who is written into the Lease, whether or not that one still lives. */
export async function heldIn(leases: Leases, { wallMs, newMicroTime }: Clock, limits: Limits): Promise<Held | null> {
  try {
    const lease = await leases.read(limits);
    if (lease === null || lease.holder === '') return null;
    const empty = (signal: AbortSignal) => emptied(leases, lease, newMicroTime(), { ...limits, signal });
    return { holder: holderOf(lease, wallMs()), waiting: null, takeAway: empty };
  } catch (error) {
    throw failureOf(error);
  }
}

/** As its holder would give it back; one that it has renewed meanwhile is read again, and still its own. */
async function emptied(leases: Leases, seen: Lease, now: string, limits: Limits): Promise<boolean> {
  try {
    for (let lease: Lease | null = seen; lease !== null && isSameHold(lease, seen); ) {
      const free = { holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now };
      try {
        await leases.replace(leaseWith(lease, free), limits);
        return true;
      } catch (error) {
        if (!isKubernetes(error, 'conflict')) throw error;
        lease = await leases.read(limits);
      }
    }
    return false;
  } catch (error) {
    throw failureOf(error);
  }
}

/** The names of other clients outlive their runs: one that has given it back and taken it again has another lock. */
function isSameHold(lease: Lease, seen: Lease): boolean {
  return (['uid', 'holder', 'acquired', 'transitions'] as const).every((word) => lease[word] === seen[word]);
}

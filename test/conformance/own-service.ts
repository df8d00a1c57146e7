import { randomBytes } from 'node:crypto';
import { contender } from './contender.ts';
import type { Flags, Row } from './services.ts';

/** What `npm run conformance` has found out about a lock service that somebody runs himself. */
export interface Plan {
  readonly lock: string;
  /** As they were given. */
  readonly flags: Flags;
  /** The setting that names the lock. */
  readonly nameKey: string;
  /** Every name begins with it that is locked. */
  readonly base: string;
}

/** The name of the lock that one test takes. No name may begin with another one and a slash. */
export function scratchName({ lock, base }: Pick<Plan, 'lock' | 'base'>, test: string): string {
  return lock === 'kubernetes' || lock === 'file' ? `${base}-${test}` : `${base}/${test}`;
}

/** The row of that service, of which the suite may know a stand-in. Nothing stops it, and nobody is refused there. */
export function ownRow(plan: Plan, known: Row | undefined): Row {
  const { lock, nameKey } = plan;
  return {
    lock,
    needs: [],
    leaseEnds: known?.leaseEnds ?? true,
    keepsOrder: known?.keepsOrder ?? false,
    rounds: 10,
    shortestLease: known?.shortestLease ?? '10s',
    async open() {
      const flags = { ...plan.flags, [nameKey]: scratchName(plan, randomBytes(4).toString('hex')) };
      return lock === 'file' ? { flags } : { flags, endLease: () => takeAway(flags) };
    },
  };
}

async function takeAway(flags: Flags): Promise<void> {
  const operator = await contender('operator', flags);
  const { signal } = new AbortController();
  const held = await operator.held(signal);
  await held?.takeAway(signal);
  operator.close();
}

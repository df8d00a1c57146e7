import type { LockServices } from '../../../machines/side-effects.ts';
import type { Process } from '../process.ts';

/** Tells the observer what a driver tells its run. */
export function witnessed(process: Process, driver: LockServices): LockServices {
  const { host, run } = process;
  const { world, node } = host;
  const tell = (answer: 'held' | 'renewed' | 'gone', askedAtMs: number, leaseLeftMs: number) =>
    world.note({ what: 'lockTold', node, run, answer, askedAtMs, leaseLeftMs });

  async function standing(ask: Promise<Awaited<ReturnType<LockServices['checkLock']>>>) {
    const askedAtMs = world.nowMs;
    const found = await ask;
    if (found.standing === 'held') tell('held', askedAtMs, found.leaseLeftMs);
    return found;
  }

  return {
    requestLock: (claim, signal) => standing(driver.requestLock(claim, signal)),
    checkLock: (_, signal) => standing(driver.checkLock(null, signal)),
    async renewLock(_, signal) {
      const askedAtMs = world.nowMs;
      world.note({ what: 'renewalSent', node, run });
      const found = await driver.renewLock(null, signal);
      tell(found.standing, askedAtMs, found.standing === 'gone' ? 0 : found.leaseLeftMs);
      return found;
    },
    releaseLock: (_, signal) => driver.releaseLock(null, signal),
  };
}

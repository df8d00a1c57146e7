import type { LockServices } from '../../../machines/side-effects.ts';
import { Failed } from '../../../src/failure.ts';
import type { Process } from '../process.ts';

/** Tells the observer what a run asks of its driver, and what it is told. */
export function witnessed(process: Process, driver: LockServices, leaseMs: number): LockServices {
  const { host, run } = process;
  const { world, node } = host;
  let wasWanted = false;
  let wasLetGo = false;

  /** Whoever no longer waits for the answer, because it gave up or died, was told nothing. */
  async function watched<Answer>(request: string, signal: AbortSignal, ask: Promise<Answer>): Promise<Answer> {
    try {
      return await ask;
    } catch (error) {
      const failure = error instanceof Failed ? error.failure.kind : 'unexpected';
      if (!signal.aborted && !process.isOver) world.note({ what: 'lockTroubled', node, run, request, failure });
      throw error;
    }
  }

  async function standing(
    request: 'request' | 'check',
    signal: AbortSignal,
    ask: ReturnType<LockServices['checkLock']>,
  ) {
    const askedAtMs = world.nowMs;
    const found = await watched(request, signal, ask);
    // Nobody relies on the answer to a request that used up a quarter of its lease.
    if (found.standing === 'held' && (request === 'check' || found.leaseLeftMs >= leaseMs * 0.75)) {
      const { leaseLeftMs } = found;
      world.note({ what: 'lockNotice', node, run, answer: 'held', request, askedAtMs, leaseLeftMs });
    }
    return found;
  }

  return {
    requestLock(claim, signal) {
      if (!wasWanted) world.note({ what: 'lockWanted', node, run });
      wasWanted = true;
      return standing('request', signal, driver.requestLock(claim, signal));
    },
    checkLock: (_, signal) => standing('check', signal, driver.checkLock(null, signal)),
    async renewLock(_, signal) {
      const askedAtMs = world.nowMs;
      world.note({ what: 'renewalSent', node, run });
      const found = await watched('renew', signal, driver.renewLock(null, signal));
      const leaseLeftMs = found.standing === 'gone' ? 0 : found.leaseLeftMs;
      world.note({ what: 'lockNotice', node, run, answer: found.standing, request: 'renew', askedAtMs, leaseLeftMs });
      return found;
    },
    releaseLock(_, signal) {
      if (!wasLetGo) world.note({ what: 'lockLetGo', node, run });
      wasLetGo = true;
      return watched('release', signal, driver.releaseLock(null, signal));
    },
  };
}

import type { Held } from '../backend.ts';
import type { YtCommands } from './commands.ts';
import { isGuid } from './guid.ts';
import { createMutation } from './mutation.ts';
import { failureOf, isYt } from './problem.ts';
import type { createQueueReader } from './queue.ts';

type Queue = Pick<ReturnType<typeof createQueueReader>, 'readHolding' | 'isHolding'>;

/** Whose transaction has the lock; a node that is not there is locked by nobody. */
export async function heldBy(queue: Queue, yt: YtCommands, signal: AbortSignal): Promise<Held | null> {
  try {
    const found = await queue.readHolding(signal);
    if (found === null || !isGuid(found.transactionId)) return null;
    const { holder, lockId, transactionId, waiting } = found;
    return { holder, waiting, takeAway };

    /** A transaction may give its lock back, live on, and take another: that one is not to be hurt. */
    async function takeAway(stop: AbortSignal): Promise<boolean> {
      return (await isStillHeld(queue, lockId, stop)) && abort(yt, transactionId, stop);
    }
  } catch (error) {
    if (isYt(error, 'missing')) return null;
    throw failureOf(error, ['denied', 'refused']);
  }
}

async function isStillHeld({ isHolding }: Queue, lockId: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await isHolding(lockId, signal);
  } catch (error) {
    if (isYt(error, 'missing')) return false;
    throw failureOf(error, ['denied', 'refused']);
  }
}

async function abort(yt: YtCommands, transactionId: string, signal: AbortSignal): Promise<boolean> {
  try {
    await yt.abort(createMutation(), transactionId, signal);
    return true;
  } catch (error) {
    if (isYt(error, 'gone')) return false;
    throw failureOf(error, ['denied', 'refused']);
  }
}

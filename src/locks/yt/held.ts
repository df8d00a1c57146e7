import type { Held } from '../backend.ts';
import type { YtCommands } from './commands.ts';
import { isGuid } from './guid.ts';
import { createMutation } from './mutation.ts';
import { failureOf, isYt } from './problem.ts';
import type { createQueueReader } from './queue.ts';

type ReadHolding = ReturnType<typeof createQueueReader>['readHolding'];

/** Whose transaction has the lock; a node that is not there is locked by nobody. */
export async function heldBy(readHolding: ReadHolding, yt: YtCommands, signal: AbortSignal): Promise<Held | null> {
  try {
    const found = await readHolding(signal);
    if (found === null || !isGuid(found.transactionId)) return null;
    const { holder, transactionId, waiting } = found;
    return { holder, waiting, takeAway: (stop) => abort(yt, transactionId, stop) };
  } catch (error) {
    if (isYt(error, 'missing')) return null;
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

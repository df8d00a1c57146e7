import type { Holder } from '../../../machines/vocabulary.ts';
import type { Limits } from '../../consul/client.ts';
import type { Held } from '../backend.ts';
import type { Entry } from './entry.ts';
import type { LockKey } from './lock-key.ts';
import { failureOf } from './problem.ts';
import type { Sessions } from './sessions.ts';

/** A key that somebody has. */
export type OthersEntry = Entry & { readonly session: string };

interface Parts<Service> {
  readonly service: () => Promise<Service>;
  readonly holderOf: (entry: OthersEntry, to: Service, limits: Limits) => Promise<Holder>;
  readonly deadlineMs: number;
}

/** Whose session has the key. It is given back in that one's stead: no lock-delay keeps it from the next. */
export async function heldNow<Service extends { readonly key: LockKey; readonly sessions: Sessions }>(
  { service, holderOf, deadlineMs }: Parts<Service>,
  signal: AbortSignal,
): Promise<Held | null> {
  try {
    const limits = { deadlineMs, signal };
    const to = await service();
    const { entry } = await to.key.look(limits);
    if (entry === null || entry.session === null) return null;
    const found = { ...entry, session: entry.session };
    return { holder: await holderOf(found, to, limits), waiting: null, takeAway };

    async function takeAway(stop: AbortSignal): Promise<boolean> {
      const now = { deadlineMs, signal: stop };
      try {
        if (!isSameHold(found, (await to.key.look(now)).entry)) return false;
        if (!(await to.key.release(found.session, now))) return false;
        await to.sessions.destroy(found.session, now);
        return true;
      } catch (error) {
        return rethrow(error);
      }
    }
  } catch (error) {
    return rethrow(error);
  }
}

/** A session that has given it back and taken it again has another lock, and one whose key was written to has the same. */
function isSameHold(before: OthersEntry, after: Entry | null): boolean {
  return after?.session === before.session && [before.timesTaken, 0].includes(after.timesTaken);
}

function rethrow(error: unknown): never {
  throw failureOf(error);
}

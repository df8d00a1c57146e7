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
    const { session, version } = entry;
    return { holder: await holderOf({ ...entry, session }, to, limits), waiting: null, takeAway };

    async function takeAway(stop: AbortSignal): Promise<boolean> {
      const now = { deadlineMs, signal: stop };
      try {
        const { entry: after } = await to.key.look(now);
        // A session that has given it back and taken it again has another lock.
        if (after?.session !== session || after.version !== version) return false;
        if (!(await to.key.release(session, now))) return false;
        await to.sessions.destroy(session, now);
        return true;
      } catch (error) {
        return rethrow(error);
      }
    }
  } catch (error) {
    return rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw failureOf(error);
}

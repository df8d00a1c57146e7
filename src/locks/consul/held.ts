import type { Holder } from '../../../machines/vocabulary.ts';
import type { Limits } from '../../consul/client.ts';
import type { Held } from '../backend.ts';
import type { Entry } from './entry.ts';
import type { LockKey } from './lock-key.ts';
import { failureOf } from './problem.ts';

/** A key that somebody has. */
export type OthersEntry = Entry & { readonly session: string };

interface Parts<Service> {
  readonly service: () => Promise<Service>;
  readonly holderOf: (entry: OthersEntry, to: Service, limits: Limits) => Promise<Holder>;
  readonly giveBack: (session: string, limits: Limits) => Promise<void>;
  readonly deadlineMs: number;
}

/** Whose session has the key. It is given back in that one's stead: no lock-delay keeps it from the next. */
export async function heldNow<Service extends { readonly key: LockKey }>(
  { service, holderOf, giveBack, deadlineMs }: Parts<Service>,
  signal: AbortSignal,
): Promise<Held | null> {
  try {
    const limits = { deadlineMs, signal };
    const to = await service();
    const { entry } = await to.key.look(limits);
    if (entry === null || entry.session === null) return null;
    const { session } = entry;
    return { holder: await holderOf({ ...entry, session }, to, limits), waiting: null, takeAway };

    async function takeAway(stop: AbortSignal): Promise<boolean> {
      const now = { deadlineMs, signal: stop };
      const after = await to.key.look(now).catch(rethrow);
      if (after.entry?.session !== session) return false;
      await giveBack(session, now);
      return true;
    }
  } catch (error) {
    return rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw failureOf(error);
}

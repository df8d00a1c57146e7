import type { Freed } from '../facts.ts';
import type { World } from '../world.ts';
import type { Owner } from './lock-service.ts';

/** Who has the lock, as the server itself sees it. */
export interface Holding {
  /** Another one for each time that somebody gets it. */
  readonly session: string;
  run(): string;
  /** Until then the server has promised to keep it, if nobody renews it; null: for as long as its owner lives. */
  readonly untilMs: number | null;
}

type Seen = Omit<Holding, 'run'> & { readonly run: string };

interface Cause {
  readonly why: Freed;
  /** The run whose request it is. */
  readonly by: string | null;
}

/** Tells the observer who gets a lock, for how long, and who loses it by what; the server only knows who has it now. */
export class Ledger {
  readonly #world: World;
  readonly #look: () => Holding | null;
  readonly #owners = new Map<string, Owner>();
  /** Ids are drawn by chance; their order is not. */
  readonly #names = new Map<string, string>();
  #seen: Seen | null = null;

  constructor(world: World, look: () => Holding | null) {
    this.#world = world;
    this.#look = look;
  }

  knows(owner: Owner): void {
    this.#owners.set(owner.run, owner);
  }

  /** Lets something happen to the server, and notes what has become of the lock by it. */
  because<Result>(cause: Cause, act: () => Result): Result {
    try {
      return act();
    } finally {
      this.#compare(cause);
    }
  }

  #compare(cause: Cause): void {
    const before = this.#seen;
    const found = this.#look();
    const isSame = before?.session === found?.session;
    if (isSame && before?.untilMs === found?.untilMs) return;
    const now = found && { ...found, run: isSame ? before!.run : found.run() };
    this.#seen = now;
    if (before !== null && !isSame)
      this.#world.note({ what: 'lockFreed', ...this.#named(before), ...reason(cause, before, now) });
    if (now === null) return;
    if (!isSame) this.#world.note({ what: 'lockGranted', ...this.#named(now) });
    this.#world.note({ what: 'lockKept', ...this.#named(now), untilMs: now.untilMs });
  }

  #named({ session, run }: Seen): Owner & { readonly session: string } {
    const name = this.#names.get(session) ?? `s${this.#names.size + 1}`;
    this.#names.set(session, name);
    return { ...this.#owners.get(run)!, session: name };
  }
}

/** Whoever writes itself into the place of another has taken it over. */
function reason({ why, by }: Cause, before: Seen, now: Seen | null): Cause {
  return why === 'released' && by !== before.run && by === now?.run ? { why: 'takenOver', by } : { why, by };
}

/** What one question brought, and whether another one may bring something better. */
export interface Asked<Found> {
  readonly found: Found;
  readonly again: boolean;
  /** The shortest pause that is asked of us before the next one; 0 where none is. */
  readonly afterMs: number;
}

/** How often one thing is asked, and until when. Durations in milliseconds. */
export interface Patience {
  readonly attempts: number;
  /** The pause after so many attempts. */
  readonly pauseMs: (attempts: number) => number;
  /** By the clock `now`. */
  readonly deadline: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/**
 * Where a single question is asked again: what it brings may be better a moment later, and nobody has decided anything
 * meanwhile. Almost everything else that is tried twice is tried twice by the machines (docs/architecture.md).
 */
export async function askAgain<Found>(
  ask: (leftMs: number) => Promise<Asked<Found>>,
  { attempts, pauseMs, deadline, now, sleep }: Patience,
): Promise<{ readonly found: Found; readonly attempts: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const { found, again, afterMs } = await ask(Math.max(0, Math.floor(deadline - now())));
    const waitMs = Math.max(afterMs, pauseMs(attempt));
    // A pause that leaves no time for another attempt helps nobody.
    if (!again || attempt >= attempts || now() + waitMs >= deadline) return { found, attempts: attempt };
    await sleep(waitMs);
  }
}

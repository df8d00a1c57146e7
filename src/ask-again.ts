// The one place where a single question is asked again; everything else that is tried twice is tried twice by the machines.
// docs/architecture.md names all that come here.

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

/** Asks as often as its patience allows: what the question brings may be better a moment later. */
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

/**
 * Asks, and once more where `mends` has put right what the question was refused for: one that was turned away has changed
 * nothing.
 */
export async function askOnceMore<Found>(
  ask: () => Promise<Found>,
  mends: (refusal: unknown) => boolean | Promise<boolean>,
): Promise<Found> {
  try {
    return await ask();
  } catch (refusal) {
    if (!(await mends(refusal))) throw refusal;
    return ask();
  }
}

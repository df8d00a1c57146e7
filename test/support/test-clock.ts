import { SimulatedClock } from 'xstate';

/** Lets everything that was already answered reach the machines: all microtasks run before this resolves. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const ROUNDING_MS = 1e-6;

/** What Node is to wait for longer it does not wait for at all. */
const LONGEST_MS = 2 ** 31 - 1;

/** A clock that stands still until it is told to go on, and then stops at every timer for what the timer sets off. */
export class TestClock extends SimulatedClock {
  readonly #dueAtMs = new Map<number, number>();

  override setTimeout(fire: (...args: unknown[]) => void, timeoutMs: number): number {
    if (!(timeoutMs <= LONGEST_MS)) throw new Error(`a timer cannot wait for ${timeoutMs} ms`);
    const id = super.setTimeout(() => {
      this.#dueAtMs.delete(id);
      fire();
    }, timeoutMs);
    this.#dueAtMs.set(id, this.now() + timeoutMs);
    return id;
  }

  override clearTimeout(id: number): void {
    this.#dueAtMs.delete(id);
    super.clearTimeout(id);
  }

  /** A timer of a fraction of a millisecond may be due and yet, by the rounding of its clock, not over. */
  override set(ms: number): void {
    super.set(Math.max(ms, this.now()));
    if (this.nextDueMs !== null && this.nextDueMs <= ms) super.set(ms + ROUNDING_MS);
  }

  /** When the next timer is due, or null when nothing waits. */
  get nextDueMs(): number | null {
    return this.#dueAtMs.size === 0 ? null : Math.min(...this.#dueAtMs.values());
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#dueAtMs.size;
  }

  async advance(ms: number): Promise<void> {
    const until = this.now() + ms;
    await settle();
    for (let due = this.nextDueMs; due !== null && due <= until; due = this.nextDueMs) {
      this.set(due);
      await settle();
    }
    this.set(until);
    await settle();
  }
}

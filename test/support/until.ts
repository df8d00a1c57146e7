import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `condition` gives something, for as long as a very slow machine may need; then fails with `what`. */
export async function until<T>(what: string, condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  const giveUpAt = performance.now() + 120_000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > giveUpAt) throw new Error(`gave up waiting: ${what}`);
    await pause(20);
  }
}

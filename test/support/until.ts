import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `condition` gives something, for as long as a very slow machine may need; then fails with `what`. It looks
 * the less often the longer it has waited, for looking is work as well.
 */
export async function until<T>(what: string, condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  const begunAt = performance.now();
  for (;;) {
    const found = await condition();
    if (found) return found;
    const waitedMs = performance.now() - begunAt;
    if (waitedMs > 120_000) throw new Error(`gave up waiting: ${what}`);
    await pause(Math.min(Math.max(waitedMs / 10, 10), 250));
  }
}

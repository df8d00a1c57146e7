import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { never, openLab } from '../locks/yt/lab.ts';

// Goal: a lock that is waited for, and then kept, for hours takes no more of the node than one that was just asked for.
// Method: count what the process has open after ten rounds, and again after a thousand.

test('a thousand rounds of asking and renewing keep as much open as ten', async () => {
  const lab = await openLab();
  const holder = lab.driver({ host: 'node-a' });
  const waiting = lab.driver({ host: 'node-b' });
  const claim = { reason: 'changed' } as const;
  await holder.requestLock(claim, never);
  await waiting.requestLock(claim, never);
  const rounds = async (count: number) => {
    for (let round = 0; round < count; round += 1) {
      await holder.renewLock(null, never);
      expect(await waiting.checkLock(null, never)).toMatchObject({ standing: 'queued' });
      await waiting.renewLock(null, never);
    }
    return opened();
  };
  const few = await rounds(10);
  const many = await rounds(990);
  for (const [what, count] of Object.entries(many)) expect(count, what).toBeLessThanOrEqual(few[what]! + SPARE);
  expect(many['listeners']).toBe(few['listeners']);
});

/** Connections that are about to be closed, or were just opened. */
const SPARE = 4;

function opened(): Record<string, number> {
  const kinds = process.getActiveResourcesInfo();
  return {
    listeners: getEventListeners(never, 'abort').length,
    descriptors: readdirSync('/proc/self/fd').length,
    timers: kinds.filter((kind) => kind === 'Timeout').length,
    sockets: kinds.filter((kind) => kind.startsWith('TCP')).length,
    processes: kinds.filter((kind) => kind === 'ProcessWrap').length,
  };
}

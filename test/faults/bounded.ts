import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Balancers } from '../support/balancers.ts';
import type { Ended, Running } from '../support/built-program.ts';

/** A run of Node itself has 60 to 90 MiB; a few copies of the largest allowed input are the rest. */
const MEMORY_MAX_MIB = 250;

/** Longer than any policy of a run in these tests; whoever hangs, hangs for ever. */
const TIME_MAX_MS = 150_000;

/** Waits for the end of a run, and holds it to bounds of memory and time. */
export async function endedWithinBounds({ child, ended }: Running): Promise<Ended> {
  const startedAt = performance.now();
  let peakMib = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peakMib = Math.max(peakMib, peakMemoryMib(child.pid!));
    if (performance.now() - startedAt > TIME_MAX_MS) throw new Error('the run does not end');
    await pause(10);
  }
  expect(peakMib).toBeLessThan(MEMORY_MAX_MIB);
  return ended;
}

/** No refresh, no lock, and what is said is one clear line without a control character or a stack trace. */
export function expectNoEffect({ yt, refreshes }: Balancers, { stdout, stderr }: Ended): void {
  expect(refreshes()).toEqual([]);
  expect(yt.inspect.transactions()).toEqual([]);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^watcher: [^\x00-\x1f\x7f]+\n$/);
}

function peakMemoryMib(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

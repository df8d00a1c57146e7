import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LockServices } from '../../machines/side-effects.ts';
import { createFileLock } from '../../src/locks/file/lock.ts';
import { never, openLab } from '../locks/yt/lab.ts';
import { queued } from '../support/fake-services.ts';
import { startRun } from '../support/start-run.ts';
import { tempFolder } from '../support/temp-folder.ts';

// Goal: a lock that is waited for, and then kept, for hours takes no more of the node than one that was just asked for.
// Method: count what the process has open after ten rounds, and again after two hundred.

// A flag of V8 that shows its collector would have this process take no compiled code of others any more.
const inspector = new Session();
inspector.connect();
const collectGarbage = () => inspector.post('HeapProfiler.collectGarbage');

const CLAIM = { reason: 'changed' } as const;

/** Connections that are about to be closed, or were just opened. */
const SPARE = 4;

/** What five hundred rounds may take of the heap for good. */
const HEAP_SPARE = 256 * 1024;

test('two hundred rounds of asking YT and renewing keep as much open as ten', async () => {
  const lab = await openLab();
  await expectNoGrowth(lab.driver({ host: 'node-a' }), lab.driver({ host: 'node-b' }));
});

test('two hundred rounds of asking for a file keep as much open as ten, and no memory', async () => {
  const path = join(tempFolder(), 'lock');
  const lock = (runId: string) => createFileLock({ path, leaseMs: 600_000, owner: { runId, title: runId } });
  const [holder, waiting] = [lock('one'), lock('two')];
  await expectNoGrowth(holder, waiting);
  const before = heapUsed();
  await rounds(holder, waiting, 500);
  expect(heapUsed() - before, 'bytes of the heap').toBeLessThan(HEAP_SPARE);
  for (const each of [waiting, holder]) await each.releaseLock(null, never);
});

test('a run that has asked a thousand times has as many timers and questions as one that asked ten times', async () => {
  const run = startRun({
    run: { forceRun: true, budgetMs: 86_400_000 },
    answers: { requestLock: queued(1), checkLock: queued(1) },
  });
  const after = async (count: number) => {
    while (run.countOf('checkLock') < count) await run.advance(1_000);
    return run.clock.timers;
  };
  const few = await after(10);
  expect(await after(1_000)).toBe(few);
  await run.abort();
  expect(await run.end()).toMatchObject({ kind: 'aborted' });
  expect(run.clock.timers).toBe(0);
});

async function expectNoGrowth(holder: LockServices, waiting: LockServices): Promise<void> {
  await holder.requestLock(CLAIM, never);
  await waiting.requestLock(CLAIM, never);
  await rounds(holder, waiting, 10);
  const few = opened();
  await rounds(holder, waiting, 190);
  const many = opened();
  for (const [what, count] of Object.entries(many)) expect(count, what).toBeLessThanOrEqual(few[what]! + SPARE);
  expect(many['listeners']).toBe(few['listeners']);
}

async function rounds(holder: LockServices, waiting: LockServices, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    await holder.renewLock(null, never);
    expect(await waiting.checkLock(null, never)).toMatchObject({ standing: 'queued' });
    await waiting.renewLock(null, never);
  }
}

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

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

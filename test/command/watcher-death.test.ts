import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { groupMembers } from '../../src/host/process-table.ts';
import { firstLine, linesOf, startWatcher, temporaryDirectory, until, untilEmpty } from './child-bench.ts';

// Each test kills a whole watcher process, and looks at what becomes of the command that it left behind.

test('kill -9 of the watcher sends TERM to the whole tree', async () => {
  const up = join(temporaryDirectory(), 'up');
  const command = `trap "echo TERM >> ${up}; exit" TERM; sleep 30 & (sleep 30; sleep 30) & echo up > ${up}; wait`;
  const { watcher, pgid } = await startWatcher({ command, killGraceMs: 1_000, go: true });
  await firstLine(up);
  watcher.kill('SIGKILL');
  await untilEmpty(pgid);
  expect(linesOf(up)).toEqual(['up', 'TERM']);
});

test('kill -9 of the watcher ends a tree that ignores TERM, once the grace is over', async () => {
  const up = join(temporaryDirectory(), 'up');
  const command = `trap "" TERM; sleep 30 & (sleep 30; sleep 30) & echo up > ${up}; sleep 30; sleep 30`;
  const { watcher, pgid } = await startWatcher({ command, killGraceMs: 1_000, go: true });
  await firstLine(up);
  const start = performance.now();
  watcher.kill('SIGKILL');
  await untilEmpty(pgid);
  expect(performance.now() - start).toBeGreaterThan(900);
});

test('a watcher that dies after it ordered TERM neither restarts the countdown nor sends TERM again', async () => {
  const up = join(temporaryDirectory(), 'up');
  const command = `trap "echo TERM >> ${up}" TERM; echo up > ${up}; while :; do sleep 0.1; done`;
  const { watcher, pgid, terminate } = await startWatcher({ command, killGraceMs: 8_000, go: true });
  await firstLine(up);
  const start = performance.now();
  terminate();
  await until(() => performance.now() - start > 6_000, 'most of the grace');
  watcher.kill('SIGKILL');
  await untilEmpty(pgid);
  const took = performance.now() - start;
  expect(took).toBeGreaterThan(7_900);
  expect(took).toBeLessThan(13_900);
  expect(linesOf(up)).toEqual(['up', 'TERM']);
});

test('a watcher that dies before `go` leaves a command that never ran', async () => {
  const up = join(temporaryDirectory(), 'up');
  const { watcher, pgid } = await startWatcher({ command: `echo up > ${up}`, killGraceMs: 60_000, go: false });
  watcher.kill('SIGKILL');
  await untilEmpty(pgid);
  expect(linesOf(up)).toEqual([]);
});

test('a watcher that ends while survivors hold its streams ends at once, and the survivors after it', async () => {
  const command = 'trap "" TERM; sleep 30 & exit 0';
  const { watcher, events, pgid } = await startWatcher({ command, killGraceMs: 3_000, go: true, letGo: true });
  await once(watcher, 'exit');
  expect(watcher.exitCode).toBe(0);
  expect(groupMembers(pgid)).not.toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'childExited', survivors: 1 });
  await untilEmpty(pgid);
});

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProgress } from '../../src/node-files/progress-file.ts';
import { PHASES, type PhaseName } from '../../src/report/phases.ts';
import { publishProgress } from '../../src/report/publish-progress.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('who has the lock is published by node, process, run and reason, and since when', async () => {
  const runLockFile = join(tempFolder(), 'run.lock');
  const wallMs = () => Date.parse('2026-01-01T00:01:00Z');
  const { changed, ended } = publishProgress({ runLockFile, runId: 'r-1', wallMs });
  const holder = {
    title: 'watcher vm:77 run=r-2 reason=changed',
    ...{ host: 'vm', pid: 77, runId: 'r-2', reason: 'changed', transaction: null, since: null, heldForMs: 30_000 },
  };
  const place = { holder, ahead: 1, heldMs: 30_000 };
  changed({ phase: 'awaitingYtLock', inPhaseMs: 1_000, place } as Parameters<typeof changed>[0]);
  await expect
    .poll(() => readProgress(runLockFile, 'r-1'))
    .toMatchObject({ holder: 'vm (pid 77, run r-2, changed)', holder_since: '2026-01-01T00:00:30.000Z', ahead: 1 });
  expect(await readProgress(runLockFile, 'r-1')).toMatchObject({
    state: 'awaitingYtLock',
    since: '2026-01-01T00:00:59.000Z',
  });
  await ended();
});

test('a run in line behind nobody that is known is published with its place', async () => {
  const runLockFile = join(tempFolder(), 'run.lock');
  const { changed, ended } = publishProgress({ runLockFile, runId: 'r-1', wallMs: () => 0 });
  const place = { holder: null, ahead: 2, heldMs: null };
  changed({ phase: 'awaitingYtLock', inPhaseMs: 0, place } as Parameters<typeof changed>[0]);
  await expect
    .poll(() => readProgress(runLockFile, 'r-1'))
    .toMatchObject({ holder: null, holder_since: null, ahead: 2 });
  await ended();
});

test('a run is published in the states in which it may stay for long, and in no other', async () => {
  const published: string[] = [];
  for (const phase of Object.keys(PHASES) as PhaseName[]) {
    const runLockFile = join(tempFolder(), 'run.lock');
    // A run takes what is there for its own to write, and away again: what stays was not touched.
    writeFileSync(`${runLockFile}.progress`, 'of another run');
    const { changed, ended } = publishProgress({ runLockFile, runId: 'r-1', wallMs: Date.now });
    changed({ phase, inPhaseMs: 0, place: null } as Parameters<typeof changed>[0]);
    await ended();
    if (!existsSync(`${runLockFile}.progress`)) published.push(phase);
  }
  expect(published).toEqual(['awaitingYtLock', 'delaying', 'confirming', 'refreshing', 'verifying']);
});

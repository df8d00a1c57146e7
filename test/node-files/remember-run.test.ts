import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { rememberRun, type Uncounted } from '../../src/node-files/remember-run.ts';
import { type Intent, readState, writeIntent } from '../../src/node-files/state-file.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const lastRun = { run_id: 'ours', at: '2026-01-01T00:00:00.000Z', outcome: 'refreshed', message: null, took_ms: 5 };
const remembered = {
  generations: { 'sas/front': '7' },
  staleRuns: {},
  lastRefresh: null,
  hasArrived: false,
  isEffective: false,
  isDoubted: null,
  lastRun,
  discoveryAt: null,
  keepIntent: false,
};
const intent: Intent = {
  run_id: 'ours',
  pgid: 4_711,
  starttime: 123_456,
  boot_id: 'a-boot',
  started_at: '2026-01-02T03:04:05.678Z',
  reason: 'changed',
};

test('all is ready beside the file before it is known whether the run is counted, and only then takes its place', async () => {
  const { path, names, learn, ended } = remembering();
  await until('it stands beside the file', () => names().length === 1);
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  expect(existsSync(path)).toBe(false);
  learn(null);
  expect(await ended).toEqual({ notes: [] });
  expect(names()).toEqual(['state.json']);
  expect((await readState(path)).state).toMatchObject({ generations: { 'sas/front': '7' }, last_run: lastRun });
});

test.each([
  ['started and succeeded', { started: true, succeeded: true }, { ...intent, succeeded: true }],
  ['started and failed', { started: true, succeeded: false }, { ...intent, succeeded: false }],
  ['never started', { started: false, succeeded: false }, null],
])('of a run that is not counted, a refresh that %s is left to the next one as that', async (_, how, left) => {
  const { path, names, learn, ended } = remembering(await recorded());
  learn({ runId: 'ours', ...how });
  expect(await ended).toEqual({ notes: [] });
  expect((await readState(path)).state).toMatchObject({ intent: left, last_run: lastRun });
  expect(names()).toEqual(['state.json']);
});

test('a refresh that never started and may still live stays on record', async () => {
  const { path, learn, ended } = remembering(await recorded(), { ...remembered, keepIntent: true });
  learn({ runId: 'ours', started: false, succeeded: false });
  await ended;
  expect((await readState(path)).state.intent).toEqual(intent);
});

function remembering(folder = tempFolder(), what = remembered) {
  const path = join(folder, 'state.json');
  let learn: (uncounted: Uncounted | null) => void = () => {};
  const uncounted = new Promise<Uncounted | null>((resolve) => {
    learn = resolve;
  });
  return { path, names: () => readdirSync(folder), learn, ended: rememberRun(path, () => what, uncounted) };
}

async function recorded(): Promise<string> {
  const folder = tempFolder();
  await writeIntent(join(folder, 'state.json'), intent, null);
  return folder;
}

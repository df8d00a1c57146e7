import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRefreshRecord } from '../../src/services/refresh-record.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a refresh is on record, with the primer before it, when its command may go', async () => {
  const stateFile = join(tempFolder(), 'state.json');
  const record = recordIn(stateFile);
  expect(record.at()).toBeNull();
  const before = Date.now() / 1000;
  const beforeMs = performance.now();
  await record.beforeGo({ command: 'refresh', reason: 'forced' }, process.pid);
  expect(record.at(), 'Unix seconds').toBeGreaterThanOrEqual(before);
  expect(record.at(), 'Unix seconds').toBeLessThanOrEqual(Date.now() / 1000);
  expect(record.atMs(), 'by the clock that never steps').toBeGreaterThanOrEqual(beforeMs);
  expect(record.atMs(), 'by the clock that never steps').toBeLessThanOrEqual(performance.now());
  expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({
    intent: { run_id: 'run-of-record', pgid: process.pid, reason: 'forced' },
    primer_before: { 'sas/set': [] },
  });
});

test('any other command leaves no record', async () => {
  const stateFile = join(tempFolder(), 'state.json');
  const record = recordIn(stateFile);
  await record.beforeGo({ command: 'handbrake', reason: null }, process.pid);
  expect(() => readFileSync(stateFile)).toThrow('ENOENT');
  expect([record.at(), record.atMs()]).toEqual([null, 0]);
});

test('a refresh that cannot be recorded does not count as started', async () => {
  const record = recordIn(join(tempFolder(), 'missing', 'folder', 'state.json'));
  const recorded = record.beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
  await expect(recorded).rejects.toMatchObject({ failure: { kind: 'refreshNotStarted' } });
  expect(record.at()).toBeNull();
});

test('a record that is on its way to the disk can be waited for', async () => {
  const stateFile = join(tempFolder(), 'state.json');
  const record = recordIn(stateFile);
  await record.settled();
  void record.beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
  await record.settled();
  expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({ primer_before: { 'sas/set': [] } });
});

test('nobody waits for a record that cannot be written', async () => {
  const record = recordIn(join(tempFolder(), 'missing', 'folder', 'state.json'));
  record.beforeGo({ command: 'refresh', reason: 'changed' }, process.pid).catch(() => {});
  await record.settled();
});

function recordIn(stateFile: string) {
  const primerNow = () => ({ 'sas/set': [] });
  return createRefreshRecord({ stateFile, runId: 'run-of-record', primerNow, note: () => {} });
}

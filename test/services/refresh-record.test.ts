import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRefreshRecord } from '../../src/services/refresh-record.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a refresh is on record, with the primer before it, when its command may go', async () => {
  const stateFile = join(tempFolder(), 'state.json');
  const record = recordIn(stateFile);
  expect(await record.at()).toBeNull();
  const before = Date.now() / 1000;
  await record.beforeGo({ command: 'refresh', reason: 'forced' }, process.pid);
  expect(await record.at()).toBeGreaterThanOrEqual(before);
  expect(record.atMs()).toBeGreaterThan(0);
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
  expect([await record.at(), record.atMs()]).toEqual([null, 0]);
});

test('a refresh that cannot be recorded does not count as started', async () => {
  const record = recordIn(join(tempFolder(), 'missing', 'folder', 'state.json'));
  const recorded = record.beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
  await expect(recorded).rejects.toMatchObject({ failure: { kind: 'refreshNotStarted' } });
  expect(await record.at()).toBeNull();
});

test('whoever asks when the refresh went waits until it is on record', async () => {
  const stateFile = join(tempFolder(), 'state.json');
  const record = recordIn(stateFile);
  void record.beforeGo({ command: 'refresh', reason: 'changed' }, process.pid);
  await record.at();
  expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({ primer_before: { 'sas/set': [] } });
});

function recordIn(stateFile: string) {
  const primerNow = () => ({ 'sas/set': [] });
  return createRefreshRecord({ stateFile, runId: 'run-of-record', primerNow, note: () => {} });
}

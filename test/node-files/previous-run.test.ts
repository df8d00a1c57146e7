import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { intentOf } from '../../src/node-files/intent.ts';
import { readPreviousRun } from '../../src/node-files/previous-run.ts';
import { emptyState, type Intent } from '../../src/node-files/state-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Of another boot: it cannot be alive. */
const gone: Intent = {
  run_id: 'run-1',
  pgid: 4_711,
  starttime: 123_456,
  boot_id: 'another boot',
  started_at: '2026-01-02T03:04:05.678Z',
  reason: 'changed',
};

function stateFileWith(intent: Intent | null): string {
  const path = join(tempFolder(), 'state.json');
  writeFileSync(path, JSON.stringify({ ...emptyState(), intent }));
  return path;
}

test('a node whose last run recorded no refresh has nothing to say of it', async () => {
  const nothing = { state: emptyState(), orphan: null, problem: null, notes: [] };
  expect(await readPreviousRun(stateFileWith(null))).toEqual(nothing);
});

test.each<[string, Partial<Intent>, string]>([
  ['that was killed', {}, 'the run run-1 was killed while it refreshed; how its refresh command ended is unknown'],
  ['that could not count it', { succeeded: true }, 'the refresh of the run run-1 is not in the statistics yet'],
  [
    'that could not count a failed one',
    { succeeded: false },
    'the refresh of the run run-1 is not in the statistics yet',
  ],
  [
    'that is not counted so far',
    { counted: false, succeeded: true },
    'the refresh of the run run-1 is not in the statistics yet',
  ],
  [
    'that it outlived',
    { counted: true, succeeded: false },
    'the refresh of the run run-1 outlived its run, and is over by now; how it ended is unknown',
  ],
])('of a refresh that is over, the next run says what is known: of a run %s', async (_, known, note) => {
  const intent = { ...gone, ...known };
  const found = await readPreviousRun(stateFileWith(intent));
  expect(found).toEqual({ state: { ...emptyState(), intent }, orphan: null, problem: null, notes: [note] });
});

test('a refresh that is still alive is an orphan, as it was recorded before it went', async () => {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const intent = intentOf({ runId: 'run-1', pgid: child.pid!, reason: 'forced' });
  expect(intent).toMatchObject({ reason: 'forced', starttime: expect.any(Number) });
  const { orphan, notes } = await readPreviousRun(stateFileWith(intent));
  expect(orphan).toEqual({ runId: 'run-1', pgid: child.pid, startedAt: intent.started_at });
  expect(notes).toEqual([]);
});

test('a state file that cannot be read leaves it open whether a refresh is alive: no run may begin', async () => {
  const path = join(tempFolder(), 'state.json');
  symlinkSync('state.json', path);
  const message = /^it cannot be determined whether .* alive: .*state\.json.* \(correct state_file, /;
  expect(await readPreviousRun(path)).toEqual({
    ...{ state: emptyState(), orphan: null, notes: [] },
    problem: { kind: 'stateUnreadable', message: expect.stringMatching(message) },
  });
});

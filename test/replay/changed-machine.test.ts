/** Goal: a changed machine makes exactly those recordings fail that its change concerns, in words that a stranger understands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import { commandMachine } from '../../machines/command.ts';
import { watcherMachine } from '../../machines/watcher.ts';
import { RECORDED_MACHINES } from '../../src/record/recorded-machines.ts';
import { formatDifference } from '../../src/replay/format-replay.ts';
import { readRecording } from '../../src/replay/read-recording.ts';
import { replayRecording } from '../../src/replay/replay.ts';

const folder = join(import.meta.dirname, '..', 'runs');
const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
const read = (name: string) => readFileSync(join(folder, name), 'latin1');
const recordings = names.map((name) => [name, readRecording(read(name))] as const);

/** What each recording says that differs with these machines. */
function parting(machines: Partial<typeof RECORDED_MACHINES>): Record<string, string[]> {
  return Object.fromEntries(
    recordings.flatMap(([name, recording]) => {
      const changed = { ...RECORDED_MACHINES, ...machines } as typeof RECORDED_MACHINES;
      const { difference } = replayRecording(recording, changed).fold;
      return difference === null ? [] : [[name, formatDifference(difference)]];
    }),
  );
}

test('a guard that says something else parts where it is asked, and is named', () => {
  const watcher = watcherMachine.provide({ guards: { dryRun: () => false } });
  expect(parting({ watcher })).toEqual({
    'dry-run-finds-a-change.jsonl': [
      expect.stringMatching(
        /^event {5}service discovery answered \(xstate\.done\.actor\.resolveGroups, to watcher at /,
      ),
      'recorded  holdingRunLock.reporting.writingReport',
      'now       holdingRunLock.takingTurn.awaitingYtLock',
      expect.stringMatching(/^decided .*nothingToRefresh: no, .*dryRun: no; the recorded run went on by .* or dryRun$/),
    ],
  });
});

test('a guard of the cluster lock parts in the runs that waited in line', () => {
  const clusterLock = clusterLockMachine.provide({ guards: { placeChanged: () => false } });
  const found = parting({ clusterLock });
  const waited = names.filter((name) => read(name).includes('"type":"lockQueued"'));
  expect(Object.keys(found)).toEqual(waited);
  // It leads to the same state, and says nothing of it any more.
  expect(Object.values(found).flat().join('\n')).toContain('watcher receives {"type":"lockQueued"');
});

test('a command whose end is reported otherwise parts where it is reported', () => {
  const command = commandMachine.provide({ actions: { keepExit: () => {} } });
  const found = parting({ refresh: command });
  expect(Object.keys(found)).toContain('the-refresh-fails.jsonl');
  expect(Object.keys(found)).not.toContain('nothing-has-changed.jsonl');
  expect(found['the-refresh-fails.jsonl']!.join('\n')).toMatch(
    /recorded {2}refresh#1 ends with .*"code":3.*\nnow .*"code":null/s,
  );
});

test('a machine that breaks on a recorded event says so', () => {
  const broken = () => {
    throw new Error('this guard is broken');
  };
  const found = parting({ watcher: watcherMachine.provide({ guards: { untrusted: broken } }) });
  expect(found['nothing-has-changed.jsonl']!.join('\n')).toMatch(/now {7}the machine breaks: .*this guard is broken/);
});

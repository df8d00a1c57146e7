import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commandWords } from '../../src/host/process-owner.ts';
import { bootId, groupMembers, isAlive, processEntry, processStartTime } from '../../src/host/process-table.ts';
import { findOrphan } from '../../src/node-files/orphan.ts';
import type { Intent } from '../../src/node-files/state-file.ts';
import { firstLine, startWatcher, until, untilEmpty } from '../command/child-bench.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startZombie } from '../support/zombie.ts';

test('a refresh that outlived its run is found while any part of it lives', async () => {
  const { intent, leader, grandchild } = await startRefresh('run-1');
  const orphan = { runId: 'run-1', pgid: intent.pgid, startedAt: intent.started_at };
  expect(findOrphan(intent)).toEqual({ orphan, notes: [] });

  leader.kill('SIGKILL');
  await once(leader, 'exit');
  expect(groupMembers(intent.pgid)).toEqual([grandchild]);
  expect(findOrphan(intent)).toEqual({ orphan, notes: [] });

  process.kill(grandchild, 'SIGKILL');
  await expect.poll(() => findOrphan(intent).orphan).toBeNull();
});

test('a refresh of another boot is over, whoever has its numbers now', async () => {
  const { intent } = await startRefresh('run-1');
  expect(findOrphan({ ...intent, boot_id: 'another' }).orphan).toBeNull();
});

test("a stranger that got the group's number is no orphan", async () => {
  const { intent, leader } = await startRefresh('run-2');
  expect(findOrphan({ ...intent, run_id: 'run-1', starttime: intent.starttime - 1 }).orphan).toBeNull();
  leader.kill('SIGKILL');
  await once(leader, 'exit');
  expect(findOrphan({ ...intent, run_id: 'run-1' }).orphan).toBeNull();
  // The mark of a run must match as a whole.
  expect(findOrphan({ ...intent, run_id: 'run-' }).orphan).toBeNull();
});

test('what began before the refresh did is not of it, whatever its environment says', async () => {
  const { intent, leader, grandchild } = await startRefresh('run-1');
  leader.kill('SIGKILL');
  await once(leader, 'exit');
  const began = processStartTime(grandchild)!;
  expect(findOrphan({ ...intent, starttime: began }).orphan).not.toBeNull();
  expect(findOrphan({ ...intent, starttime: began + 1 }).orphan).toBeNull();
});

test('the leader is known by its start time where it has cleaned its environment', async () => {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: {} });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  expect(findOrphan(intentOf('run-1', child.pid!)).orphan).not.toBeNull();
});

test('a member that shows no environment, as none does in the middle of an exec, is taken for one of the refresh', async () => {
  const { intent, leader } = await startRefresh('run-1', 'env -i sleep 600');
  leader.kill('SIGKILL');
  await once(leader, 'exit');
  expect(findOrphan(intent).orphan).not.toBeNull();
});

test('what only says that it is of the refresh, and is another user’s, is not believed, and is named', async () => {
  needs('root');
  const { intent, leader, grandchild } = await startRefresh(
    'run-1',
    'setpriv --reuid 65534 --regid 65534 --clear-groups sleep 600',
  );
  expect(findOrphan(intent)).toMatchObject({ orphan: { runId: 'run-1' }, notes: [] });
  leader.kill('SIGKILL');
  await once(leader, 'exit');
  expect(findOrphan(intent)).toEqual({
    orphan: null,
    notes: [
      expect.stringMatching(
        `^pid ${grandchild} in the process group ${intent.pgid} of the killed run run-1 belongs to uid 65534`,
      ),
    ],
  });
});

test('a refresh of which only a zombie is left is over', async () => {
  const { pid: zombie } = await startZombie({ leads: true });
  expect(processEntry(zombie)!.pgid).toBe(zombie);
  expect(findOrphan(intentOf('run-1', zombie)).orphan).toBeNull();
});

test('the guard of a refresh that has ended at once is not taken for it, while it counts down', async () => {
  const up = join(tempFolder(), 'up');
  const work = { command: `echo up > ${up}; exec sleep 600`, killGraceMs: 60_000, go: true };
  const { watcher, pgid } = await startWatcher(work);
  await firstLine(up);
  const intent = intentOf('run-1', pgid);
  expect(findOrphan(intent)).not.toBeNull();
  watcher.kill('SIGKILL');
  await until(() => !isAlive(pgid, intent.starttime), 'the end of the command');
  const guards = groupMembers(pgid);
  onTestFinished(() => guards.forEach((pid) => void process.kill(pid, 'SIGKILL')));
  expect(findOrphan(intent).orphan).toBeNull();
  expect(groupMembers(pgid)).toEqual(guards);
  expect(guards.length).toBeGreaterThan(0);
});

test('what a guard still has to stop is an orphan, and so is a switch that is about to become the command', async () => {
  const up = join(tempFolder(), 'up');
  const work = { command: `(trap "" TERM; echo up > ${up}; sleep 600) & exec sleep 600`, killGraceMs: 5_000, go: true };
  const { watcher, pgid } = await startWatcher(work);
  await firstLine(up);
  const intent = intentOf('run-1', pgid);
  watcher.kill('SIGKILL');
  await until(() => !isAlive(pgid, intent.starttime), 'the end of the command');
  expect(findOrphan(intent)).not.toBeNull();
  await untilEmpty(pgid);

  const waiting = await startWatcher({ ...work, go: false });
  expect(findOrphan(intentOf('run-1', waiting.pgid))).not.toBeNull();
});

/** A shell that leads a group of its own, and its child. */
async function startRefresh(runId: string, program = 'sleep 600') {
  const env = { ...process.env, WATCHER_RUN_ID: runId };
  const script = `${program} & echo $!; wait`;
  const leader = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'], env });
  const [line] = await once(leader.stdout, 'data');
  const grandchild = Number(String(line));
  await expect.poll(() => commandWords(grandchild)?.[0]).toBe('sleep');
  onTestFinished(() => {
    for (const pid of groupMembers(leader.pid!)) process.kill(pid, 'SIGKILL');
  });
  return { intent: intentOf(runId, leader.pid!), leader, grandchild };
}

function intentOf(runId: string, pgid: number): Intent {
  const starttime = processStartTime(pgid)!;
  return { run_id: runId, pgid, starttime, boot_id: bootId(), started_at: new Date().toISOString(), reason: 'changed' };
}

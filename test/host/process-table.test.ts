import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bootId, groupMembers, isAlive, processEntry, processStartTime } from '../../src/host/process-table.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startZombie } from '../support/zombie.ts';

test('a process is known by its pid and its start time together', async () => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const startTime = processStartTime(child.pid!)!;
  expect(startTime).toBeGreaterThanOrEqual(processStartTime(process.pid)!);
  expect(isAlive(child.pid!, startTime)).toBe(true);
  expect(isAlive(child.pid!, startTime + 1)).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(child.pid!, startTime)).toBe(false);
  expect(processStartTime(child.pid!)).toBeNull();
});

test('a program whose name looks like the fields after it is read right', async () => {
  const path = join(tempFolder(), 'a) Z 1 1 (b');
  copyFileSync(spawnSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).stdout.trim(), path);
  const child = spawn(path, ['600'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  await expect.poll(() => readFileSync(`/proc/${child.pid}/comm`, 'utf8').trim()).toBe('a) Z 1 1 (b');
  expect(processEntry(child.pid!)).toMatchObject({ pid: child.pid, pgid: processEntry(process.pid)!.pgid });
  expect(processEntry(child.pid!)!.state).not.toBe('Z');
});

test('a group has its living members, and a zombie is none of them', async () => {
  const { pid: zombie, parent: leader } = await startZombie();
  expect(processEntry(zombie)!.pgid).toBe(leader.pid);
  expect(groupMembers(leader.pid!)).toEqual([leader.pid]);
  expect(isAlive(zombie, processStartTime(zombie)!)).toBe(false);
  leader.kill('SIGKILL');
  await once(leader, 'exit');
  expect(groupMembers(leader.pid!)).toEqual([]);
});

test('the boot has an id that does not change', () => {
  expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
  expect(bootId()).toBe(bootId());
});

test('the members of a group are found by their group, whatever session they are in', async () => {
  const shell = spawn('bash', ['-c', 'set -m; sleep 600 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void shell.kill('SIGKILL'));
  const [line] = await once(shell.stdout, 'data');
  const pid = Number(String(line));
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  expect(processEntry(pid)!.pgid).toBe(pid);
  expect(groupMembers(pid)).toEqual([pid]);
});

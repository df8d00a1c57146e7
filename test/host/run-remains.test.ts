import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isStillEnding } from '../../src/host/run-remains.ts';
import { bundle } from '../support/bundle.ts';
import { needs } from '../support/needs.ts';
import { startSwitchOf } from '../support/switch-of.ts';

const self = process.getuid!();

/** The process table is everybody's. */
const run = (name: string) => `${name}-${randomUUID()}`;

test('a run is still ending for as long as a dead man’s switch of its own lives', async () => {
  const ours = run('ours');
  expect(isStillEnding(ours, self)).toBe(false);
  const child = await startSwitchOf(ours);
  expect(isStillEnding(ours, self)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isStillEnding(ours, self)).toBe(false);
});

test('neither the switch of another run nor another program of the same run is taken for it', async () => {
  const [ours, tidy] = [run('ours'), run('tidy')];
  await startSwitchOf(`${ours}-too`);
  await startSwitchOf(tidy, 'watcher-switches');
  expect([isStillEnding(ours, self), isStillEnding(tidy, self)]).toEqual([false, false]);
});

test('the switch of another user is not waited for, and one that may not be looked at is', async () => {
  needs('root');
  const ours = run('ours');
  await startSwitchOf(ours);
  const program = bundle('test/support/look-for-remains.ts');
  const look = (uid: number, startedBy: number) =>
    spawnSync(process.execPath, [program, ours, String(startedBy)], { encoding: 'utf8', uid, gid: uid }).stdout;
  expect([look(0, 0), look(0, 65_534), look(65_534, 65_534)]).toEqual(['true\n', 'false\n', 'false\n']);
  // Nobody may read the environment of root's process, and root's file says that it was root's run.
  expect(look(65_534, 0)).toBe('true\n');
});

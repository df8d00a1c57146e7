import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isStillEnding } from '../../src/host/run-remains.ts';
import { bundle } from '../support/bundle.ts';
import { needs } from '../support/needs.ts';
import { startSwitchOf } from '../support/switch-of.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** The process table is everybody's. */
const run = (name: string) => `${name}-${randomUUID()}`;

test('a run is still ending for as long as a dead man’s switch of its own lives', async () => {
  const ours = run('ours');
  expect(isStillEnding(ours)).toBe(false);
  const child = await startSwitchOf(ours);
  expect(isStillEnding(ours)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isStillEnding(ours)).toBe(false);
});

test('neither the switch of another run nor another program of the same run is taken for it', async () => {
  const [ours, tidy] = [run('ours'), run('tidy')];
  await startSwitchOf(`${ours}-too`);
  await startSwitchOf(tidy, 'watcher-switches');
  expect([isStillEnding(ours), isStillEnding(tidy)]).toEqual([false, false]);
});

test('the switch of another user is not ours to wait for', async () => {
  needs('root');
  const ours = run('ours');
  await startSwitchOf(ours);
  const folder = tempFolder();
  chmodSync(folder, 0o755);
  const words = [bundle('test/support/look-for-remains.ts', folder), ours];
  const look = (uid: number) => spawnSync(process.execPath, words, { encoding: 'utf8', uid, gid: uid }).stdout;
  expect([look(0), look(65_534)]).toEqual(['true\n', 'false\n']);
});

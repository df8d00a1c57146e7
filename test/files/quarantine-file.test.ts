import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { quarantineFile } from '../../src/files/quarantine-file.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

test('of damaged files the latest three are kept, and the oldest of them goes', async () => {
  const folder = tempFolder();
  const path = join(folder, 'state.json');
  for (const content of ['first', 'second', 'third', 'fourth', 'fifth']) {
    writeFileSync(path, content);
    await untilNextTick();
    expect(await quarantineFile(path)).toMatch(/^.*state\.json: was damaged, and is kept as .*\.corrupt-[123]$/);
    expect(existsSync(path)).toBe(false);
  }
  const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(kept.sort()).toEqual(['fifth', 'fourth', 'third']);
});

test('what is no regular file was never ours, and stays', async () => {
  const folder = tempFolder();
  const path = join(folder, 'state.json');
  mkdirSync(path);
  await expect(quarantineFile(path)).rejects.toThrow(`${path}: is not a regular file`);
  const link = join(folder, 'link.json');
  symlinkSync('/etc/hostname', link);
  await expect(quarantineFile(link)).rejects.toThrow(`${link}: is not a regular file`);
  expect(readdirSync(folder).sort()).toEqual(['link.json', 'state.json']);
});

test('a file that is gone is named', async () => {
  const path = join(tempFolder(), 'state.json');
  await expect(quarantineFile(path)).rejects.toThrow(`${path}: no such file or folder`);
});

/** The kernel stamps files by a clock that goes in steps of some milliseconds. */
async function untilNextTick(): Promise<void> {
  const began = Date.now();
  await until('the clock has gone on', () => Date.now() > began + 10);
}

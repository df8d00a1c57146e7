import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { handbrakeCommand } from '../../src/commands/handbrake.ts';
import { handbrakeFileCommand } from '../../src/settings/default-handbrake.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Somebody else is a moment faster with the handbrake. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    unlinkSync(path: string) {
      fs.unlinkSync(path);
      if (path.endsWith('/handbrake')) fs.unlinkSync(path);
    },
  };
});

test('a handbrake that somebody else has released meanwhile is released', async () => {
  const folder = tempFolder();
  const [file, log] = [join(folder, 'handbrake'), join(folder, 'log')];
  writeFileSync(file, 'pulled by ann\n');
  const flags = { log_file: log, handbrake_command: handbrakeFileCommand(file) };
  const request = { word: 'release', reason: undefined, duration: undefined, yes: true };
  expect(await handbrakeCommand(flags, request)).toMatchObject({ code: 0 });
  expect(existsSync(file)).toBe(false);
  expect(readFileSync(log, 'utf8')).toContain('the handbrake was released by');
});

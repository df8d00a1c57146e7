/** Who is not root needs two rights in a folder to make a file there: to write, and to search. To read it is not needed. */
import { accessSync, chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { checkPlaces } from '../../src/check/check-places.ts';
import type { SecretFiles } from '../../src/files/secret-files.ts';
import { file } from '../../src/locks/file/backend.ts';
import { checkReadiness } from '../../src/services/readiness.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('node:fs', async (original) => ({ ...(await original<object>()), accessSync: vi.fn<typeof accessSync>() }));

/** As the kernel answers the owner of a folder who is not root. */
beforeEach(() => {
  vi.mocked(accessSync).mockImplementation((path, asked = 0) => {
    const mayDo = (statSync(path).mode >> 6) & 0o7;
    if ((mayDo & asked) !== asked) throw Object.assign(new Error('EACCES'), { code: 'EACCES', errno: -13 });
  });
});

const RIGHTS = [
  { mode: 0o300, isEnough: true },
  { mode: 0o700, isEnough: true },
  { mode: 0o500, isEnough: false },
  { mode: 0o600, isEnough: false },
  { mode: 0o400, isEnough: false },
  { mode: 0o077, isEnough: false },
];

function places(folder: string) {
  return {
    ...{ logFile: join(folder, 'log'), recordDir: null, metricsFile: null },
    ...{ stateFile: join(folder, 'state'), statFile: join(folder, 'stats'), runLockFile: join(folder, 'pid') },
  };
}

function readiness(stateFile: string, statFile: string) {
  const commands = { handbrakeCommand: 'true', haproxyRefreshCommand: 'true', haproxyVerifyCommand: null };
  return checkReadiness({
    settings: { stateFile, statFile, ...commands, allowUnsafeFiles: false },
    sourceCommands: [],
    environment: { PATH: '/usr/bin:/bin' },
    backends: async () => {},
    onlyLooks: true,
  });
}

describe.each<[string, (folder: string) => unknown]>([
  ['of the log', (folder) => checkPlaces(places(folder) as Settings)],
  ['of state_file', (folder) => readiness(join(folder, 'state'), join(tempFolder(), 'stats'))],
  [
    'in which that of stat_file is to be made',
    (folder) => readiness(join(tempFolder(), 'state'), join(folder, 'new', 'stats')),
  ],
  ['of lock_file', (folder) => file.ready!({ lockFile: join(folder, 'lock') }, {} as SecretFiles)],
])('the folder %s', (_, look) => {
  test.each(RIGHTS)('with the rights $mode is enough: $isEnough', async ({ mode, isEnough }) => {
    const folder = join(tempFolder(), 'folder');
    mkdirSync(folder);
    chmodSync(folder, mode);
    const looked = (async () => look(folder))();
    if (isEnough) await expect(looked).resolves.not.toThrow();
    else await expect(looked).rejects.toThrow('permission denied');
    chmodSync(folder, 0o700);
  });
});

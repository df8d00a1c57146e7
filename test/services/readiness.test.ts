/** A node that lacks what a real run needs says so before any lock is taken, and what it says names the setting. */
import { accessSync, chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { CommandSpec } from '../../src/config/value-types.ts';
import type { Failed } from '../../src/failure.ts';
import { mustAllAnswer } from '../../src/files/patience.ts';
import { checkReadiness } from '../../src/services/readiness.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/files/patience.ts', { spy: true });
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return { ...fs, accessSync: vi.fn(fs.accessSync) };
});

beforeEach(() => void vi.mocked(mustAllAnswer).mockClear());

interface Given {
  readonly stateFile?: string;
  readonly statFile?: string;
  readonly handbrakeCommand?: CommandSpec;
  readonly haproxyRefreshCommand?: CommandSpec;
  readonly haproxyVerifyCommand?: CommandSpec;
  readonly allowUnsafeFiles?: boolean;
  readonly sourceCommand?: CommandSpec;
  readonly onlyLooks?: boolean;
  readonly path?: string;
}

async function check({ sourceCommand, onlyLooks = false, path = '/usr/bin:/bin', ...given }: Given) {
  const folder = tempFolder();
  const settings = {
    stateFile: join(folder, 'a/b/state.json'),
    statFile: join(folder, 'c/statistics.json'),
    handbrakeCommand: 'true',
    haproxyRefreshCommand: 'true',
    haproxyVerifyCommand: null,
    allowUnsafeFiles: false,
    ...given,
  };
  const environment = { PATH: path };
  const sourceCommands = sourceCommand === undefined ? [] : [['source_command', sourceCommand] as const];
  const options = { settings, sourceCommands, environment, backends: async () => {}, onlyLooks };
  const found = await checkReadiness(options).then(
    ({ notes }) => ({ failure: null, notes }),
    (error: unknown) => ({ failure: (error as Failed).failure, notes: [] }),
  );
  return { ...found, folder };
}

function script(mode = 0o755, folderMode = 0o755): string {
  const folder = join(tempFolder(), 'bin');
  mkdirSync(folder);
  const path = join(folder, 'reload');
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  chmodSync(folder, folderMode);
  return path;
}

test('folders of files that a run writes are made, with those above them', async () => {
  const { failure, folder } = await check({});
  expect(failure).toBeNull();
  expect([existsSync(join(folder, 'a/b')), existsSync(join(folder, 'c'))]).toEqual([true, true]);
});

test.each<[string, Given, string, string]>([
  [
    'the folder of state_file',
    { stateFile: '/proc/none/state.json' },
    'refreshNotStarted',
    'state_file: the folder /proc/none cannot be made: no such file or folder (create it, or correct state_file)',
  ],
  [
    'the folder of stat_file',
    { statFile: '/dev/null/x/stats.json' },
    'statisticsUnwritable',
    'stat_file: the folder /dev/null/x cannot be made: not a directory (create it, or correct stat_file)',
  ],
  [
    'what is in the place of state_file',
    { stateFile: '/dev/null' },
    'refreshNotStarted',
    'state_file: /dev/null is not a regular file',
  ],
  [
    'a state_file that can be no file',
    { stateFile: `/tmp/${'x'.repeat(300)}` },
    'refreshNotStarted',
    `state_file: /tmp/${'x'.repeat(300)} cannot be looked at: `,
  ],
  [
    'a listed program',
    { haproxyRefreshCommand: ['/none/reload'] },
    'refreshNotStarted',
    'haproxy_refresh_command: /none/reload does not exist',
  ],
  [
    'a listed word',
    { haproxyRefreshCommand: ['none-such'] },
    'refreshNotStarted',
    'haproxy_refresh_command: none-such is in no directory of PATH',
  ],
  [
    'a program that is no program',
    { haproxyRefreshCommand: '/etc/passwd now' },
    'refreshNotStarted',
    'haproxy_refresh_command: /etc/passwd is not executable',
  ],
  [
    'the program of a plain text',
    { haproxyRefreshCommand: '/none/reload now' },
    'refreshNotStarted',
    'haproxy_refresh_command: /none/reload does not exist',
  ],
  [
    'the program of a text of a line of its own',
    { haproxyRefreshCommand: ' /none/reload now\n' },
    'refreshNotStarted',
    'haproxy_refresh_command: /none/reload does not exist',
  ],
])('%s is looked at', async (_, given, kind, message) => {
  const { failure } = await check(given);
  expect({ kind: failure?.kind, message: failure?.message.slice(0, message.length) }).toEqual({ kind, message });
});

test('a folder that may not be written to is no place for the record of a refresh', async () => {
  vi.mocked(accessSync).mockImplementation(() => {
    throw Object.assign(new Error('no'), { code: 'EACCES', errno: -13, syscall: 'access' });
  });
  onTestFinished(() => void vi.mocked(accessSync).mockReset());
  const folder = tempFolder();
  const given = { stateFile: join(folder, 'state.json'), statFile: join(folder, 'stats.json'), onlyLooks: true };
  expect((await check(given)).failure).toEqual({
    kind: 'refreshNotStarted',
    message: `state_file: the folder ${folder} cannot be written to: permission denied (correct that, or name another state_file)`,
  });
});

test('a disk that hangs is seen before any file of a command is looked at', async () => {
  await check({ haproxyRefreshCommand: ['/opt/reload', 'now', '/etc/x'], handbrakeCommand: 'test ! -e /mnt/brake' });
  expect(vi.mocked(mustAllAnswer).mock.calls.flat(2).sort()).toEqual(
    ['/bin/sh', '/etc/x', '/mnt/brake', '/opt/reload', '/opt/reload'].sort(),
  );
});

test.each(['/none/a || true', 'if /none/a; then b; fi', 'reload', 'exit 0', '$RELOAD'])(
  'whether the shell finds anything in %j is for the shell to say',
  async (haproxyRefreshCommand) => {
    expect((await check({ haproxyRefreshCommand })).failure).toBeNull();
  },
);

test('that any other command is there is seen by running it', async () => {
  const missing = { handbrakeCommand: ['/none/brake'], haproxyVerifyCommand: ['/none/verify'] };
  expect((await check({ ...missing, sourceCommand: ['/none/ask'] })).failure).toBeNull();
});

describe('a program that others may change', () => {
  test.each<[string, (unsafe: string) => Given, string]>([
    ['listed', (unsafe) => ({ haproxyRefreshCommand: [unsafe] }), 'refreshNotStarted'],
    ['first in a text', (unsafe) => ({ haproxyRefreshCommand: `${unsafe} now` }), 'refreshNotStarted'],
    ['later in a text', (unsafe) => ({ haproxyRefreshCommand: `cd / && exec ${unsafe}; true` }), 'refreshNotStarted'],
    ['for an interpreter', () => ({ haproxyRefreshCommand: ['/bin/sh', script(0o666)] }), 'refreshNotStarted'],
    [
      'for another interpreter',
      () => ({ haproxyRefreshCommand: ['/usr/bin/env', script(0o666)] }),
      'refreshNotStarted',
    ],
    ['in an open folder', () => ({ haproxyRefreshCommand: script(0o755, 0o777) }), 'refreshNotStarted'],
    ['to verify with', (unsafe) => ({ haproxyVerifyCommand: unsafe }), 'refreshNotStarted'],
    ['as the handbrake', (unsafe) => ({ handbrakeCommand: unsafe }), 'handbrakeBroken'],
    ['as the source', (unsafe) => ({ sourceCommand: [unsafe] }), 'discoveryUntrusted'],
  ])('is refused: %s', async (_, givenBy, kind) => {
    const given = givenBy(script(0o777));
    const { failure } = await check(given);
    expect(failure).toEqual({
      kind,
      message: expect.stringMatching(/_command: .* may be written by every user: run chmod o-w /),
    });
    const allowed = await check({ ...given, allowUnsafeFiles: true });
    expect(allowed.failure).toBeNull();
    expect(allowed.notes).toEqual([expect.stringContaining('allow_unsafe_files lets')]);
  });

  test('is refused in a folder of PATH, too', async () => {
    const path = join(script(0o777), '..');
    expect((await check({ haproxyRefreshCommand: ['reload'], path })).failure).toMatchObject({
      kind: 'refreshNotStarted',
    });
  });

  test.each<[string, (data: string) => CommandSpec]>([
    ['a file that is no program', (data) => ['/bin/true', data]],
    ['its folder', (data) => `cd ${join(data, '..')} && true`],
  ])('is not what a command only works with: %s', async (_, command) => {
    const haproxyRefreshCommand = command(script(0o666, 0o777));
    expect(await check({ haproxyRefreshCommand })).toMatchObject({ failure: null, notes: [] });
  });

  test('is warned about when only its group may, and fine in a sticky folder', async () => {
    expect((await check({ haproxyRefreshCommand: script(0o775) })).notes).toEqual([
      expect.stringContaining('by its group'),
    ]);
    expect(await check({ haproxyRefreshCommand: script(0o755, 0o1777) })).toMatchObject({ failure: null, notes: [] });
  });
});

test('who only looks makes none of them, and says what a run could not make', async () => {
  const { failure, folder } = await check({ onlyLooks: true });
  expect(failure).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
  const link = join(folder, 'link');
  symlinkSync('nowhere', link);
  for (const [place, why] of [
    ['/dev/null', 'not a directory'],
    [link, 'no such file or folder'],
  ] as const) {
    const message = expect.stringContaining(`cannot be made: ${why}`);
    const found = [
      await check({ onlyLooks: true, stateFile: join(place, 'a/state.json') }),
      await check({ onlyLooks: true, statFile: join(place, 'a/b/stats.json') }),
    ];
    expect(found.map((one) => one.failure)).toEqual([
      { kind: 'refreshNotStarted', message },
      { kind: 'statisticsUnwritable', message },
    ]);
  }
});

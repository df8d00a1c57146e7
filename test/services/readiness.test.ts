/** A node that lacks what a real run needs says so before any lock is taken, and what it says names the setting. */
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandSpec } from '../../src/config/value-types.ts';
import type { Failed } from '../../src/failure.ts';
import { checkReadiness } from '../../src/services/readiness.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Given {
  readonly stateFile?: string;
  readonly statFile?: string;
  readonly handbrakeCommand?: CommandSpec;
  readonly haproxyRefreshCommand?: CommandSpec;
  readonly haproxyVerifyCommand?: CommandSpec;
  readonly allowUnsafeFiles?: boolean;
  readonly sourceCommand?: CommandSpec;
  readonly onlyLooks?: boolean;
}

async function check({ sourceCommand, onlyLooks = false, ...given }: Given) {
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
  const environment = { PATH: '/usr/bin:/bin' };
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
])('%s is looked at', async (_, given, kind, message) => {
  expect((await check(given)).failure).toEqual({ kind, message: expect.stringContaining(message) });
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

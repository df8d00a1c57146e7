import { expect, test } from 'vitest';

import { childEnvironment } from '../../src/command/child-environment.ts';
import { runToExit } from './child-bench.ts';

const NOBODY_ELSES = {
  NODE_OPTIONS: '--no-warnings',
  http_proxy: 'http://127.0.0.1:9',
  YT_TOKEN: 'secret',
  WATCHER_YT_TOKEN: 'secret',
  LD_PRELOAD: '/no/such.so',
  LC_: 'x',
  PATHS: 'x',
};

const PASSED_ON = {
  PATH: '/usr/bin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  LC_ALL: 'C',
  LC_TIME: 'C',
  TZ: 'UTC',
  USER: 'u',
  LOGNAME: 'l',
  SHELL: '/bin/sh',
};

test('a command sees the allowed variables and what the run gives it, and nothing else', async () => {
  const { exit } = await runToExit(['env'], {
    environment: { ...NOBODY_ELSES, ...PASSED_ON },
    deadline: () => new Date(1_700_000_000_999),
  });
  const notice = { WATCHER_RUN_ID: 'run-1', WATCHER_REASON: 'changed', WATCHER_DEADLINE: '1700000000' };
  const expected = Object.entries({ ...PASSED_ON, ...notice }).map(([name, value]) => `${name}=${value}`);
  expect(exit.output.stdout.trim().split('\n').sort()).toEqual(expected.sort());
});

test('without a PATH the usual one is used', async () => {
  const { exit } = await runToExit(['printenv', 'PATH'], { environment: {} });
  expect(exit.output.stdout).toBe('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n');
  expect(childEnvironment({ PATH: '' }, { command: 'refresh', reason: null }, { id: 'r', deadline: null })).toEqual({
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    WATCHER_RUN_ID: 'r',
  });
});

test('only the refresh command is given a reason', () => {
  const run = { id: 'r', deadline: null };
  expect(childEnvironment({ PATH: '/bin' }, { command: 'handbrake', reason: 'forced' }, run)).toEqual({
    PATH: '/bin',
    WATCHER_RUN_ID: 'r',
  });
  expect(childEnvironment({ PATH: '/bin' }, { command: 'refresh', reason: 'forced' }, run)['WATCHER_REASON']).toBe(
    'forced',
  );
});

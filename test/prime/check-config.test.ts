/** A check that hangs, with a clock of the test's own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { checkConfig, withTemplateLines } from '../../src/prime/check-config.ts';
import { afterwards } from '../support/current-test.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

test.each([
  ['that has started another program, which ends with it', '', true],
  ['that has started one in a session of its own', 'setsid', false],
])('a check %s is waited for no longer than a minute', async (_, prefix, endsToo) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  afterwards(() => vi.useRealTimers());
  const note = join(tempFolder(), 'pid');
  // It says so itself, once it has the session.
  const other = `echo $$ >${note}.new; mv ${note}.new ${note}; exec sleep 300`;
  const command = `echo begun; ${prefix} sh -c '${other}' & wait; : {file}`;
  const checking = checkConfig({ command, name: 'haproxy.cfg', text: 'global\n', environment: process.env });
  const pid = await until('the check has begun', () => pidIn(note));
  afterwards(() => {
    if (isThere(pid)) process.kill(pid, 'SIGKILL');
  });
  vi.advanceTimersByTime(60_000);
  expect(await checking).toMatchObject({ isGood: false, end: 'took too long and was stopped' });
  if (endsToo) await until('the other program has ended', () => !isThere(pid));
  else expect(isThere(pid)).toBe(true);
});

test('a check that is over leaves no clock running, and no signal to itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  afterwards(() => vi.useRealTimers());
  const heard = () => (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => process.listenerCount(signal));
  const before = heard();
  const options = { name: 'haproxy.cfg', text: 'global\n', environment: process.env };
  const go = join(tempFolder(), 'go');
  const checking = checkConfig({ command: `until [ -e ${go} ]; do sleep 0.01; done`, ...options });
  await until('it hears the signals', () => heard().every((count, at) => count === before[at]! + 1));
  writeFileSync(go, '');
  expect(await checking).toMatchObject({ isGood: true });
  expect({ heard: heard(), timers: vi.getTimerCount() }).toEqual({ heard: before, timers: 0 });
});

test('a check gets the variables that every command gets, and no token of another program', async () => {
  const environment = {
    PATH: '/usr/bin:/bin',
    LANG: 'C',
    HOME: '/',
    SOME_TOKEN: 'secret',
    NODE_OPTIONS: '--no-warnings',
  };
  const { output } = await checkConfig({ command: '/usr/bin/env; : {file}', name: 'h.cfg', text: '', environment });
  const names = output
    .trimEnd()
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(names.filter((name) => name !== '_').sort()).toEqual(['HOME', 'LANG', 'PATH', 'PWD']);
});

test('a check finds the programs of administrators, whatever the path of cron is', async () => {
  const options = { name: 'haproxy.cfg', text: 'global\n', environment: { PATH: '/usr/bin:/bin' } };
  const checked = await checkConfig({ command: 'echo "$PATH in $PWD"; cat {file}; exit 3', ...options });
  expect(checked).toMatchObject({ isGood: false, end: 'exited with 3' });
  expect(checked.output).toBe('/usr/bin:/bin:/usr/sbin:/sbin in /\nglobal\n');
  expect(checked.file).toMatch(/\/haproxy\.cfg$/);
  expect(existsSync(checked.file)).toBe(false);
});

test('what was printed stays as it is; below each line that names lines of the file are those of the template', () => {
  const template = { name: 'own.liquid', text: 'global\n  log {{ x }}\nend', lines: [1, 2, 2, 3] };
  const output = [
    '/t/a.b+c.cfg:2 and /t/a.b+c.cfg:4, and /t/a.b+c.cfg:3 once more',
    'of /t/a.b+c.cfg:99 and /t/aXb+c.cfg:1 and /t/a.b+c.cfg:x there is none',
    '',
  ].join('\n');
  expect(withTemplateLines(output, '/t/a.b+c.cfg', template).split('\n')).toEqual([
    '/t/a.b+c.cfg:2 and /t/a.b+c.cfg:4, and /t/a.b+c.cfg:3 once more',
    '    own.liquid:2: log {{ x }}',
    '    own.liquid:3: end',
    'of /t/a.b+c.cfg:99 and /t/aXb+c.cfg:1 and /t/a.b+c.cfg:x there is none',
    '',
  ]);
});

function pidIn(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Also one that nobody has waited for yet has ended. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

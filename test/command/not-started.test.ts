import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';

import type { CommandSpec } from '../../src/config/value-types.ts';
import { runToExit, startChild, temporaryDirectory } from './child-bench.ts';

const NOT_STARTED = 'the refresh command was not started: haproxy_refresh_command: ';

async function whyNot(command: CommandSpec, path?: string): Promise<string> {
  const child = startChild(command, { environment: { PATH: path ?? process.env['PATH'] } });
  const { message } = await child.event('childNotStarted');
  expect(child.events).toHaveLength(1);
  expect(message).not.toContain('\n');
  expect(message.slice(0, NOT_STARTED.length)).toBe(NOT_STARTED);
  return message.slice(NOT_STARTED.length);
}

test('a program that does not exist is named by its path', async () => {
  expect(await whyNot(['/no/such/program', 'word'])).toBe('/no/such/program does not exist');
  expect(await whyNot(['/etc/passwd/program'])).toBe('/etc/passwd/program does not exist');
});

test('a program that is nowhere in PATH is named with the PATH', async () => {
  expect(await whyNot(['no-such-program'], '/usr/bin:/bin')).toBe(
    'no-such-program is in no directory of PATH (/usr/bin:/bin)',
  );
});

test('a directory, a file without the right to execute and a broken link are distinguished', async () => {
  const directory = temporaryDirectory();
  const script = join(directory, 'script');
  writeFileSync(script, '#!/bin/sh\n', { mode: 0o644 });
  symlinkSync(join(directory, 'nowhere'), join(directory, 'link'));
  expect(await whyNot([directory])).toBe(`${directory} is not a file`);
  expect(await whyNot([script])).toBe(`${script} is not executable for this user`);
  expect(await whyNot([join(directory, 'link')])).toBe(`${directory}/link does not exist`);
});

test('PATH is searched in order, and past what cannot be executed', async () => {
  const directory = temporaryDirectory();
  for (const name of ['first', 'second', 'third']) mkdirSync(join(directory, name));
  writeFileSync(join(directory, 'first/tool'), '#!/bin/sh\necho first\n', { mode: 0o644 });
  writeFileSync(join(directory, 'second/tool'), '#!/bin/sh\necho second "$@"\n', { mode: 0o755 });
  writeFileSync(join(directory, 'third/tool'), '#!/bin/sh\necho third\n', { mode: 0o755 });
  const path = ['nowhere', 'first', 'second', 'third'].map((name) => join(directory, name)).join(':');
  const { exit } = await runToExit(['tool', 'a b'], { environment: { PATH: path } });
  expect(exit.output.stdout).toBe('second a b\n');
  chmodSync(join(directory, 'second/tool'), 0o644);
  chmodSync(join(directory, 'third/tool'), 0o644);
  expect(await whyNot(['tool'], path)).toBe(`${directory}/first/tool is not executable for this user`);
});

test('a program name with a slash is looked for from the root directory, where commands run', async () => {
  expect(await whyNot(['no/such'])).toBe('/no/such does not exist');
  // So is one in an empty part of PATH.
  expect(await whyNot(['sh'], ':/nowhere')).toBe('sh is in no directory of PATH (:/nowhere)');
  expect((await runToExit('pwd')).exit.output.stdout).toBe('/\n');
});

test('a word that is too long, a NUL byte and an empty list are reported without repeating the command', async () => {
  expect(await whyNot(['echo', 'x'.repeat(200 * 1024)])).toBe(
    'it is longer than this system allows; put it into a script',
  );
  expect(await whyNot('echo secret\0')).toBe('it contains a NUL byte');
  expect(await whyNot([])).toBe('the command has no words');
});

describe('a program that others may change', () => {
  function writableByAll(): { readonly script: string; readonly ran: string } {
    const directory = temporaryDirectory();
    const [script, ran] = [join(directory, 'script'), join(directory, 'ran')];
    writeFileSync(script, `#!/bin/sh\ntouch ${ran}\n`);
    chmodSync(script, 0o777);
    return { script, ran };
  }

  test.each<[string, (script: string) => CommandSpec]>([
    ['a list executes', (script) => [script]],
    ['a text names', (script) => `exec ${script} now`],
    ['an interpreter is given', (script) => ['/bin/sh', script]],
  ])('and that %s is not run, and nothing is written down about it', async (_, command) => {
    const { script, ran } = writableByAll();
    const beforeGo = vi.fn();
    const child = startChild(command(script), { beforeGo });
    const { message } = await child.event('childNotStarted');
    const why = `${script}: cannot be used: ${script} may be written by every user: run chmod o-w ${script}`;
    expect(message).toBe(`${NOT_STARTED}${why}`);
    expect([beforeGo.mock.calls, existsSync(ran)]).toEqual([[], false]);
  });

  test('is run where allow_unsafe_files says so', async () => {
    const { script, ran } = writableByAll();
    const { exit } = await runToExit([script], { looksAtPrograms: false });
    expect([exit.code, existsSync(ran)]).toEqual([0, true]);
  });
});

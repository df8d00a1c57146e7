import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { isAlive, processStartTime } from '../../src/host/process-table.ts';
import { needs } from '../support/needs.ts';
import { eventOf, firstLine, linesOf, runToExit, startWatcher, temporaryDirectory, until } from './child-bench.ts';

/** What the shell itself has; the `exit` keeps it from becoming the `ls`. */
const LIST = 'ls -l /proc/$$/fd; exit 0';

test('stdin is /dev/null, stdout and stderr are two pipes, and there is nothing else', async () => {
  const { exit } = await runToExit(LIST);
  const seen = descriptorsIn(exit.output.stdout);
  expect(seen).toEqual(['0 -> /dev/null', expect.stringMatching(/^1 -> pipe:/), expect.stringMatching(/^2 -> pipe:/)]);
  expect(seen[1]!.slice(1)).not.toBe(seen[2]!.slice(1));
});

test('/dev/stdout and /dev/stderr can be opened, by name, as often as one likes', async () => {
  const command =
    'echo 1 >/dev/stdout; echo 2 >>/proc/self/fd/1; echo a >/dev/stderr; echo b >/dev/fd/2; printf c | tee /dev/stderr';
  const { exit } = await runToExit(command);
  expect(exit).toMatchObject({ code: 0, output: { stdout: '1\n2\nc', stderr: 'a\nb\nc' } });
});

test.each([16, 200, 255])('what the watcher was itself started with, as %i, does not reach the command', async (fd) => {
  const file = openSync(join(temporaryDirectory(), 'lock'), 'w');
  onTestFinished(() => closeSync(file));
  const { watcher, events } = await startWatcher(
    { command: LIST, killGraceMs: 1_000, go: true },
    { [fd]: file, 3: file },
  );
  const { output } = await eventOf(events, 'childExited');
  expect(descriptorsIn(output.stdout).map((each) => each.split(' ')[0])).toEqual(['0', '1', '2']);
  // The watcher keeps it: whoever started it may hold a lock by it for as long as it runs.
  expect(spawnSync('readlink', [`/proc/${watcher.pid}/fd/${fd}`], { encoding: 'utf8' }).stdout).toMatch(/lock\n$/);
});

test('a daemon that a command leaves behind does not hold the lock of whoever started the watcher', async () => {
  needs('flock');
  const lock = join(temporaryDirectory(), 'lock');
  const file = openSync(lock, 'w');
  spawnSync('flock', ['-n', '200'], { stdio: [...Array<'ignore'>(200).fill('ignore'), file] });
  const isLocked = () => spawnSync('flock', ['-n', lock, 'true']).status !== 0;
  const daemon = join(temporaryDirectory(), 'daemon');
  const command = `setsid sh -c 'echo $$ > ${daemon}; exec sleep 600' & while [ ! -s ${daemon} ]; do sleep 0.01; done`;
  const { watcher, events } = await startWatcher({ command, killGraceMs: 1_000, go: true, letGo: true }, { 200: file });
  closeSync(file);
  await eventOf(events, 'childExited');
  const pid = Number(await firstLine(daemon));
  killLater(pid);
  await until(() => watcher.exitCode !== null, 'the end of the watcher');
  await until(() => !isLocked(), 'the end of the lock');
  expect(isAlive(pid, processStartTime(pid)!)).toBe(true);
});

test('a daemon that writes on while the run goes on is neither ended nor held up', async () => {
  const folder = temporaryDirectory();
  const [pidFile, wrote] = [join(folder, 'pid'), join(folder, 'wrote')];
  const write = `echo $$ > ${pidFile}; trap 'echo PIPE >> ${wrote}' PIPE; sleep 0.5; head -c 300000 /dev/zero && head -c 300000 /dev/zero >&2 && echo all >> ${wrote}; exec sleep 600`;
  const { exit } = await runToExit(
    `setsid sh -c "${write.replaceAll('$', '\\$')}" & while [ ! -s ${pidFile} ]; do sleep 0.01; done`,
  );
  expect(exit).toMatchObject({ code: 0, survivors: 0 });
  killLater(Number(await firstLine(pidFile)));
  expect(await firstLine(wrote)).toBe('all');
  expect(linesOf(wrote)).toEqual(['all']);
});

test('a watcher that is through with its command does not wait for the daemon that holds its streams', async () => {
  const pidFile = join(temporaryDirectory(), 'pid');
  const command = `setsid sh -c 'echo $$ > ${pidFile}; exec sleep 600' & while [ ! -s ${pidFile} ]; do sleep 0.01; done`;
  const { watcher } = await startWatcher({ command, killGraceMs: 1_000, go: true, letGo: true });
  killLater(Number(await firstLine(pidFile)));
  await until(() => watcher.exitCode !== null, 'the end of the watcher');
  expect(watcher.exitCode).toBe(0);
});

function descriptorsIn(list: string): string[] {
  return [...list.matchAll(/\d+ -> .+/g)].map(([each]) => each);
}

function killLater(pid: number): void {
  const startTime = processStartTime(pid);
  onTestFinished(() => void (startTime !== null && isAlive(pid, startTime) && process.kill(pid, 'SIGKILL')));
}

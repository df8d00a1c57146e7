/** What touches nothing has nothing to give back: a signal ends it at once, however busy it is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ABORT_SIGNALS, type AbortSignalName } from '../../machines/vocabulary.ts';
import { PROGRAM, runProgram } from '../support/built-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const RUN = join(import.meta.dirname, '..', 'runs', 'a-pod-was-added.jsonl');

const commands: readonly (readonly string[])[] = [
  ['config'],
  ['status'],
  ['-get_stats'],
  ['replay', RUN],
  ['explain', RUN],
  ['graph', '--format', 'json'],
];

test.each(commands)('watcher %s', async (...command) => {
  const { child, ended } = await startBusy(command);
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const answered = ABORT_SIGNALS.filter((name) => isIn(status, 'SigCgt', name) || isIn(status, 'SigIgn', name));
  expect(answered).toEqual([]);
  child.kill('SIGTERM');
  expect(await ended).toEqual([null, 'SIGTERM']);
});

test('nothing waits for the end of the process: there is no exit hook, and what a library had planted is gone', async () => {
  const folder = tempFolder();
  const notice = join(folder, 'told.cjs');
  writeFileSync(
    notice,
    `process.exit = () => {
      const hooks = process.eventNames().filter((name) => /^(exit|beforeExit|SIG.*)$/.test(name));
      const isPatched = process.emit !== require('node:events').prototype.emit;
      require('node:fs').writeSync(2, JSON.stringify({ hooks, isPatched }));
      process.reallyExit(0);
    };`,
  );
  const { stderr } = await runProgram(['status'], { cwd: folder, env: { NODE_OPTIONS: `-r ${notice}` } });
  expect(JSON.parse(stderr)).toEqual({ hooks: ['SIGXFSZ'], isPatched: false });
});

/** It is at the end of its work, and its event loop stands still. */
async function startBusy(command: readonly string[]) {
  const cwd = tempFolder();
  const busy = join(cwd, 'busy.cjs');
  writeFileSync(busy, "process.exit = () => { require('node:fs').writeSync(2, 'busy'); for (;;); };");
  const child = spawn(process.execPath, ['-r', busy, PROGRAM, ...command], {
    cwd,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await once(child.stderr, 'data');
  return { child, ended };
}

function isIn(status: string, mask: 'SigCgt' | 'SigIgn', name: AbortSignalName): boolean {
  const [, bits] = new RegExp(`^${mask}:\\s+([0-9a-f]+)$`, 'm').exec(status)!;
  return ((BigInt(`0x${bits}`) >> BigInt(constants.signals[name] - 1)) & 1n) === 1n;
}

/** What touches nothing has nothing to give back: a signal ends it at once, however busy it is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ABORT_SIGNALS } from '../../machines/vocabulary.ts';
import { PROGRAM } from '../support/built-program.ts';
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
  for (const signal of ABORT_SIGNALS) expect(await endOf(command, signal), signal).toEqual([null, signal]);
});

/** When the signal comes, it is at the end of its work and its event loop stands still. */
async function endOf(command: readonly string[], signal: NodeJS.Signals) {
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
  child.kill(signal);
  return ended;
}

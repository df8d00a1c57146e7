import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLoneCommands } from '../../src/command/lone-commands.ts';
import { ENVIRONMENT, temporaryDirectory } from './child-bench.ts';

const never = new AbortController().signal;

function commands() {
  const lone = createLoneCommands({
    runId: 'run-1',
    looksAtPrograms: true,
    killGraceMs: 1_000,
    environment: ENVIRONMENT,
    redact: (text) => text,
  });
  const ask = (command: string, maxBytes = 1_000, signal = never) =>
    lone.ask({ command, timeLimitMs: 600_000, stdin: '', maxBytes }, signal);
  return { ...lone, ask };
}

test('as much as a command may print is kept whole, and a byte more is no answer', async () => {
  const { ask } = commands();
  const [whole, more] = await Promise.all([ask('printf 1234', 4), ask('printf 1234', 3)]);
  expect([String(whole.stdout), more.stdout]).toEqual(['1234', null]);
});

test('a command is told the end of its own time as its deadline', async () => {
  const before = Math.floor(Date.now() / 1_000);
  const { stdout } = await commands().ask('printf %s "$WATCHER_DEADLINE"');
  const deadline = Number(stdout);
  expect(deadline).toBeGreaterThanOrEqual(before + 600);
  expect(deadline).toBeLessThanOrEqual(Date.now() / 1_000 + 600);
});

test('all have ended when the last one has, not when one of them has', async () => {
  const { ask, allEnded } = commands();
  const go = join(temporaryDirectory(), 'go');
  const slow = ask(`while [ ! -e ${go} ]; do sleep 0.02; done`);
  const quick = ask('true');
  let isOver = false;
  const over = allEnded().then(() => {
    isOver = true;
  });
  await quick;
  await setImmediate();
  expect(isOver).toBe(false);
  writeFileSync(go, '');
  await Promise.all([slow, over]);
});

test('an answer that comes together with the abort is none', async () => {
  const folder = temporaryDirectory();
  const [ran, abort] = [join(folder, 'ran'), new AbortController()];
  const asking = commands().ask(`trap 'exit 0' TERM; echo up > ${ran}; while :; do sleep 0.02; done`, 10, abort.signal);
  await expect.poll(() => existsSync(ran)).toBe(true);
  abort.abort();
  await expect(asking).rejects.toMatchObject({ failure: { kind: 'aborted' } });
});

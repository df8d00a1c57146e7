/** What is written to a terminal, to the letter. */
import { expect, test } from 'vitest';
import { formatEnding } from '../../src/report/format-ending.ts';
import { beginProgress } from '../../src/report/run-progress.ts';
import { openTerminal } from '../../src/report/terminal.ts';
import { FakeStderr } from './fake-stderr.ts';

const ERASE = '\r\u001b[K';

function opened(environment: NodeJS.ProcessEnv, isTTY = true) {
  const stderr = new FakeStderr({ isTTY });
  return { stderr, terminal: openTerminal(stderr, environment) };
}

test('a live line gives way once, to the line that comes next', () => {
  const { stderr, terminal } = opened({});
  terminal.draw('waiting');
  terminal.print('one');
  terminal.print('two');
  terminal.erase();
  expect(stderr.written).toBe(`${ERASE}waiting${ERASE}one\ntwo\n`);
});

test('however often it is opened, standard error is listened to once', () => {
  const stderr = new FakeStderr();
  for (let each = 0; each < 20; each += 1) openTerminal(stderr, {});
  expect(stderr.listenerCount('error')).toBe(1);
});

test.each([
  [{}, true],
  [{ NO_COLOR: '' }, true],
  [{ NO_COLOR: '1' }, false],
  [{ TERM: 'dumb' }, false],
])('with %j it has colours: %s', (environment, hasColours) => {
  expect(opened(environment).terminal.hasColours).toBe(hasColours);
  expect(opened(environment, false).terminal.hasColours).toBe(false);
});

test('only a terminal that shows no other letters gets plain ones, and no file', () => {
  const print = (environment: NodeJS.ProcessEnv, isTTY: boolean) => {
    const { stderr, terminal } = opened(environment, isTTY);
    terminal.print('✔ done');
    return stderr.written;
  };
  expect(print({ LANG: 'C' }, true)).toBe('ok done\n');
  expect(print({ LANG: 'C' }, false)).toBe('✔ done\n');
  expect(print({ LANG: 'C.UTF-8' }, true)).toBe('✔ done\n');
});

test('the sign before the last line says how well it went', () => {
  const terminal = { isWatched: true, hasColours: true };
  const clean = (text: string) => text;
  const ending = (outcome: Parameters<typeof formatEnding>[0]) =>
    formatEnding(
      outcome,
      beginProgress(() => 0),
      { terminal, clean, logFile: null },
    )!.split(' ')[0];
  expect(ending({ kind: 'refreshed', reason: 'changed' })).toBe('\u001b[32m✔\u001b[0m');
  expect(ending({ kind: 'skipped', why: 'handbrakeEngaged' })).toBe('\u001b[33m○\u001b[0m');
  expect(ending({ kind: 'failed', failure: { kind: 'lockLost', message: 'x' } })).toBe('\u001b[31m✘\u001b[0m');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Outcome } from '../../machines/vocabulary.ts';
import { formatEnding, formatLive } from '../../src/report/format-ending.ts';
import { startProgress } from '../../src/report/progress.ts';
import { createReporter } from '../../src/report/reporter.ts';
import { beginProgress } from '../../src/report/run-progress.ts';
import { openTerminal } from '../../src/report/terminal.ts';
import { textWidth } from '../../src/text/text-width.ts';
import { afterwards } from '../support/current-test.ts';
import { HELD, inTurn, queued } from '../support/fake-services.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { fakeRun } from './fake-run.ts';
import { FakeStderr } from './fake-stderr.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const eachTick = () => vi.advanceTimersByTime(100);
const noLog = { logFile: '/dev/null', environment: { NO_COLOR: '1' } };

test('somebody who looks sees the state, the time, the holder, and in the end one line', async () => {
  const stderr = new FakeStderr({ isTTY: true });
  const waiting = { ...queued(2), holder: { ...queued(2).holder!, heldForMs: 61_000 } };
  await fakeRun({
    stderr,
    eachTick,
    report: noLog,
    answers: { requestLock: waiting, checkLock: inTurn(waiting, waiting, HELD) },
  });
  expect(stderr.drawn[1]).toBe('⠙ waiting for the cluster lock 0.3s · held by balancer-2 for 1m1s, 2 ahead');
  expect(stderr.drawn).toContainEqual(expect.stringContaining('holding the cluster lock while the cluster settles'));
  expect(stderr.shown).toEqual(['✔ refreshed (changed): 1 pod added in sas/front · waited 2.7s · refreshed in 0.0s']);
});

test('a terminal that cannot redraw a line gets the last one only; so does nobody’s', async () => {
  const dumb = new FakeStderr({ isTTY: true });
  await fakeRun({ stderr: dumb, eachTick, report: { ...noLog, environment: { TERM: 'dumb' } } });
  expect(dumb.written).toBe('✔ refreshed (changed): 1 pod added in sas/front · waited 0.0s · refreshed in 0.0s\n');
  const nobody = new FakeStderr();
  await fakeRun({ stderr: nobody, eachTick, report: noLog });
  expect(nobody.written).toBe('');
});

test('colours are for terminals only, and NO_COLOR takes them away', async () => {
  const colourful = new FakeStderr({ isTTY: true });
  await fakeRun({ stderr: colourful, report: { logFile: '/dev/null', environment: {} } });
  expect(colourful.written).toContain('\u001b[32m✔\u001b[0m refreshed');
  const plain = new FakeStderr({ isTTY: true });
  await fakeRun({ stderr: plain, report: noLog });
  expect(plain.written).not.toContain('\u001b[3');
});

test('without a terminal a run that failed or was stopped is one line, and no other run says a word', () => {
  const notice = (outcome: Outcome, logFile: string | null = '/var/log/w.log') => {
    const terminal = { isWatched: false, hasColours: false };
    return formatEnding(
      outcome,
      beginProgress(() => 0),
      { terminal, clean: (text) => text, logFile },
    );
  };
  expect(
    notice({ kind: 'failed', failure: { kind: 'handbrakeBroken', message: 'the handbrake command exited with 3' } }),
  ).toBe(
    'watcher: the handbrake command exited with 3; HAProxy was left as it is; run handbrake_command by hand (log: /var/log/w.log)',
  );
  expect(notice({ kind: 'aborted', signal: 'SIGTERM' })).toBe(
    'watcher: stopped by SIGTERM; HAProxy was left as it is (log: /var/log/w.log)',
  );
  expect(notice({ kind: 'aborted', signal: 'SIGHUP' }, null)).toBe(
    'watcher: stopped by SIGHUP; HAProxy was left as it is',
  );
  expect(notice({ kind: 'unchanged', why: 'noDifference' })).toBeNull();
  expect(notice({ kind: 'wouldRefresh' })).toBeNull();
  expect(notice({ kind: 'skipped', why: 'runLockHeld' })).toBeNull();
  expect(notice({ kind: 'refreshed', reason: 'forced' })).toBeNull();
});

test('a log that goes to stderr has it for itself', async () => {
  const stderr = new FakeStderr({ isTTY: true });
  await fakeRun({ stderr, eachTick, report: { logFile: '-', environment: {} } });
  expect(stderr.drawn).toEqual([]);
  expect(stderr.lines.every((line) => line.startsWith('2026-'))).toBe(true);
});

test('no live line is wider than the terminal, whatever is in it', () => {
  const words = '等待锁 👩🏽‍🚀 e\u0301\u0301 ждём очереди front-2 ｗｉｄｅ';
  for (let columns = 1; columns <= 60; columns += 1) {
    const stderr = new FakeStderr({ isTTY: true, columns });
    const progress = startProgress(openTerminal(stderr, {}), () => words);
    vi.advanceTimersByTime(1_000);
    progress.stop();
    for (const line of stderr.drawn) expect(textWidth(line)).toBeLessThan(columns);
  }
});

test('a terminal without a width is taken for a usual one', () => {
  const stderr = new FakeStderr({ isTTY: true, columns: 0 });
  const progress = startProgress(openTerminal(stderr, {}), () => 'x'.repeat(200));
  vi.advanceTimersByTime(200);
  progress.stop();
  expect(textWidth(stderr.drawn[0]!)).toBe(79);
});

test('it is redrawn four to eight times a second', () => {
  const stderr = new FakeStderr({ isTTY: true });
  const progress = startProgress(openTerminal(stderr, {}), () => 'x');
  vi.advanceTimersByTime(10_000);
  progress.stop();
  vi.advanceTimersByTime(10_000);
  expect(stderr.drawn.length).toBeGreaterThanOrEqual(40);
  expect(stderr.drawn.length).toBeLessThanOrEqual(80);
  expect(stderr.shown).toEqual([]);
  expect(stderr.written.endsWith('x\r\u001b[K'), 'the line is taken away at the end').toBe(true);
});

test('it keeps no process alive', () => {
  // Whoever restores all spies, in whatever file that comes later, puts back what this one found.
  vi.useRealTimers();
  const timers = vi.spyOn(globalThis, 'setInterval');
  afterwards(() => timers.mockRestore());
  const progress = startProgress(openTerminal(new FakeStderr({ isTTY: true }), {}), () => 'x');
  expect(timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
  progress.stop();
});

test('a line that stays does not mix with the live one', () => {
  const stderr = new FakeStderr({ isTTY: true });
  const terminal = openTerminal(stderr, {});
  terminal.draw('live');
  terminal.print('watcher: stays');
  terminal.draw('live again');
  terminal.erase();
  expect(stderr.written).toBe('\r\u001b[Klive\r\u001b[Kwatcher: stays\n\r\u001b[Klive again\r\u001b[K');
});

test('a reader that goes away takes nothing with it', async () => {
  const stderr = new FakeStderr({ isTTY: true });
  stderr.write = () => {
    stderr.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    throw new Error('write after end');
  };
  const { outcome } = await fakeRun({ stderr, eachTick, report: noLog });
  expect(outcome.kind).toBe('refreshed');
  expect(() => stderr.emit('error', new Error('write EPIPE'))).not.toThrow();
});

test('who has the lock is shown only while it is waited for', () => {
  const progress = beginProgress(() => 0);
  progress.enter('awaitingYtLock');
  progress.add({ type: 'lockQueued', holder: null, ahead: 2 });
  expect(formatLive(progress)).toBe('waiting for the cluster lock 0.0s · 2 ahead');
  progress.enter('releasing');
  expect(formatLive(progress)).toBe('giving back the locks 0.0s');
});

test('before its first state a run is starting', () => {
  expect(formatLive(beginProgress(() => 0))).toBe('starting 0.0s');
});

test('once a run has ended its line is not drawn any more, and once it is closed nothing is logged', () => {
  const stderr = new FakeStderr({ isTTY: true });
  const logFile = join(tempFolder(), 'watcher.log');
  const reporter = createReporter({
    ...{ runId: '1', logFile, logLevel: 'INFO', logFormat: 'text', stderr, environment: {}, facts: {} },
    redact: (text) => text,
    clocks: { wallMs: () => 0, monotonicMs: () => 0 },
  });
  vi.advanceTimersByTime(300);
  reporter.note('be careful');
  reporter.ended({ kind: 'unchanged', why: 'noDifference' });
  const { written } = stderr;
  vi.advanceTimersByTime(1_000);
  expect(stderr.written).toBe(written);
  reporter.close();
  reporter.note('too late');
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['INFO', 'WARN', 'INFO']);
  expect(lines[1]).toContain('be careful');
});

test.each([
  ['at a terminal', true, /^watcher: the recording cannot be begun$/m],
  ['under cron', false, /^$/],
])('what was asked for and does not come is in the log, and said %s: %s', (_, isTTY, said) => {
  const stderr = new FakeStderr({ isTTY });
  const logFile = join(tempFolder(), 'watcher.log');
  const reporter = createReporter({
    ...{ runId: '1', logFile, logLevel: 'INFO', logFormat: 'text', stderr, environment: {}, facts: {} },
    redact: (text) => text,
    clocks: { wallMs: () => 0, monotonicMs: () => 0 },
  });
  reporter.tell('the recording cannot be begun');
  reporter.close();
  expect(stderr.written.replaceAll('\r\u001b[K', '')).toMatch(said);
  expect(readFileSync(logFile, 'utf8')).toMatch(/ WARN .*the recording cannot be begun\n/);
});

test('a run that waits for a lock of which nothing is known says so much', () => {
  const progress = beginProgress(() => 0);
  progress.enter('awaitingYtLock');
  expect(formatLive(progress)).toBe('waiting for the cluster lock 0.0s');
});

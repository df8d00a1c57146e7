import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { BrakeMark } from '../../machines/vocabulary.ts';
import { brakeText } from '../../src/board/brake-record.ts';
import { brakeCommand } from '../../src/commands/brake.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { tempFolder } from '../support/temp-folder.ts';

const terminal = vi.hoisted(() => ({ answer: 'y', asked: '' }));

vi.mock('node:readline/promises', () => ({
  createInterface: () => ({
    async question(text: string) {
      terminal.asked = text;
      return terminal.answer;
    },
    close() {},
  }),
}));

function board(...marks: readonly BrakeMark[]) {
  const folder = tempFolder();
  const lockFile = join(folder, 'cluster.lock');
  const record = join(`${lockFile}.board`, 'brake');
  mkdirSync(`${lockFile}.board`);
  const [last, ...others] = marks;
  if (last !== undefined) writeFileSync(record, brakeText([last, ...others]));
  const logFile = join(folder, 'watcher.log');
  const flags = { lock: 'file', lock_file: lockFile, log_file: logFile, brake_ttl: '30m' };
  const ask = (word?: string, yes = false, more = {}, reason?: string) =>
    brakeCommand({ ...flags, ...more }, { word, yes, reason });
  return { ask, record, log: () => readFileSync(logFile, 'utf8') };
}

function mark(minutesAgo: number, more: Partial<BrakeMark> = {}): BrakeMark {
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  return { plan: '1-abc', failures: 1, why: 'the refresh command exited with 3', node: 'b1', runId: 'r1', at, ...more };
}

describe('watcher brake', () => {
  test('says that it is off where nothing is on the board', async () => {
    expect(await board().ask()).toMatchObject({ text: 'brake  off\n', code: 0 });
  });

  test('says for how long it is on, who failed and why, and what no longer counts', async () => {
    const { text, code } = await board(mark(10), mark(31, { node: 'b2' })).ask('status');
    expect(text).toMatch(
      /^brake {2}on, for (20m0s|19m5\ds) more: at \S+ the refresh failed on b1 \(run r1, plan 1-abc\): the refresh command exited with 3\nbrake {2}over: at \S+ the refresh failed on b2/,
    );
    expect(code).toBe(1);
    const limited = await board(mark(10)).ask('status', false, { brake_limit: '2' });
    expect(limited).toMatchObject({ code: 0, text: expect.stringMatching(/^brake {2}off, 1 of 2 failures/) });
  });

  test('is on from the last failure that it takes, and over after its time', async () => {
    const limit = { brake_limit: '2' };
    const textOf = async (minutesAgo: number, failures: number) =>
      (await board(mark(minutesAgo, { failures })).ask('status', false, limit)).text.split(':')[0];
    expect(await Promise.all([textOf(31, 1), textOf(31, 2), textOf(31, 3)])).toEqual([
      'brake  off, 1 of 2 failures',
      'brake  over',
      'brake  over',
    ]);
    expect(await textOf(10, 2)).toMatch(/^brake {2}on, for /);
  });

  test('is on from now where the clock of another node dated it ahead', async () => {
    expect((await board(mark(-10)).ask()).text).toMatch(/^brake {2}on, for 30m0s more: /);
  });

  test('is released with --yes, and the log says by whom and what it was for', async () => {
    const { ask, record, log } = board(mark(10));
    expect(await ask('release', true)).toMatchObject({ code: 0, text: expect.stringMatching(/\(released\)\n$/) });
    expect(existsSync(record)).toBe(false);
    expect(log()).toMatch(/the brake was released by \w+: at \S+ the refresh failed on b1/);
    expect(await ask('release', true)).toMatchObject({ code: 0, text: expect.stringMatching(/nothing to release/) });
  });

  test('is released for a reason, which is in the log', async () => {
    const { ask, log } = board(mark(10));
    await ask('release', true, {}, 'a new switch');
    expect(log()).toMatch(/the brake was released by \S+.* \(a new switch\): at \S+ the refresh failed/);
  });

  test('is not released where nobody can be asked: the error names what it would take', async () => {
    const { ask, record } = board(mark(10));
    await expect(ask('release')).rejects.toThrow(/this takes away the brake: at \S+ the refresh failed on b1 .*--yes/);
    expect(existsSync(record)).toBe(true);
  });

  /** For the running test. */
  function standardStreams(stdin: boolean, stderr: boolean): void {
    const were = [process.stdin.isTTY, process.stderr.isTTY];
    [process.stdin.isTTY, process.stderr.isTTY] = [stdin, stderr];
    onTestFinished(() => {
      [process.stdin.isTTY, process.stderr.isTTY] = were as [boolean, boolean];
    });
  }

  test.each([
    [true, false],
    [false, true],
  ])('is not released where only one end is a terminal', async (stdin, stderr) => {
    standardStreams(stdin, stderr);
    await expect(board(mark(10)).ask('release')).rejects.toThrow(/say --yes/);
  });

  test.each([
    ['y', true],
    [' YES ', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ])('is released at a terminal by the answer %j: %s', async (answer, isReleased) => {
    standardStreams(true, true);
    terminal.answer = answer;
    const { ask, record } = board(mark(10));
    expect(await ask('release')).toMatchObject({
      code: isReleased ? 0 : 1,
      text: isReleased ? expect.stringMatching(/\(released\)\n$/) : 'brake  left as it is\n',
    });
    expect(existsSync(record)).toBe(!isReleased);
    expect(terminal.asked).toMatch(/^Take away the brake: at \S+ the refresh failed on b1 .*\? \[y\/N\] $/);
  });

  test('shows and logs no secret that somebody wrote on the board', async () => {
    const { ask, log } = board(mark(10, { why: 'it said hunter2secret' }));
    const proxy = { proxy_url: 'http://ann:hunter2secret@127.0.0.1:1' };
    expect((await ask('status', false, proxy)).text).toMatch(/: it said \*\*\*\n$/);
    expect((await ask('release', true, proxy)).text).toMatch(/: it said \*\*\* \(released\)\n$/);
    expect(log()).toContain('it said ***');
    expect(log()).not.toContain('hunter2secret');
  });

  test('shows no secret in what it warns of', async () => {
    const more = { proxy_url: 'http://ann:hunter2secret@127.0.0.1:1', lock_file: '/dev/null/hunter2secret/lock' };
    const { warnings } = await board().ask('status', false, more);
    expect(warnings).toEqual([expect.stringContaining('/dev/null/***/lock')]);
  });

  test('says of a record that it cannot read so, and releases it', async () => {
    const { ask, record } = board();
    writeFileSync(record, 'not a record');
    expect(await ask()).toMatchObject({ code: 0, warnings: [expect.stringMatching(/cannot be read/)] });
    expect(await ask('release', true)).toMatchObject({ code: 0, text: 'brake  released\n' });
    expect(existsSync(record)).toBe(false);
  });

  test('cannot say where the board cannot be reached', async () => {
    const { ask, record } = board();
    mkdirSync(record);
    expect(await ask()).toMatchObject({ code: 3, text: '', warnings: [expect.stringMatching(/brake: is a folder/)] });
  });

  test('takes no other word', () => {
    expect(() => board().ask('pull')).toThrow(ConfigError);
  });
});

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { goesToJournal } from '../../src/report/journal.ts';
import { openLog } from '../../src/report/log.ts';
import { openTerminal } from '../../src/report/terminal.ts';
import type { LogFormat, LogLevel } from '../../src/settings/settings.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { FakeStderr } from './fake-stderr.ts';

function logToStderr(level: LogLevel, format: LogFormat = 'text', journal = false) {
  const stderr = new FakeStderr();
  const log = openLog({
    file: '-',
    level,
    format,
    journal,
    runId: '1',
    redact: (text) => text,
    terminal: openTerminal(stderr, {}),
    complain: () => {},
    wallMs: () => 0,
  });
  return { log, stderr };
}

test('a level leaves out what matters less', () => {
  const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
  for (const [index, level] of levels.entries()) {
    const { log, stderr } = logToStderr(level);
    for (const each of levels) log.write({ level: each, message: 'hello' }, 'reading');
    expect(stderr.lines.map((line) => line.split(' ')[1])).toEqual(levels.slice(index));
  }
});

test('equal lines are all written, even while the wall clock is being set back', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { log, stderr } = logToStderr('INFO');
  for (let index = 0; index < 20; index += 1) {
    vi.setSystemTime(Date.now() - 60_000);
    log.write({ level: 'INFO', message: 'again' }, null);
  }
  expect(stderr.lines).toEqual(Array(20).fill('1970-01-01T00:00:00.000Z INFO  run=1 again'));
});

test('as JSON each event is one object, with the run, the state and nothing that ends the line', () => {
  const { log, stderr } = logToStderr('INFO', 'json');
  const fields = { outcome: 'refreshed', tries: 2, ahead: 0, empty: null, odd: 'a\nb' };
  log.write({ level: 'WARN', message: 'one\ntwo', fields }, 'refreshing');
  log.write({ level: 'INFO', message: 'started' }, null);
  expect(stderr.lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: '1970-01-01T00:00:00.000Z',
      level: 'WARN',
      run: '1',
      state: 'refreshing',
      message: expect.not.stringContaining('\n'),
      outcome: 'refreshed',
      tries: 2,
      ahead: 0,
      odd: expect.not.stringContaining('\n'),
    },
    { time: '1970-01-01T00:00:00.000Z', level: 'INFO', run: '1', state: null, message: 'started' },
  ]);
});

test('what goes to the journal begins with its priority', () => {
  const { log, stderr } = logToStderr('DEBUG', 'text', true);
  for (const level of ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const) log.write({ level, message: 'hello' }, null);
  expect(stderr.lines.map((line) => line.slice(0, 4))).toEqual(['<7>1', '<6>1', '<4>1', '<3>1']);
});

test('stderr is the journal where systemd says so of this very stream', () => {
  const file = openSync('/dev/null', 'r');
  onTestFinished(() => closeSync(file));
  const { dev, ino } = fstatSync(file);
  expect(goesToJournal({ JOURNAL_STREAM: `${dev}:${ino}` }, file)).toBe(true);
  expect(goesToJournal({ JOURNAL_STREAM: `${dev}:${ino + 1}` }, file)).toBe(false);
  expect(goesToJournal({}, file)).toBe(false);
  expect(goesToJournal({ JOURNAL_STREAM: `${dev}:${ino}` }, 2 ** 20)).toBe(false);
});

test('priorities are for journald, which reads no file; and nothing is written after the end', () => {
  const file = join(tempFolder(), 'watcher.log');
  const log = openLog({
    ...{ file, level: 'INFO', format: 'text', journal: true, runId: '1', wallMs: () => 0 },
    redact: (text) => text,
    terminal: openTerminal(new FakeStderr(), {}),
    complain: () => {},
  });
  log.write({ level: 'WARN', message: 'hello' }, null);
  log.close();
  log.write({ level: 'WARN', message: 'too late' }, null);
  expect(readFileSync(file, 'utf8')).toBe('1970-01-01T00:00:00.000Z WARN  run=1 hello\n');
});

import { expect, onTestFinished, test, vi } from 'vitest';
import { openLog } from '../../src/report/log.ts';
import { openTerminal } from '../../src/report/terminal.ts';
import type { LogLevel } from '../../src/settings/settings.ts';
import { FakeStderr } from './fake-stderr.ts';

function logToStderr(level: LogLevel) {
  const stderr = new FakeStderr();
  const log = openLog({
    file: '-',
    level,
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

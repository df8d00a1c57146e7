import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatLine, type Line } from '../../../src/report/log-line.ts';
import { followLog } from '../../../src/sandbox/demo/log-tail.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const wallMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function logged(line: Line, state: string | null): string {
  return `${formatLine(line, { wallMs, runId: 'abc', state, redact: (text) => text })}\n`;
}

test('Lines are read as the log writes them, each once, and half a line when it is whole.', () => {
  const path = join(tempFolder(), 'watcher.log');
  const more = followLog(path);
  expect(more()).toEqual([]);

  const held = { holder: 'watcher vm:7 run=x "since"', pid: 7, ahead: null };
  appendFileSync(path, logged({ level: 'INFO', message: 'it is held', fields: held }, 'awaitingYtLock'));
  appendFileSync(path, logged({ level: 'WARN', message: 'run started' }, null));
  expect(more()).toEqual([
    {
      atMs: wallMs,
      state: 'awaitingYtLock',
      message: 'it is held',
      fields: { holder: String.raw`watcher vm:7 run=x \"since\"`, pid: '7' },
    },
    { atMs: wallMs, state: null, message: 'run started', fields: {} },
  ]);

  const line = logged({ level: 'DEBUG', message: 'done' }, 'refreshed');
  appendFileSync(path, line.slice(0, 20));
  expect(more()).toEqual([]);
  appendFileSync(path, line.slice(20));
  expect(more()).toMatchObject([{ state: 'refreshed', message: 'done' }]);
  expect(more()).toEqual([]);
});

test('What was in the log before is not shown.', () => {
  const path = join(tempFolder(), 'watcher.log');
  appendFileSync(path, logged({ level: 'INFO', message: 'yesterday' }, null));
  const more = followLog(path);
  appendFileSync(path, logged({ level: 'INFO', message: 'today' }, null));
  expect(more().map(({ message }) => message)).toEqual(['today']);
});

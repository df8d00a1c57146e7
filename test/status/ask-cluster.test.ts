import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { brakeText } from '../../src/board/brake-record.ts';
import { nodeRecordText } from '../../src/board/node-record.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { type OpenLock, openLock } from '../../src/services/open-lock.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { askCluster } from '../../src/status/ask-cluster.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/services/open-lock.ts', { spy: true });

const MINUTE_MS = 60_000;
const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString();

/** Asks about a lock in a file, with these records on its board. */
async function ask(records: Readonly<Record<string, string>>, flags = {}, wantsNodes = true, limitMs = MINUTE_MS) {
  const folder = tempFolder();
  const lockFile = join(folder, 'cluster.lock');
  mkdirSync(join(`${lockFile}.board`, 'nodes'), { recursive: true });
  for (const [name, text] of Object.entries(records)) writeFileSync(join(`${lockFile}.board`, name), text);
  writeFileSync(join(folder, 'watcher.yaml'), 'lock: file\nbrake_ttl: 30m\n');
  const { settings } = await loadSettings(
    { config: join(folder, 'watcher.yaml'), lock_file: lockFile, ...flags },
    {},
    folder,
  );
  const secretFiles = createSecretFiles({ allowUnsafe: false });
  const redact = (text: string) => text.replaceAll('SECRET', '***');
  return askCluster({ settings, redact, secretFiles, wantsNodes, limitMs });
}

test('a brake lasts from when it was engaged, and from now where a clock has dated it ahead', async () => {
  const mark = { node: 'b-3', runId: 'c', plan: '1-a', why: 'it failed', failures: 1 };
  const marks = [
    { ...mark, at: at(-10) },
    { ...mark, at: at(10) },
    { ...mark, at: at(31) },
  ] as const;
  const { brake } = await ask({ brake: brakeText(marks) });
  const left = 'marks' in brake ? brake.marks.map(({ leftMs }) => leftMs) : [];
  expect(left).toEqual([30 * MINUTE_MS, expect.any(Number), null]);
  expect(left[1]).toBeLessThanOrEqual(20 * MINUTE_MS);
  expect(left[1]).toBeGreaterThan(15 * MINUTE_MS);
});

test('whether this node heeds the brake is a setting', async () => {
  expect(await ask({})).toMatchObject({ isBrakeHeeded: false, brake: { marks: [] } });
  expect(await ask({}, { on_refresh_failure: 'brake' })).toMatchObject({ isBrakeHeeded: true });
});

test('the nodes are those of the board, where they are asked for', async () => {
  const news = { outcome: 'unchanged', time: at(1), version: '1', plan: null, duration_sec: 1, run_id: 'c' };
  const records = { 'nodes/b-1': nodeRecordText(news), 'nodes/b-2': 'none of ours' };
  const { nodes } = await ask(records);
  expect(nodes).toEqual({
    nodes: expect.arrayContaining([
      { ...news, node: 'b-1' },
      { node: 'b-2', problem: 'said something that cannot be read' },
    ]),
  });
  expect(await ask(records, {}, false)).toMatchObject({ nodes: null, lock: { holder: null, waiting: null } });
});

test('a lock service that does not answer in time is asked no longer', async () => {
  const asked: AbortSignal[] = [];
  const never = (signal: AbortSignal) => {
    asked.push(signal);
    return new Promise<never>(() => {});
  };
  const close = vi.fn<() => void>();
  const board = { read: (_: string, signal: AbortSignal) => never(signal), nodes: never };
  vi.mocked(openLock).mockReturnValueOnce({ lock: { held: never, board }, close } as unknown as OpenLock);
  const late = { problem: 'did not answer within 0.01s' };
  expect(await ask({}, {}, true, 10)).toMatchObject({ lock: late, brake: late, nodes: late });
  expect(asked.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  expect(close).toHaveBeenCalledOnce();
});

test('each question that is not answered says why, without secrets, and the others are answered', async () => {
  const denied = () => Promise.reject(new Error('SECRET is denied'));
  const board = { read: denied, nodes: async () => [] };
  const lock = { held: async () => null, board };
  vi.mocked(openLock).mockReturnValueOnce({ lock, close: () => {} } as unknown as OpenLock);
  const brake = { problem: 'cannot be asked: *** is denied' };
  expect(await ask({})).toMatchObject({ lock: { holder: null, waiting: null }, brake, nodes: { nodes: [] } });
});

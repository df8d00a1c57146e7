/** Goal: who looks at a node whose disk does not answer hears which file that is, and gets the prompt back. */
import { once } from 'node:events';
import type { PathLike } from 'node:fs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { check } from '../../src/commands/check.ts';
import { showStatus } from '../../src/commands/show-status.ts';
import { injecting } from '../faults/slow-calls.ts';
import { startProgram } from '../support/built-program.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

/** What never answers: all that begins so, by the call that hangs. */
const hanging = vi.hoisted(() => ({ path: '', calls: [] as string[] }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const unless =
    <Call extends (path: PathLike, ...rest: never[]) => Promise<unknown>>(name: string, call: Call) =>
    (path: PathLike, ...rest: never[]) =>
      hanging.calls.includes(name) && String(path).startsWith(hanging.path)
        ? new Promise(() => {})
        : call(path, ...rest);
  return {
    ...real,
    open: unless('open', real.open as never),
    lstat: unless('lstat', real.lstat as never),
    readdir: unless('readdir', real.readdir as never),
  };
});
// Five seconds are over at once.
vi.mock('../../src/in-time.ts', async (original) => {
  const { inTime } = await original<typeof import('../../src/in-time.ts')>();
  return { inTime: (ms: number, answer: Promise<unknown>, late: unknown) => inTime(ms / 20, answer, late) };
});

const CURE = 'has not answered for 5 s; its disk or its server hangs: see dmesg, and df for that path';

let folder: string;
const path = (name: string) => join(folder, name);

beforeEach(() => {
  folder = tempFolder();
  for (const name of ['state', 'stats', 'runs']) mkdirSync(path(name));
  writeFileSync(path('state/state.json'), JSON.stringify({ version: 1, generations: {}, intent: null }));
  writeFileSync(path('watcher.yaml'), 'log_level: INFO\n');
  for (const name of ['primer.json', 'source.json']) writeFileSync(path(name), '{"endpoint_sets":[]}');
});

function flags() {
  return {
    ...{ config: path('watcher.yaml'), lock: 'file', source: 'file', handbrake_command: 'true', log_file: '-' },
    ...{ lock_file: path('lock'), source_file: path('source.json'), primer_json_file: path('primer.json') },
    ...{ state_file: path('state/state.json'), stat_file: path('stats/stats.json') },
    ...{ run_lock_file: path('run.pid'), record_dir: path('runs') },
  };
}

function hangs(name: string, ...calls: readonly string[]): void {
  hanging.path = path(name);
  hanging.calls = [...calls];
}

test.each([
  ['that cannot even be looked for', 'lstat'],
  ['that cannot be opened', 'open'],
])('status cannot determine anything by a state file %s', async (_, call) => {
  hangs('state/state.json', call);
  const { code, text, warnings } = await showStatus(flags(), { json: false });
  const message = `cannot determine whether a run is in progress: ${path('state/state.json')}: ${CURE}`;
  expect({ code, text, warnings }).toEqual({ code: 3, text: '', warnings: [message] });
});

test('status shows what does answer, and names what does not', async () => {
  hangs('stats', 'lstat');
  const { code, text, warnings } = await showStatus(flags(), { json: false });
  expect([code, warnings]).toEqual([0, [expect.stringContaining(CURE), expect.stringContaining(CURE)]]);
  expect(warnings!.join()).toContain(`${path('stats/stats.json')}: `);
  expect(text).toContain('now        idle: no run is in progress\n');
  hangs('runs', 'readdir');
  expect(await showStatus(flags(), { json: false })).toMatchObject({ code: 0, warnings: [`${path('runs')}: ${CURE}`] });
});

test('check says of every file that does not answer that it does not', async () => {
  hangs('st', 'lstat');
  const { code, text } = await check(flags(), { json: true });
  expect(code).toBe(1);
  const { findings } = JSON.parse(text) as { findings: { about: string; text: string }[] };
  expect(findings.map(({ about }) => about)).toEqual(['rest', 'disk', 'disk']);
  for (const name of ['state/state.json', 'stats/stats.json']) expect(text).toContain(`${path(name)}: ${CURE}`);

  hangs('primer.json', 'open');
  const looked = await check(flags(), { json: true });
  expect(looked.code).toBe(1);
  expect(looked.text).toContain(CURE);
  expect(looked.text).toContain('"about": "board"');
});

test('the program ends although a call of it hangs in the system', async () => {
  needs('strace', 'tracing');
  const args = Object.entries(flags()).flatMap(([name, value]) => [`--${name}`, value]);
  const call = 'openat,lstat,stat,statx,newfstatat';
  const under = injecting({ call, fault: 'delay_enter=30000000', path: path('state/state.json') });
  const { child } = startProgram(['status', ...args], { cwd: folder, under });
  let stderr = '';
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  // The tracer lives on beside the call that hangs, and has the output open.
  const began = performance.now();
  expect(await once(child, 'exit')).toEqual([3, null]);
  expect(performance.now() - began).toBeLessThan(29_000);
  await until('the line is read', () => stderr.includes(`${path('state/state.json')}: ${CURE}`));
});

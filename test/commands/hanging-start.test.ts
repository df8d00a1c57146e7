/** Goal: a run whose disk hangs at its start says so, and its metrics do, although each call that hangs keeps a thread. */
import { execFileSync } from 'node:child_process';
import type { PathLike } from 'node:fs';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { runOnce } from '../../src/commands/run-once.ts';
import { showStatus } from '../../src/commands/show-status.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { codeOfProblem } from '../../src/exit-codes.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** What never answers: all calls of these names for a path that begins so, or all that cosmiconfig reads of it. */
const hanging = vi.hoisted(() => ({ path: '', calls: [] as string[], fifo: '', stuck: [] as Promise<FileHandle>[] }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const unless =
    <Call extends (path: PathLike, ...rest: never[]) => Promise<unknown>>(name: string, call: Call) =>
    (path: PathLike, ...rest: never[]) => {
      if (!hanging.calls.includes(name) || !String(path).startsWith(hanging.path)) return call(path, ...rest);
      // Opening a FIFO that nobody writes keeps a thread as a disk does that hangs.
      const opening = real.open(hanging.fifo, 'r');
      hanging.stuck.push(opening);
      return opening;
    };
  return { ...real, open: unless('open', real.open as never), stat: unless('stat', real.stat as never) };
});
vi.mock('cosmiconfig/dist/Explorer.js', async (original) => {
  const { Explorer } = await original<{
    Explorer: new (options: object) => { load(path: string): Promise<unknown> };
  }>();
  return {
    Explorer: class extends Explorer {
      override load(path: string) {
        return hanging.calls.includes('read') ? new Promise(() => {}) : super.load(path);
      }
    },
  };
});
// Five seconds are over at once, and half a minute soon.
vi.mock('../../src/in-time.ts', async (original) => {
  const { inTime } = await original<typeof import('../../src/in-time.ts')>();
  return {
    inTime: (ms: number, answer: Promise<unknown>, late: unknown) => inTime(Math.min(ms / 20, 500), answer, late),
  };
});

const SILENT = 'has not answered for 30 s; its disk or its server hangs: see dmesg, and df for that path';

let folder: string;
const path = (name: string) => join(folder, name);

beforeEach(() => {
  folder = tempFolder();
  hanging.fifo = path('fifo');
  execFileSync('mkfifo', [hanging.fifo]);
  mkdirSync(path('far'));
  writeFileSync(path('ca.pem'), '');
  writeFileSync(path('watcher.yaml'), 'metrics_file: any.prom\n');
});

afterEach(async () => {
  Object.assign(hanging, { path: '', calls: [] });
  const writer = openSync(hanging.fifo, 'r+');
  for (const opened of hanging.stuck.splice(0)) await (await opened).close();
  closeSync(writer);
});

function flags() {
  return {
    ...{ config: path('watcher.yaml'), lock: 'file', source: 'file', handbrake_command: 'true', log_file: '-' },
    ...{ lock_file: path('lock'), source_file: path('source.json'), primer_json_file: path('primer.json') },
    ...{ state_file: path('state.json'), stat_file: path('stats.json'), run_lock_file: path('run.pid') },
  };
}

function hangs(name: string, ...calls: readonly string[]): void {
  Object.assign(hanging, { path: path(name), calls: [...calls] });
}

/** What the run ended with, and the outcome and code in its metrics. */
async function startOf(more: object) {
  const error: Error = await runOnce({ ...flags(), ...more }).then(
    () => expect.fail('a run began'),
    (problem) => problem,
  );
  expect(existsSync(path('run.pid'))).toBe(false);
  const metrics = existsSync(path('any.prom')) ? readFileSync(path('any.prom'), 'utf8') : '';
  const outcome = /watcher_last_run_outcome\{outcome="([^"]+)"\} 1/.exec(metrics)?.[1];
  return { message: error.message, code: codeOfProblem(error), outcome };
}

const FAR = ['state_file', 'stat_file', 'record_dir', 'primer_json_file', 'run_lock_file', 'lock_file'];

test.each([
  ['the configuration file', {}],
  ['a flag', { metrics_file: 'any.prom' }],
])('a run of which six settings lead to a disk that hangs writes the metrics that %s asks for', async (_, more) => {
  hangs('far', 'stat', 'open');
  const far = Object.fromEntries(FAR.map((key) => [key, path(`far/${key}`)]));
  const given = { ...far, ...('metrics_file' in more ? { metrics_file: path('any.prom') } : {}) };
  const ended = await startOf(given);
  expect(ended).toMatchObject({ code: 1, outcome: 'failed/unexpected' });
  expect(ended.message).toMatch(new RegExp(`^${path('far/')}\\w+: ${SILENT}$`));
  expect(hanging.stuck).toHaveLength(1);
});

test.each(['open', 'read'])(
  'a configuration file that hangs at its %s ends a run with code 1, and is not asked again',
  async (call) => {
    hangs('watcher.yaml', call);
    const message = `${path('watcher.yaml')}: ${SILENT}`;
    expect(await startOf({})).toEqual({ message, code: 1 });
    expect(await startOf({ metrics_file: path('any.prom') })).toEqual({
      message,
      code: 1,
      outcome: 'failed/unexpected',
    });
  },
);

test.each(['open', 'stat'])('a ca_file that hangs at its %s is no mistake in the configuration', async (call) => {
  hangs('ca.pem', call);
  const ended = await startOf({ ca_file: path('ca.pem') });
  expect(ended).toEqual({ message: `${path('ca.pem')}: ${SILENT}`, code: 1, outcome: 'failed/unexpected' });
});

test('metrics on a disk that hangs keep no run from saying so', async () => {
  hangs('far', 'stat', 'open');
  const ended = await startOf({ metrics_file: path('far/any.prom') });
  expect(ended).toEqual({ message: `${path('far/any.prom')}: ${SILENT}`, code: 1 });
});

test('metrics that cannot be opened stay as they are', async () => {
  writeFileSync(path('any.prom'), 'any\n');
  hangs('any.prom', 'open');
  expect(await startOf({ log_level: 'ANY' })).toMatchObject({ code: 2 });
  expect(readFileSync(path('any.prom'), 'utf8')).toBe('any\n');
});

test('a mistake in the environment comes before a configuration file that hangs', async () => {
  hangs('watcher.yaml', 'open');
  vi.stubEnv('WATCHER_ANY', 'any');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(runOnce(flags())).rejects.toThrow(ConfigError);
});

test('status cannot determine anything by a configuration file that hangs, unless it is given where to look', async () => {
  hangs('watcher.yaml', 'open');
  const { run_lock_file: _, state_file: __, ...others } = flags();
  const problem = `${path('watcher.yaml')}: ${SILENT.replace('30 s', '5 s')}; or give --run_lock_file and --state_file`;
  const { code, text } = await showStatus(others, { json: true });
  expect([code, JSON.parse(text)]).toEqual([3, { busy: null, run: null, refresh: null, problem }]);
  const known = await showStatus(flags(), { json: true });
  expect([known.code, JSON.parse(known.text)]).toMatchObject([0, { busy: false }]);
});

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from './figure.ts';
import { makeNode } from './node-folder.ts';

const NODES = 5;

/** By then all are in line: until it is over, the first one keeps the lock. */
const LINING_UP_MS = 1_000;

/** How long each of the others keeps it. */
const HELD_SEC = 0.5;

/** A program that waits for a lock, and runs a command of a shell when it has it. */
type Start = (command: string, folder: string) => readonly string[];

/** One that passed from one node to the next, in milliseconds. */
export interface HandOver {
  /** From the end of one command to the start of the next. */
  readonly wholeMs: number;
  /** The same without what the run that comes next spends on its second look and the handbrake. */
  readonly ownMs: number;
}

/** Lets nodes of these settings refresh one after another. */
export function amongWatchers(
  { program, ypUrl }: Bench,
  folder: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<readonly HandOver[]> {
  const recordings = join(folder, 'recordings');
  return among(folder, (command, own) => {
    const keys = { ...settings, haproxy_refresh_command: command, record_dir: recordings };
    const node = makeNode({ folder: own, ypUrl, sets: 3, pods: 10, knowsPods: false, settings: keys });
    return ['env', '-C', own, ...node.watcher(program).words];
  }).then((times) => {
    const looks = looksIn(recordings);
    return times.map(({ gapMs, runId }) => ({ wholeMs: gapMs, ownMs: gapMs - (looks.get(runId) ?? 0) }));
  });
}

/** Lets as many programs of another kind do the same. */
export async function amongOthers(folder: string, start: Start): Promise<readonly HandOver[]> {
  return (await among(folder, start)).map(({ gapMs }) => ({ wholeMs: gapMs, ownMs: gapMs }));
}

async function among(folder: string, start: Start) {
  mkdirSync(folder, { recursive: true });
  const [times, go] = [join(folder, 'times'), join(folder, 'go')];
  const command =
    `date +"%s%N \${WATCHER_RUN_ID:-none}" >> ${times}; until [ -e ${go} ]; do sleep 0.05; done; ` +
    `sleep ${HELD_SEC}; date +%s%N >> ${times}`;
  const running = Array.from({ length: NODES }, (_, node) => ended(start(command, join(folder, `${node}`))));
  await Promise.all([...running, pause(LINING_UP_MS).then(() => writeFileSync(go, ''))]);
  return gapsIn(readFileSync(times, 'utf8'));
}

function ended([program, ...words]: readonly string[]): Promise<void> {
  const child = spawn(program!, words, {
    env: { PATH: '/usr/bin:/bin', HOME: '/' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))));
  });
}

/** Lines are a start, with who has started, and an end in turn, in nanoseconds. The first one kept the lock for longer. */
function gapsIn(text: string): readonly { readonly gapMs: number; readonly runId: string }[] {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  return lines.flatMap(([time, runId], at) =>
    at > 2 && at % 2 === 0 ? [{ gapMs: (Number(time) - Number(lines[at - 1]![0])) / 1e6, runId: runId! }] : [],
  );
}

/** How long each run looked a second time and asked the handbrake. */
function looksIn(recordings: string): ReadonlyMap<string, number> {
  const files = readdirSync(recordings).filter((name) => name.endsWith('.jsonl'));
  return new Map(
    files.map((name) => {
      const lines = readFileSync(join(recordings, name), 'utf8').trim().split('\n');
      const [{ run_id: runId }, ...events] = lines.map((line) => JSON.parse(line));
      const cameTo = (state: string): number =>
        events.find((each) => each.state?.holdingRunLock?.takingTurn?.confirming === state)?.at ?? Number.NaN;
      return [runId as string, cameTo('confirmingLock') - cameTo('rereading')];
    }),
  );
}

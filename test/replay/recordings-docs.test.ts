import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watcherMachine } from '../../machines/watcher.ts';
import { RECORDED_MACHINES } from '../../src/record/recorded-machines.ts';
import { formatExplanation } from '../../src/replay/format-explanation.ts';
import { formatDifference, formatRefusal, formatReplay, formatVerdict } from '../../src/replay/format-replay.ts';
import type { InvalidRecording } from '../../src/replay/invalid-recording.ts';
import { replay } from '../../src/replay/replay.ts';
import { expectFresh } from '../docs/marked-part.ts';

const root = join(import.meta.dirname, '..', '..');
const page = join(root, 'docs', 'recordings.md');
const read = (name: string) => readFileSync(join(root, 'test', 'runs', `${name}.jsonl`), 'latin1');

/** Whose long lines would only tire. */
const CUT: ReadonlySet<string> = new Set(['lines', 'replay']);
const WIDTH_MAX = 120;

/** What the program says, as the page shows it. */
const examples: Readonly<Record<string, () => readonly string[]>> = {
  lines: () => read('killed-while-refreshing').split('\n').slice(2, 7),
  explain: () => [
    '$ watcher explain run.jsonl',
    ...formatExplanation(replay(read('waits-for-another-node-then-refreshes'))),
  ],
  replay: () => {
    const replayed = replay(read('waits-for-another-node-then-refreshes'));
    return ['$ watcher replay run.jsonl', `run.jsonl: ${formatVerdict(replayed)}`, ...formatReplay(replayed)];
  },
  differs: () => {
    const watcher = watcherMachine.provide({ guards: { dryRun: () => false } });
    const replayed = replay(read('dry-run-finds-a-change'), { ...RECORDED_MACHINES, watcher });
    const difference = formatDifference(replayed.fold.difference!).map((line) => `  ${line}`);
    return [`run.jsonl: ${formatVerdict(replayed)}`, ...difference];
  },
  cut: () => [`run.jsonl: ${formatVerdict(replay(read('killed-while-refreshing')))}`],
  refused: () => {
    try {
      replay(read('the-refresh-fails').replace('"code":3', '"code":0'));
      return [];
    } catch (error) {
      return [formatRefusal('run.jsonl', error as InvalidRecording)];
    }
  },
};

test('the examples of docs/recordings.md are what the program says of recorded runs', () => {
  for (const [name, example] of Object.entries(examples)) {
    const isLong = (line: string) => line.length > WIDTH_MAX && CUT.has(name);
    const shown = example().map((line) => (isLong(line) ? `${line.slice(0, WIDTH_MAX - 1)}…` : line));
    expectFresh('docs/recordings.md', name, `\n\`\`\`\n${shown.join('\n')}\n\`\`\`\n`);
  }
});

test('the page is right about the exit codes and the limits of the format', () => {
  const text = readFileSync(page, 'utf8');
  for (const key of ['record_dir', '--record', 'record_keep', 'record_max_age']) expect(text).toContain(key);
  expect(text).toContain('256 KiB');
});

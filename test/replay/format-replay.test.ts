/** What is shown of one state, with words that are given here. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Notice } from '../../machines/vocabulary.ts';
import { formatExplanation } from '../../src/replay/format-explanation.ts';
import { formatReplay, formatVerdict } from '../../src/replay/format-replay.ts';
import { formatRunList } from '../../src/replay/format-run-list.ts';
import { replay } from '../../src/replay/replay.ts';
import { summarizeRun } from '../../src/replay/summarize-run.ts';
import { linesOf, rechain } from '../support/rechain.ts';
import { tempFolder } from '../support/temp-folder.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', 'runs', name), 'latin1');
const RUN = read('dry-run-finds-a-change.jsonl');

test.each([
  [8, null],
  [9, '… and 1 line more'],
  [11, '… and 3 lines more'],
])('of %i lines of the log about one state eight are shown', (count, rest) => {
  const replayed = replay(RUN);
  const notes = Array.from({ length: count }, (_, at) => `note ${at}`);
  const segment = { ...replayed.run.segments[0]!, notes };
  const lines = formatReplay({ ...replayed, run: { ...replayed.run, segments: [segment] } });
  const shown = lines.flatMap((line) => /^ {11}\| (.*)$/.exec(line)?.[1] ?? []);
  expect(shown).toEqual([...notes.slice(0, 8), ...(rest === null ? [] : [rest])]);
});

test('a recording whose recorder failed is cut there, and says what it knows of the end', () => {
  const lines = linesOf(RUN);
  const replayed = replay(rechain([...lines.slice(0, 4), { ...lines.at(-1)!, incomplete: 'the disk is full' }]));
  expect(replayed.cut).toEqual({ state: expect.any(String), afterMs: lines[3]!['at'] });
  expect(formatVerdict(replayed)).toBe(
    `same path so far: cut in state ${replayed.cut!.state} after ${lines[3]!['at']} ms`,
  );
  expect(formatReplay(replayed).join('\n')).toContain(
    'the recorder failed (the disk is full); the run ended as wouldRefresh',
  );
});

test('of a run that was killed it is said where to look, of one that was not that there is nothing to do', () => {
  const killed = replay(read('killed-while-refreshing.jsonl'));
  expect(formatExplanation(killed).at(-1)).toMatch(/^next {6}watcher status says whether the run still goes on/);
  const refreshed = replay(read('waits-for-another-node-then-refreshes.jsonl'));
  expect(formatExplanation(refreshed).at(-1)).toBe('next      nothing');
  expect(formatExplanation(replay(RUN)).at(-1)).toBe('next      run without dry_run to refresh');
});

test('of a long line that a command printed its end is shown', () => {
  const replayed = replay(read('waits-for-another-node-then-refreshes.jsonl'));
  const output = { stdout: `${'x'.repeat(400)} reload failed`, stderr: '', droppedBytes: 0 };
  const notice = replayed.run.notice.map((one) =>
    one.type === 'commandEnded' ? { ...one, result: { ...one.result, output } } : one,
  );
  const shown = formatExplanation({ ...replayed, run: { ...replayed.run, notice } })[3];
  expect(shown).toMatch(/ it printed …x{286} reload failed$/);
});

test('of runs that say the same it is said until when, with the day where it is another', async () => {
  const folder = tempFolder();
  const [header, ...rest] = linesOf(read('nothing-has-changed.jsonl'));
  const at = (time: string) => {
    const path = join(folder, time);
    writeFileSync(path, rechain([{ ...header!, started_at: time }, ...rest]));
    return path;
  };
  const [first, later, nextDay] = ['2026-11-23T22:00:00.000Z', '2026-11-23T23:00:00.000Z', '2026-11-24T01:00:00.000Z'];
  expect(await formatRunList([at(first!), at(later!)], undefined)).toMatch(/ \(2 runs until 23:00:00Z\)\n$/);
  expect(await formatRunList([at(first!), at(nextDay!)], undefined)).toMatch(
    / \(2 runs until 2026-11-24T01:00:00Z\)\n$/,
  );
});

test('the last state lasts until the last thing that is known', () => {
  const { recording, run } = replay(read('killed-while-refreshing.jsonl'));
  const last = run.segments.at(-1)!;
  expect(last).toMatchObject({ state: 'refreshing', why: null });
  expect(last.at + last.tookMs).toBe(recording.events.at(-1)!.at);
  expect(last.tookMs).toBeGreaterThan(0);
});

test('of what the log would say of a state, all is shown but what is for who looks for details', () => {
  const { steps } = replay(RUN).fold;
  const output = { stdout: '', stderr: '', droppedBytes: 0 };
  const result = { how: 'exited', started: true, code: 0, signal: null, survivors: 0, message: null, output } as const;
  const notice: readonly Notice[] = [
    { type: 'noted', notes: ['careful'] },
    { type: 'commandEnded', command: 'handbrake', result },
    { type: 'commandEnded', command: 'handbrake', result: { ...result, code: 1 } },
    { type: 'lockLost', failure: { kind: 'lockLost', message: 'it is gone' } },
  ];
  const { segments } = summarizeRun({ steps: [{ ...steps[0]!, notice }] });
  expect(segments[0]!.notes).toEqual(['careful', 'the handbrake is engaged', 'the cluster lock is lost: it is gone']);
});

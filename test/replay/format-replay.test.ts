/** What is shown of one state, with words that are given here. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Notice } from '../../machines/vocabulary.ts';
import { formatExplanation } from '../../src/replay/format-explanation.ts';
import { formatReplay, formatVerdict } from '../../src/replay/format-replay.ts';
import { formatRunList } from '../../src/replay/format-run-list.ts';
import { replay } from '../../src/replay/replay.ts';
import { replayAsData } from '../../src/replay/replay-as-data.ts';
import { summarizeRun } from '../../src/replay/summarize-run.ts';
import { formatElapsed } from '../../src/report/format-elapsed.ts';
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

test('of many lines that a command printed the last three are shown, and of its runs the last', () => {
  const replayed = replay(read('the-handbrake-is-broken.jsonl'));
  const last = replayed.run.notice.find((one) => one.type === 'commandEnded')!;
  const printing = (stdout: string): Notice => {
    const output = { stdout, stderr: '', droppedBytes: 0 };
    return last.type === 'commandEnded' ? { ...last, result: { ...last.result, output } } : last;
  };
  const notice = [printing('the first look'), printing('1\n2\n3\n4\n5\n')];
  const shown = formatExplanation({ ...replayed, run: { ...replayed.run, notice } })[3];
  expect(shown).toMatch(/^command {3}the handbrake command .*; it printed 3 \/ 4 \/ 5$/);
});

test('of many changed groups five are named and the rest is counted, whatever was compared besides', () => {
  const replayed = replay(read('waits-for-another-node-then-refreshes.jsonl'));
  const [changed] = replayed.run.progress.diff!.groups;
  const same = { ...changed!, added: [], renamed: [], moved: [], removed: [] };
  const named = (count: number) => {
    const many = Array.from({ length: count }, (_, at) => ({ ...changed!, endpointSet: `set-${at}` }));
    const diff = { groupsCompared: 9, groups: [...many, same, same] };
    const run = { ...replayed.run, progress: { ...replayed.run.progress, diff, spentMs: () => null } };
    return formatExplanation({ ...replayed, run })[1]!.split('; ');
  };
  expect(named(5)).toHaveLength(5);
  expect(named(7)).toHaveLength(6);
  expect(named(7).at(-1)).toBe('and 2 groups more');
});

test('how long the lock was held is from when it was had until the run gave it back', () => {
  const replayed = replay(read('waits-for-another-node-then-refreshes.jsonl'));
  const at = (name: string) => replayed.run.segments.find(({ state }) => state === name)!.at;
  const [had, gaveBack] = [at('delaying'), at('releasing.droppingRunLock')];
  expect(had).toBeGreaterThan(0);
  const held = formatElapsed(gaveBack - had);
  expect(formatElapsed(gaveBack)).not.toBe(held);
  expect(formatExplanation(replayed)[2]!.endsWith(` and held it for ${held}`)).toBe(true);
});

test('what is said of a state stands in it: of its own work once it is entered, else before it is left', () => {
  const { segments } = replay(read('waits-for-another-node-then-refreshes.jsonl')).run;
  const where = (words: string) =>
    segments.filter(({ notes }) => notes.join('\n').includes(words)).map(({ state }) => state);
  expect(where('1 group compared')).toEqual(['diffing']);
  expect(where('looked again')).toEqual(['confirming.comparingAgain']);
  expect(where('the cluster lock is ours')).toEqual(['awaitingYtLock']);
});

test('a recording that is cut is cut after the last thing that anybody did', () => {
  const lines = linesOf(read('waits-for-another-node-then-refreshes.jsonl'));
  const poll = lines.findIndex(({ event }) => (event as { type?: string })?.type?.startsWith('xstate.after.pollDelay'));
  expect(replay(rechain(lines.slice(0, poll + 1))).cut).toEqual({
    state: 'awaitingYtLock',
    afterMs: lines[poll]!['at'],
  });
  expect(lines[poll]!['at']).toBeGreaterThan(
    lines.slice(0, poll).findLast(({ actor }) => actor === 'watcher')!['at'] as number,
  );
});

test('a run that ended with 0 did not end without a code', () => {
  const data = (name: string) => replayAsData({ file: name, replayed: replay(read(name)) });
  expect(data('nothing-has-changed.jsonl')).toMatchObject({ exit_code: 0, outcome: { kind: 'unchanged' } });
  expect(data('killed-while-refreshing.jsonl')).toMatchObject({ exit_code: null, outcome: null });
});

test('of runs that say the same it is said until when, with the day where it is another', async () => {
  const folder = tempFolder();
  const [header, ...rest] = linesOf(read('nothing-has-changed.jsonl'));
  const at = (time: string) => {
    const path = join(folder, time);
    const id = createHash('sha256').update(time).digest('hex').slice(0, 16);
    writeFileSync(path, rechain([{ ...header!, run_id: id, started_at: time }, ...rest]));
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

test('the id of a run of which a stranger made the recording steers no terminal', async () => {
  const path = join(tempFolder(), 'run.jsonl');
  const [header, ...lines] = linesOf(RUN);
  writeFileSync(path, rechain([{ ...header!, run_id: '\u001b[2J\u202eabcd' }, ...lines]));
  const listed = await formatRunList([path], undefined);
  expect(listed).toContain('\\u{1b}[2J\\u{202e}');
  expect(listed).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+\n$/u);
});

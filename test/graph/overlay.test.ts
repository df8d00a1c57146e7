import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { draw } from '../../src/graph/draw.ts';
import { foldRun } from '../../src/graph/fold-run.ts';
import { loadRecordings } from '../../src/graph/load-recordings.ts';
import { MACHINE_NAMES } from '../../src/graph/machines.ts';
import { wayOf } from '../../src/graph/overlay.ts';
import { overlaysOf } from '../../src/graph/overlays-of.ts';
import { wordsOf } from '../../src/graph/run-words.ts';
import { type Recording, readRecording } from '../../src/replay/read-recording.ts';
import { readBuilt } from './dist.ts';
import { recordRollout } from './record-rollout.ts';

const folder = mkdtempSync(join(tmpdir(), 'watcher-overlay-'));
const file = join(folder, 'second.jsonl');
let recording: Recording;

const MILESTONES = [
  'checkingRunLock',
  'checkingHandbrake',
  'takingRunLock',
  'reading',
  'resolving',
  'diffing',
  'awaitingYtLock',
  'delaying',
  'lookingAtHandbrake',
  'confirmingLock',
  'refreshing',
  'writingReport',
  'refreshed',
];

beforeAll(async () => {
  const rollout = await recordRollout(folder, { refreshDelay: '300ms', refreshSeconds: 0.1, apartMs: 50 });
  // Whoever came first did not wait.
  const { text } = rollout.find((recorded) => recorded.text.includes('"xstate.after.pollDelay'))!;
  writeFileSync(file, text);
  recording = readRecording(text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a recorded run, folded again', () => {
  test('goes the way it was recorded, and its contexts are known', () => {
    const steps = foldRun(recording);
    expect(steps.map(({ line }) => line)).toEqual(recording.events.map(({ line }) => line));
    expect(steps.filter(({ context }) => context === null)).toEqual([]);
    expect(steps.at(-1)!.context).toMatchObject({ outcome: { kind: 'refreshed', reason: 'changed' } });
  });

  test('shows the states that it passed without a stop', () => {
    const compared = foldRun(recording).find(({ event }) => event.type === 'xstate.done.actor.resolveGroups')!;
    expect(compared.passes.map(({ states }) => states.at(-1))).toEqual([
      'watcher.holdingRunLock.diffing',
      'watcher.holdingRunLock.takingTurn.awaitingYtLock',
    ]);
    expect(compared.passes[1]!.ways).toEqual([
      wayOf('watcher.holdingRunLock.diffing', 'watcher.holdingRunLock.takingTurn'),
    ]);
  });

  test('says what the log said', () => {
    const { bySteps, end } = wordsOf(recording, foldRun(recording));
    const lines = bySteps.flat().map(({ message }) => message);
    expect(lines).toEqual(
      expect.arrayContaining([
        'waiting for the cluster lock',
        expect.stringMatching(/^the cluster lock is held by balancer-\d \(transaction [0-9a-f-]+\)$/),
        'the cluster lock is ours',
      ]),
    );
    expect(end).toEqual({ level: 'INFO', message: 'refreshed (changed): 1 pod added in sas/market-front.http' });
  });

  test('is believed where the machine of today would go another way', () => {
    const at = recording.events.findIndex(({ state }) => state === 'takingRunLock');
    const events = recording.events.map((event, index) => (index === at ? { ...event, state: 'failed' } : event));
    const steps = foldRun({ ...recording, events });
    expect(steps[at]).toMatchObject({ context: null, passes: [{ states: ['watcher', 'watcher.failed'] }] });
    expect(steps.slice(0, at).every(({ context }) => context !== null)).toBe(true);
    expect(
      steps.filter(({ actor }, index) => actor === 'watcher' && index > at).every(({ context }) => context === null),
    ).toBe(true);
  });
});

describe('a run over a graph', () => {
  test('numbers the states in their order, adds up their time and says where it ended', () => {
    const { visits, endedIn, ways, caption } = overlaysOf(recording, MACHINE_NAMES).get('watcher')!;
    const ordered = [...visits].flatMap(([id, { orders }]) =>
      orders.map((order) => [order, id.split('.').at(-1)] as const),
    );
    const names = ordered.toSorted(([a], [b]) => a - b).map(([, name]) => name!);
    expect(ordered.map(([order]) => order).toSorted((a, b) => a - b)).toEqual(names.map((_, index) => index + 1));
    expect(names.filter((name) => MILESTONES.includes(name))).toEqual(MILESTONES);
    expect(names.at(-1)).toBe('refreshed');
    expect([...endedIn]).toEqual(['watcher.refreshed']);
    expect(visits.get('watcher.holdingRunLock.takingTurn.delaying')!.ms).toBeGreaterThanOrEqual(250);
    const notice = recording.events.filter(({ actor }) => actor === 'watcher');
    expect(visits.get('watcher')!.ms).toBe(notice.at(-1)!.at - notice[0]!.at);
    expect(ways).toContain(wayOf('watcher.holdingRunLock', 'watcher.refreshed'));
    expect(ways).not.toContain(wayOf('watcher.holdingRunLock', 'watcher.failed'));
    expect(caption).toMatch(/^balancer-\d, .*Z: ended as refreshed after \d/);
  });

  test('counts the visits of a state that it came back to', () => {
    const { visits } = overlaysOf(recording, MACHINE_NAMES).get('clusterLock')!;
    const polls = recording.events.filter(({ event }) => event.type.startsWith('xstate.after.pollDelay'));
    expect(visits.get('clusterLock.leased.position.checking')!.orders).toHaveLength(polls.length);
    expect(visits.has('clusterLock.lost')).toBe(false);
  });

  test('shows a run that was cut off where it was cut', () => {
    const events = recording.events.slice(0, 3);
    const { caption, endedIn } = overlaysOf({ ...recording, events, end: null }, MACHINE_NAMES).get('watcher')!;
    expect(caption).toContain('was cut off');
    expect([...endedIn]).toEqual(['watcher.checkingHandbrake']);
  });

  test.each(['svg', 'dot', 'mermaid'] as const)('is drawn as %s', async (format) => {
    const text = await draw({
      format,
      machine: 'watcher',
      recordings: await loadRecordings([file]),
      readPart: readBuilt,
    });
    expect(text).toMatch(/\d+ · \d+ ms/);
    expect(text).toContain('ended here');
    const visited = {
      svg: /<g id="watcher\.holdingRunLock\.takingTurn\.refreshing" class="node state acting visited">/,
      dot: /"watcher\.holdingRunLock\.takingTurn\.refreshing" \[.*class="state acting visited"/,
      mermaid: /class .*watcher_holdingRunLock_takingTurn_refreshing.* visited/,
    }[format];
    expect(text).toMatch(visited);
    expect(text).not.toMatch(/watcher[._]failed" class="[^"]* visited/);
  });
});

test('what is no recording is refused by its name and line', async () => {
  const edited = join(folder, 'edited.jsonl');
  writeFileSync(edited, '{"format":1}\n');
  const missing = join(folder, 'missing.jsonl');
  const drawn = loadRecordings([edited, missing, file]);
  await expect(drawn).rejects.toThrow(ConfigError);
  await expect(drawn).rejects.toMatchObject({
    problems: [expect.stringContaining(`${edited}:1: `), `${missing}: no such file or folder`],
  });
});

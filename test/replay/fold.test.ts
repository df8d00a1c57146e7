/** What is made of lines that are believed, or come once too often. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOT_KEPT } from '../../src/record/format.ts';
import { RECORDED_MACHINES, RUN } from '../../src/record/recorded-machines.ts';
import { foldRecording } from '../../src/replay/fold.ts';
import { pureMachine } from '../../src/replay/pure-machine.ts';
import type { RecordedEvent } from '../../src/replay/read-recording.ts';
import { replay } from '../../src/replay/replay.ts';
import { takeStep } from '../../src/replay/take-step.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', 'runs', name), 'latin1');
const { recording, fold } = replay(read('waits-for-another-node-then-refreshes.jsonl'));
const { events } = recording;
const believed = (event: RecordedEvent): RecordedEvent => ({ ...event, context: {} });

test('the end of a machine is reported once', () => {
  const at = events.findIndex(({ event }) => event.type === 'xstate.done.actor.handbrake');
  const { difference } = foldRecording({ ...recording, events: events.toSpliced(at + 1, 0, events[at]!) });
  expect(difference).toMatchObject({ recorded: 'handbrake#1 ends once more', now: 'it has ended once' });
});

test('who is believed to have ended has ended: for its owner, and for whatever would come after', () => {
  const ends = events.map((event) => (event.status === undefined ? event : believed(event)));
  expect(foldRecording({ ...recording, events: ends }).difference).toBe(null);
  const late = { ...ends.findLast(({ actor }) => actor === RUN)!, event: { type: 'abort', signal: 'SIGTERM' } };
  expect(() => foldRecording({ ...recording, events: [...ends, late], end: null })).toThrow(
    `${RUN} had come to its end before`,
  );
});

test('what was compared while no event was kept is the first look, or the second', () => {
  const pure = pureMachine(RECORDED_MACHINES[RUN]!, events[0]!.event['input']);
  const compared = fold.steps.find(({ notice }) => notice.some(({ type }) => type === 'compared'))!;
  const diff = { groupsCompared: 9, groups: [] };
  const unseen = { ...compared.recorded, event: { type: NOT_KEPT, events: 2 }, lacksParts: true, context: { diff } };
  expect(takeStep(pure, pure.first.snapshot, unseen).notice).toEqual([{ type: 'compared', diff }]);
  expect(takeStep(pure, compared.step.snapshot, unseen).notice).toEqual([{ type: 'comparedAgain', diff }]);
});

test('what a command came to is said once, where its result was had', () => {
  const pure = pureMachine(RECORDED_MACHINES[RUN]!, events[0]!.event['input']);
  const at = fold.steps.findIndex(({ recorded }) => recorded.event.type === 'xstate.done.actor.refresh');
  const [before, ended] = [fold.steps[at - 1]!, fold.steps[at]!];
  const result = (ended.step.snapshot.context as { refresh: object }).refresh;
  const unseen = { ...ended.recorded, event: { type: NOT_KEPT, events: 2 }, lacksParts: true };
  const notices = (from: typeof before, context: object) =>
    takeStep(pure, from.step.snapshot, { ...unseen, context } as RecordedEvent).notice.filter(
      ({ type }) => type === 'commandEnded',
    );
  expect(notices(ended, {})).toEqual([]);
  expect(notices(ended, { refresh: result })).toEqual([]);
});

test('a machine that broke has not come to its end', () => {
  const at = events.findIndex(({ event }) => event.type === 'xstate.done.actor.handbrake');
  const child = { ...believed(events[at - 1]!), state: 'running', status: 'error' as const };
  const { state } = events[at - 2]!;
  const error = { ...believed(events[at]!), event: { type: 'xstate.error.actor.handbrake', error: {} }, state };
  const broken = [...events.slice(0, at - 1), child, error];
  expect(foldRecording({ ...recording, events: broken, end: null }).difference).toBe(null);
  const { difference } = foldRecording({ ...recording, events: broken.with(-1, believed(events[at]!)), end: null });
  expect(difference).toMatchObject({ recorded: 'handbrake#1 has come to its end', now: 'it is in running' });
});

test('an answer that nothing waits for is none, and neither is another one than the machine came to', () => {
  const asked = events.findIndex(({ event }) => event.type === 'xstate.done.actor.checkRunLock');
  const twice = foldRecording({ ...recording, events: events.toSpliced(asked + 1, 0, events[asked]!) });
  expect(twice.difference).toMatchObject({
    recorded: 'xstate.done.actor.checkRunLock leads to checkingReadiness',
    now: 'nothing in checkingReadiness waits for it',
  });
  const at = events.findIndex(({ event }) => event.type === 'xstate.done.actor.handbrake');
  const { event, ...rest } = events[at]!;
  const other = { ...rest, event: { ...event, output: { ...(event['output'] as object), message: 'other' } } };
  expect(foldRecording({ ...recording, events: events.with(at, other) }).difference).toMatchObject({
    recorded: expect.stringMatching(/^handbrake#1 ends with .*"other"/),
    now: expect.stringMatching(/^it ends with .*"message":null/),
  });
});

test('a machine begins once, in its turn, and after the run', () => {
  const fold =
    (...lines: readonly RecordedEvent[]) =>
    () =>
      foldRecording({ ...recording, events: lines, end: null });
  const [run] = events as [RecordedEvent];
  const lock = events.find(({ actor }) => actor === 'clusterLock')!;
  const second = events.find(({ actor }) => actor === 'handbrake#2')!;
  expect(fold(run, run)).toThrow('no watcher can begin here');
  expect(fold(run, second)).toThrow('no handbrake#2 can begin here');
  expect(fold(lock)).toThrow('the run itself has not begun');
});

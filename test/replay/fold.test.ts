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

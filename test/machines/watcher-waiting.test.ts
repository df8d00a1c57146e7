import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Failed } from '../../src/failure.ts';
import { ONE_MORE_POD, queued } from '../support/fake-services.ts';
import { startRun } from '../support/start-run.ts';

// Goal: a run that waits for an hour needs no more than one that waits for a second. Method: count what is kept open
// after a few questions, and again after a thousand.

const TROUBLE = new Failed('lockUnavailable', 'no answer');
const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };

test.each([
  ['in line', { requestLock: queued(1), checkLock: queued(1) }, 'checkLock'],
  ['while the lock service is in trouble', { requestLock: TROUBLE }, 'requestLock'],
  ['in line, asking a lock service in trouble', { requestLock: queued(1), checkLock: TROUBLE }, 'checkLock'],
] as const)('waiting %s keeps as much open after a thousand questions as after ten', async (_where, answers, asked) => {
  const run = startRun({ run: { budgetMs: 100_000_000 }, answers: { ...CHANGED, ...answers } });
  const open = () => ({
    timers: run.clock.timers,
    listeners: run.calls.flatMap(({ signal }) => getEventListeners(signal, 'abort')).length,
    ofTheProcess: process.eventNames().map((name) => [name, process.listenerCount(name)]),
  });
  const after = async (questions: number) => {
    while (run.countOf(asked) < questions) await run.advance(1_000);
    return open();
  };
  const few = await after(10);
  const many = await after(1_000);
  expect(many).toEqual(few);
  await run.abort();
  await run.end();
  expect(run.clock.timers).toBe(0);
});

import { expect, test } from 'vitest';
import { Failed } from '../../src/failure.ts';
import { ONE_MORE_POD, refuse, silent } from '../support/fake-services.ts';
import { type Situation, startRun } from '../support/start-run.ts';

const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };
const NONE = `0-${'811c9dc501000193'}`;

async function nodeRecordOf(situation: Situation) {
  const run = startRun(situation);
  await run.end();
  return run.calls.filter(({ name }) => name === 'writeNodeRecord').map(({ input }) => input);
}

test('every run that took the run lock leaves word of how it ended', async () => {
  expect(await nodeRecordOf({})).toEqual([{ outcome: 'unchanged', plan: NONE }]);
  expect(await nodeRecordOf({ answers: CHANGED })).toEqual([
    { outcome: 'refreshed', plan: expect.stringMatching(/^1-/) },
  ]);
  const broken = { readPrimer: new Failed('primerUnreadable', 'it is not JSON') };
  expect(await nodeRecordOf({ answers: broken })).toEqual([{ outcome: 'failed/primerUnreadable', plan: null }]);
});

test('a run that did not take it leaves none, nor does a dry one, nor one that was denied the lock', async () => {
  const run = startRun();
  const owner = { title: 'another', host: null, pid: 7, runId: null, reason: null, transaction: null, since: null };
  expect(await nodeRecordOf({ answers: { checkRunLock: { owner: { ...owner, heldForMs: null } } } })).toEqual([]);
  expect(await nodeRecordOf({ run: { dryRun: true }, answers: { ...CHANGED, readNodeRecord: refuse } })).toEqual([]);
  expect(await nodeRecordOf({ run: { dryRun: true, forceRun: true } })).toHaveLength(1);
  const denied = { ...CHANGED, requestLock: new Failed('lockDenied', 'wrong token'), readNodeRecord: refuse };
  expect(await nodeRecordOf({ answers: denied })).toEqual([]);
  await run.end();
});

test.each([
  ['is said already', {}, 0],
  ['was said a minute ago', { agoMs: 60_000 }, 1],
  ['was said by a clock that is ahead', { agoMs: -1 }, 1],
  ['ended otherwise', { outcome: 'refreshed' }, 1],
  ['was for another plan', { plan: null }, 1],
  ['was said by another version', { version: '0.9.0' }, 1],
])('what %s is written once a minute at most', async (_what, more, times) => {
  const record = { outcome: 'unchanged', plan: NONE, version: '1.0.0', agoMs: 59_999, ...more };
  expect(await nodeRecordOf({ answers: { readNodeRecord: { record, version: '1.0.0' } } })).toHaveLength(times);
});

test.each([
  ['fails to be read', { readNodeRecord: new Failed('lockUnavailable', 'connection refused') }, 'connection refused'],
  ['fails to be written', { writeNodeRecord: new Failed('lockDenied', 'no right') }, 'no right'],
  ['does not answer', { readNodeRecord: silent }, 'the lock service has not answered in time'],
])('a board that %s changes no outcome: it is a warning', async (_what, answers, why) => {
  const run = startRun({ answers });
  expect(await run.end()).toEqual({ kind: 'unchanged', why: 'noDifference' });
  expect(run.notice.findLast(({ type }) => type === 'warned')).toMatchObject({
    type: 'warned',
    failure: { message: `this run could not be noted on the board: ${why}` },
  });
});

test('nobody waits for it: the cluster lock is given back before', async () => {
  const run = startRun({ answers: CHANGED });
  await run.end();
  const names = run.calls.map(({ name }) => name);
  expect(names.slice(-4)).toEqual(['releaseLock', 'readNodeRecord', 'writeNodeRecord', 'dropRunLock']);
});

import { expect, test } from 'vitest';
import { watchPhases } from '../../src/report/phase-watch.ts';

/** What a machine with this session id says of a step, as XState inspects it. */
function said(type: 'microstep' | 'snapshot', value: unknown, sessionId = 'run') {
  return {
    type: `@xstate.${type}`,
    rootId: 'run',
    actorRef: { sessionId },
    snapshot: { value },
  } as unknown as Parameters<ReturnType<typeof watchPhases>['inspect']>[0];
}

function watched() {
  const entered: string[] = [];
  return { entered, watch: watchPhases((phase) => entered.push(phase)) };
}

test('every phase that the run enters is reported once its step is over, also one that it only passed through', () => {
  const { entered, watch } = watched();
  watch.inspect(said('microstep', { holdingRunLock: 'reading' }));
  watch.inspect(said('microstep', { holdingRunLock: 'resolving' }));
  expect(entered).toEqual([]);
  watch.inspect(said('snapshot', { holdingRunLock: 'resolving' }));
  expect(entered).toEqual(['reading', 'resolving']);
  watch.inspect(said('snapshot', { holdingRunLock: 'resolving' }));
  expect(entered).toHaveLength(2);
});

test('the states of other machines are none of the run’s, whatever they are called', () => {
  const { entered, watch } = watched();
  watch.inspect(said('snapshot', 'refreshing', 'a child'));
  expect(entered).toEqual([]);
});

test('phases are reported early up to the one that is asked for', () => {
  const { entered, watch } = watched();
  for (const phase of ['reading', 'resolving', 'diffing', 'awaitingYtLock']) watch.inspect(said('microstep', phase));
  watch.report('diffing');
  expect(entered).toEqual(['reading', 'resolving', 'diffing']);
  watch.report('reading');
  expect(entered).toHaveLength(3);
  watch.report();
  expect(entered).toEqual(['reading', 'resolving', 'diffing', 'awaitingYtLock']);
});

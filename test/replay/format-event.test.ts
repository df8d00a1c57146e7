import { expect, test } from 'vitest';
import { RECORDED_MACHINES } from '../../src/record/recorded-machines.ts';
import { formatEvent } from '../../src/replay/format-event.ts';

const failure = { kind: 'lockUnavailable', message: 'no answer' };
const ended = {
  ...{ how: 'exited', started: true, code: 3, signal: null, survivors: 0, message: null },
  output: { stdout: '', stderr: '', droppedBytes: 0 },
};

test.each([
  [{ type: 'childExited', code: 0, signal: null }, 'it exited with 0'],
  [{ type: 'childExited', code: 3, signal: null }, 'it exited with 3'],
  [{ type: 'childExited', code: null, signal: 'SIGKILL' }, 'it was ended by SIGKILL'],
  [{ type: 'stop', why: 'timedOut' }, 'the run’s time was over'],
  [{ type: 'stop', why: 'stopped' }, 'the run had it stopped'],
  [{ type: 'lockQueued', holder: null, ahead: null }, 'we got in line for the cluster lock'],
  [
    { type: 'lockQueued', holder: { title: 'somebody', host: null, runId: null, transaction: null }, ahead: null },
    'somebody had the lock, ? before us',
  ],
  [{ type: 'lockLost', failure }, 'the lock was lost: no answer'],
  [{ type: 'lockLost' }, 'the lock was lost: no reason is recorded'],
  [{ type: 'xstate.done.actor.handbrake', output: { ...ended, code: 1 } }, 'the handbrake is engaged'],
  [{ type: 'xstate.done.actor.refresh', output: ended }, 'the refresh command exited with 3'],
  [{ type: 'xstate.done.actor.verify', output: ended }, 'the verify command exited with 3'],
  [{ type: 'xstate.done.actor.clusterLock', output: undefined }, 'the cluster lock was given back'],
  [{ type: 'xstate.error.actor.verify', error: failure }, 'the verify command’s own machine failed: no answer'],
  [{ type: 'xstate.after.killGrace.command' }, 'kill_grace was over'],
  [{ type: 'xstate.after.unheardOf.command' }, 'xstate.after.unheardOf.command'],
  [{ type: 'xstate.done.state.watcher' }, 'all of that was done'],
  [{ type: 'of tomorrow' }, 'of tomorrow'],
  [{ type: 'toString' }, 'toString'],
])('%j: %s', (event, words) => {
  expect(formatEvent(event)).toBe(words);
});

test('has words for all that the machines hear', () => {
  const types = Object.values(RECORDED_MACHINES).flatMap(({ events }) => events as string[]);
  expect(types.filter((type) => formatEvent({ type, holder: null, output: ended }) === type)).toEqual([]);
});

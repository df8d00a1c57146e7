import {
  aborted,
  doubtsError,
  failedByError,
  keepLoss,
  keepVerified,
  notifyEnd,
  notifyLoss,
  ofLook,
  ofResult,
  warnOfError,
} from './transition-parts.ts';
import { watcher } from './watcher-setup.ts';

const REPORTING = '#watcher.holdingRunLock.reporting';

const unverified = { target: REPORTING, actions: 'concludeUnverified' } as const;

/** A command that exited with 0 has only said that HAProxy was asked to reload. */
export const verifying = watcher.createStateConfig({
  description: 'Verify that HAProxy runs the new configuration, for at most haproxy_verify_timeout.',
  initial: 'choosing',
  after: { verifyTimeout: { actions: 'spendVerifyTime' } },
  // The refresh is over, and haproxy_timeout with it. A lost lock ends this as it ends everything.
  on: { verifySpent: unverified, budgetSpent: {} },
  states: {
    choosing: {
      description: 'HAProxy itself is asked first, where its socket is configured.',
      always: [{ guard: 'looksAtHaproxy', target: 'lookingAtHaproxy' }, { target: 'runningVerifyCommand' }],
    },
    lookingAtHaproxy: {
      description: 'Ask HAProxy itself which servers it has, and since when it runs.',
      invoke: {
        id: 'lookAtHaproxy',
        src: 'lookAtHaproxy',
        input: ({ context }) => ({ expected: context.expected }),
        onDone: [
          {
            guard: { type: 'lacksPods', params: ofLook },
            target: 'pausing',
            actions: { type: 'doubt', params: ofLook },
          },
          { guard: 'hasVerifyCommand', target: 'runningVerifyCommand' },
          { target: REPORTING, actions: 'concludeRefreshed' },
        ],
        onError: { target: 'pausing', actions: doubtsError },
      },
    },
    runningVerifyCommand: {
      description: 'Run the verify command: its exit code says whether the refresh was effective.',
      invoke: {
        id: 'verify',
        src: 'verify',
        input: ({ context: { run } }) => ({
          command: 'verify',
          reason: null,
          timeLimitMs: run.verify!.timeLimitMs,
          killGraceMs: run.killGraceMs,
        }),
        onDone: [
          { guard: 'endingDecided', target: REPORTING, actions: notifyEnd('verify') },
          {
            guard: { type: 'succeeded', params: ofResult },
            target: REPORTING,
            actions: [notifyEnd('verify'), 'concludeRefreshed'],
          },
          { target: 'pausing', actions: [notifyEnd('verify'), keepVerified] },
        ],
        onError: [
          { guard: 'endingDecided', target: REPORTING, actions: warnOfError },
          { target: REPORTING, actions: failedByError },
        ],
      },
      on: {
        commandStarted: {},
        verifySpent: { actions: ['concludeUnverified', 'stopVerify'] },
        lockLost: { actions: [keepLoss, notifyLoss, 'concludeLockLost', 'stopVerify'] },
        abort: { actions: [aborted, 'stopVerify'], description: 'The command is stopped; its end ends the run.' },
      },
    },
    pausing: {
      description: 'Pause before the next look: the new HAProxy process may still be starting.',
      after: { verifyPause: 'choosing' },
    },
  },
});

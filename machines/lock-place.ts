import { keepAnswer, keepFailure, lostInLine, transientError } from './lock-parts.ts';
import { clusterLock } from './lock-setup.ts';

export const position = clusterLock.createStateConfig({
  description: 'Whether the request was granted: in line until it is, then held.',
  initial: 'answered',
  states: {
    answered: {
      description: 'The lock service has answered whether the lock is ours.',
      always: [
        { guard: 'holding', target: 'held' },
        { guard: 'placeChanged', target: 'queued', actions: 'notifyQueued' },
        { target: 'queued' },
      ],
    },
    queued: {
      description: 'Others are before us in the line.',
      entry: 'drawJitter',
      after: { pollDelay: { target: 'checking', actions: 'countPoll' } },
    },
    checking: {
      description: 'Ask the lock service where our request stands.',
      invoke: {
        id: 'checkLock',
        src: 'checkLock',
        input: null,
        onDone: [lostInLine, { target: 'answered', actions: keepAnswer }],
        onError: [
          { guard: transientError, target: 'checkFailed', actions: keepFailure },
          { target: 'checkFailed', actions: [keepFailure, { ...keepFailure, type: 'keepDenial' }] },
        ],
      },
    },
    checkFailed: {
      description: 'The lock service did not answer the question, or denied it; it is asked again later.',
      entry: ['drawJitter', 'notifyDelayed'],
      after: { backOff: 'checking' },
    },
    held: {
      description: 'The lock is ours for as long as its lease is renewed.',
      entry: 'notifyHeld',
    },
  },
});

export const admission = clusterLock.createStateConfig({
  description: 'Whether the lock service lets us ask where we stand.',
  initial: 'admitted',
  states: {
    admitted: {
      description: 'No question was denied since the last answer.',
      always: { guard: 'denied', target: 'denied' },
    },
    denied: {
      description: 'A service whose own authentication is down denies too: only what lasts a whole lease is final.',
      always: { guard: 'notDenied', target: 'admitted' },
      after: { wholeLease: { target: '#clusterLock.refused', actions: 'believeDenial' } },
    },
  },
});

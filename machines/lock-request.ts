import { keepAnswer, keepFailure, keepLease, lostInLine, ofStanding, transientError } from './lock-parts.ts';
import { clusterLock } from './lock-setup.ts';

export const requesting = clusterLock.createStateConfig({
  description: 'Get in line for the lock.',
  invoke: {
    id: 'requestLock',
    src: 'requestLock',
    input: ({ context }) => context.claim!,
    onDone: [
      lostInLine,
      { guard: { type: 'late', params: ofStanding }, target: 'renewingFirst', actions: 'forgetDenial' },
      { target: 'leased', actions: [keepAnswer, keepLease] },
    ],
    onError: [
      { guard: transientError, target: 'backingOff', actions: keepFailure },
      { target: 'refused', actions: keepFailure },
    ],
  },
  on: { release: 'releasing' },
});

/** A lease counts from the first request that was sent for it, however often it took to get an answer. */
export const renewingFirst = clusterLock.createStateConfig({
  description: 'The request used up much of its lease: nothing relies on it before it is renewed.',
  invoke: {
    id: 'renewLock',
    src: 'renewLock',
    input: null,
    onDone: [lostInLine, { target: '#clusterLock.leased.position.checking', actions: keepLease }],
    onError: { target: 'backingOff', actions: keepFailure },
  },
  on: { release: 'releasing' },
});

export const backingOff = clusterLock.createStateConfig({
  description: 'The request failed, or our place in the line is gone; the lock service is asked again later.',
  entry: ['drawJitter', 'notifyDelayed'],
  after: { backOff: 'requesting' },
  on: { release: 'releasing' },
});

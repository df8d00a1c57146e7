import { keepFailure } from './lock-parts.ts';
import { clusterLock } from './lock-setup.ts';

export const releasing = clusterLock.createStateConfig({
  description: 'Give the lock back, or get out of the line.',
  entry: 'countReleaseTry',
  invoke: {
    id: 'releaseLock',
    src: 'releaseLock',
    input: null,
    onDone: { target: 'released', actions: 'forgetFailure' },
    onError: [{ guard: 'releaseTriesSpent', target: 'released', actions: keepFailure }, { target: 'pausing' }],
  },
});

export const pausing = clusterLock.createStateConfig({
  description: 'The lock could not be given back yet; one more try follows.',
  after: { releasePause: 'releasing' },
});

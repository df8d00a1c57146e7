import {
  aborted,
  behindOwner,
  brokenHandbrake,
  engaged,
  failedByError,
  handbrakeInput,
  keepMemory,
  notifyEnd,
  notifyNotes,
  ofResult,
  warnOfError,
} from './transition-parts.ts';
import { watcher } from './watcher-setup.ts';

export const checkingRunLock = watcher.createStateConfig({
  description: 'Look whether another watcher is alive on this node.',
  invoke: {
    id: 'checkRunLock',
    src: 'checkRunLock',
    input: null,
    onDone: [
      {
        guard: { type: 'ownedByAnother', params: ({ event }) => event.output },
        target: 'skipped',
        actions: behindOwner,
      },
      { target: 'checkingReadiness' },
    ],
    onError: { target: 'failed', actions: failedByError },
  },
  on: { abort: { target: 'aborted', actions: aborted, description: 'Nothing was taken yet: the run just ends.' } },
});

export const checkingReadiness = watcher.createStateConfig({
  description: 'Look whether this node has what a real run needs, before anything is taken or run.',
  invoke: {
    id: 'checkReadiness',
    src: 'checkReadiness',
    input: null,
    onDone: { target: 'checkingHandbrake', actions: notifyNotes },
    onError: { target: 'failed', actions: failedByError },
  },
  on: { abort: { target: 'aborted', actions: aborted, description: 'Nothing was taken yet: the run just ends.' } },
});

export const checkingHandbrake = watcher.createStateConfig({
  description: 'Run the handbrake command: its exit code says whether this node may be refreshed at all.',
  invoke: {
    id: 'handbrake',
    src: 'handbrake',
    input: handbrakeInput,
    onDone: [
      { guard: 'endingDecided', target: 'aborted' },
      { guard: { type: 'released', params: ofResult }, target: 'takingRunLock', actions: notifyEnd('handbrake') },
      {
        guard: { type: 'engaged', params: ofResult },
        target: 'skipped',
        actions: engaged,
      },
      { target: 'failed', actions: brokenHandbrake },
    ],
    onError: [
      { guard: 'endingDecided', target: 'aborted', actions: warnOfError },
      { target: 'failed', actions: failedByError },
    ],
  },
  on: {
    abort: { actions: [aborted, 'stopHandbrake'], description: 'The command is stopped; its end ends the run.' },
    commandStarted: {},
  },
});

export const takingRunLock = watcher.createStateConfig({
  description: 'Take the run lock and, as its owner, read what the last run left.',
  invoke: {
    id: 'takeRunLock',
    src: 'takeRunLock',
    input: null,
    onDone: [
      {
        guard: { type: 'ownedThoughDecided', params: ({ event }) => event.output },
        target: 'aborted',
        actions: notifyNotes,
      },
      {
        guard: { type: 'ownedByAnother', params: ({ event }) => event.output },
        target: 'skipped',
        actions: [notifyNotes, ...behindOwner],
      },
      {
        guard: 'endingDecided',
        target: 'holdingRunLock.reporting',
        actions: [keepMemory, notifyNotes],
      },
      {
        guard: { type: 'memoryUnreadable', params: ({ event }) => event.output },
        target: 'holdingRunLock.reporting',
        actions: [
          keepMemory,
          notifyNotes,
          { type: 'concludeFailed', params: ({ event }) => ({ error: event.output.memoryFailure }) },
        ],
      },
      {
        guard: { type: 'orphanAlive', params: ({ event }) => event.output },
        target: 'holdingRunLock.reporting',
        actions: [
          keepMemory,
          notifyNotes,
          { type: 'conclude', params: { outcome: { kind: 'skipped', why: 'orphanRefresh' } } },
        ],
      },
      {
        target: 'holdingRunLock',
        actions: [keepMemory, notifyNotes],
      },
    ],
    onError: [
      { guard: 'endingDecided', target: 'aborted', actions: warnOfError },
      { target: 'failed', actions: failedByError },
    ],
  },
  on: {
    abort: {
      actions: aborted,
      description: 'The lock may be ours already: its answer is awaited, so that it is given back.',
    },
  },
});

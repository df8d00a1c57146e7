import { engagingBrake } from './braking.ts';
import { reportOf } from './run-report.ts';
import { notifyNotes, unreported, unreportedInTime, warnOfError, warnOfSlowReport } from './transition-parts.ts';
import { updatingBoard } from './updating-board.ts';
import { watcher } from './watcher-setup.ts';

export const reporting = watcher.createStateConfig({
  description: 'Report the result: a failed refresh to the cluster, everything to the statistics and the next run.',
  initial: 'judgingRefresh',
  on: { abort: { description: 'What the run did is decided and being written: it ends by itself.' } },
  states: {
    judgingRefresh: {
      description: 'A refresh that failed may have to keep the other nodes from the same.',
      always: [{ guard: 'engagesBrake', target: 'engagingBrake' }, { target: 'writingReport' }],
    },
    engagingBrake,
    writingReport: {
      description: 'Write the statistics, and what the next run must know.',
      invoke: {
        id: 'writeReport',
        src: 'writeReport',
        input: ({ context }) => reportOf(context),
        onDone: { target: '#watcher.holdingRunLock.releasing', actions: notifyNotes },
        onError: { target: '#watcher.holdingRunLock.releasing', actions: [unreported, warnOfError] },
      },
      after: {
        reportTimeout: {
          target: '#watcher.holdingRunLock.releasing',
          actions: ['leaveReport', unreportedInTime, warnOfSlowReport],
          description: 'The other nodes do not wait for the disk of this one.',
        },
      },
    },
  },
});

export const releasing = watcher.createStateConfig({
  description: 'Give back the cluster lock, then the run lock.',
  initial: 'givingBackClusterLock',
  states: {
    givingBackClusterLock: {
      description:
        'Give back the cluster lock, or get out of its line; leave it to its lease while a refresh may live.',
      entry: 'releaseClusterLock',
      always: { guard: 'clusterLockBroken', target: 'updatingBoard' },
    },
    updatingBoard,
    judgingReport: {
      description:
        'While the report may still be written, no other run starts here: the end of the process frees the run lock.',
      always: [{ guard: 'reportGoesOn', target: 'done' }, { target: 'droppingRunLock' }],
    },
    droppingRunLock: {
      description: 'Remove the pid file and let the next run in.',
      invoke: {
        id: 'dropRunLock',
        src: 'dropRunLock',
        input: null,
        onDone: { target: 'done', actions: notifyNotes },
        onError: { target: 'done', actions: warnOfError },
      },
    },
    done: { type: 'final', description: 'Nothing is held any more, but for what ends with the process.' },
  },
  on: { abort: { description: 'Everything is being given back already.' } },
  onDone: 'free',
});

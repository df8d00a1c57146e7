import { marksAfter, planOfRun, refreshFailureOf } from './brake.ts';
import { notifyNotes, ofMarks, warnOfBoard, warnOfSlowBoard } from './transition-parts.ts';
import { watcher } from './watcher-setup.ts';

const REPORTING = '#watcher.holdingRunLock.reporting';
const UNSEEN = 'the brake could not be read, and does not stop this refresh';
const UNMARKED = 'the failed refresh could not be marked on the board, so that the brake stops no other node';

export const askingForBrake = watcher.createStateConfig({
  description: 'Only where on_refresh_failure says so does the failure of one node stop the others.',
  always: [{ guard: 'usesBrake', target: 'lookingAtBrake' }, { target: 'lookingAtHandbrake' }],
});

/** A forced run obeys it too. */
export const lookingAtBrake = watcher.createStateConfig({
  description: 'Look at the board whether the refresh for these same changes has failed before.',
  invoke: {
    id: 'readBrake',
    src: 'readBrake',
    input: null,
    onDone: [
      {
        guard: { type: 'brakeApplies', params: ofMarks },
        target: REPORTING,
        actions: { type: 'concludeBraked', params: ofMarks },
      },
      {
        target: 'lookingAtHandbrake',
        actions: { type: 'notifyMarks', params: ofMarks },
      },
    ],
    onError: { target: 'lookingAtHandbrake', actions: warnOfBoard(UNSEEN) },
  },
  after: { boardTimeout: { target: 'lookingAtHandbrake', actions: warnOfSlowBoard(UNSEEN) } },
});

/** While the cluster lock is still ours, so that the next node sees it. */
export const engagingBrake = watcher.createStateConfig({
  description: 'Mark on the board that the refresh for these changes failed.',
  initial: 'countingFailures',
  after: { boardTimeout: { target: 'writingReport', actions: warnOfSlowBoard(UNMARKED) } },
  states: {
    countingFailures: {
      description: 'Read which refreshes failed before: up to brake_limit of them are allowed.',
      invoke: {
        id: 'readBrake',
        src: 'readBrake',
        input: null,
        onDone: { target: 'markingFailure', actions: [notifyNotes, { type: 'keepMarks', params: ofMarks }] },
        onError: { target: '#watcher.holdingRunLock.reporting.writingReport', actions: warnOfBoard(UNMARKED) },
      },
    },
    markingFailure: {
      description: 'Write the failure to the board, for all nodes.',
      invoke: {
        id: 'writeBrake',
        src: 'writeBrake',
        input: ({ context }) =>
          marksAfter(context.marks, { plan: planOfRun(context), why: refreshFailureOf(context) ?? '' }, context.run),
        onDone: '#watcher.holdingRunLock.reporting.writingReport',
        onError: { target: '#watcher.holdingRunLock.reporting.writingReport', actions: warnOfBoard(UNMARKED) },
      },
    },
  },
});

import { nodeRecordOf } from './node-record.ts';
import { warnOfBoard, warnOfSlowBoard } from './transition-parts.ts';
import { watcher } from './watcher-setup.ts';

const OVER = '#watcher.holdingRunLock.releasing.judgingReport';
const UNWRITTEN = 'this run could not be noted on the board';

/** The cluster lock is given back already: no other node waits for this. */
export const updatingBoard = watcher.createStateConfig({
  description: 'Write to the board how this run ended, for a look at the whole cluster.',
  initial: 'choosing',
  after: { boardTimeout: { target: 'judgingReport', actions: warnOfSlowBoard(UNWRITTEN) } },
  on: { abort: { target: 'judgingReport', description: 'A run that is to stop does not wait for it.' } },
  states: {
    choosing: {
      description:
        'A dry run changes nothing outside of its node, and a lock service that denied us the lock is not asked again.',
      always: [{ guard: 'writesNoNodeRecord', target: OVER }, { target: 'readingNodeRecord' }],
    },
    readingNodeRecord: {
      description: 'Read what the board has of this node: what did not change is written once a minute at most.',
      invoke: {
        id: 'readNodeRecord',
        src: 'readNodeRecord',
        input: null,
        onDone: [
          {
            guard: {
              type: 'boardIsCurrent',
              params: ({ context, event }) => ({ ...event.output, ours: nodeRecordOf(context) }),
            },
            target: OVER,
          },
          { target: 'writingNodeRecord' },
        ],
        onError: { target: OVER, actions: warnOfBoard(UNWRITTEN) },
      },
    },
    writingNodeRecord: {
      description: 'Write outcome and plan; when and by which version the service knows.',
      invoke: {
        id: 'writeNodeRecord',
        src: 'writeNodeRecord',
        input: ({ context }) => nodeRecordOf(context),
        onDone: OVER,
        onError: { target: OVER, actions: warnOfBoard(UNWRITTEN) },
      },
    },
  },
});

import { newsOf } from './node-news.ts';
import { warnOfBoard, warnOfSlowBoard } from './transition-parts.ts';
import { watcher } from './watcher-setup.ts';

const DROPPING = '#watcher.holdingRunLock.releasing.droppingRunLock';
const UNSAID = 'this run could not be noted on the board';

/** The cluster lock is given back already: no other node waits for this. */
export const leavingWord = watcher.createStateConfig({
  description: 'Note on the board how this run ended, for whoever looks at the whole cluster.',
  initial: 'asking',
  after: { boardPatience: { target: 'droppingRunLock', actions: warnOfSlowBoard(UNSAID) } },
  on: { abort: { target: 'droppingRunLock', description: 'Nobody waits for it when the run is to stop.' } },
  states: {
    asking: {
      description: 'A dry run changes nothing outside of its node, and who denied us the lock is not asked again.',
      always: [{ guard: 'leavesNoWord', target: DROPPING }, { target: 'readingNews' }],
    },
    readingNews: {
      description: 'Read what the board has of this node: what did not change is said once a minute at most.',
      invoke: {
        id: 'readNews',
        src: 'readNews',
        input: null,
        onDone: [
          {
            guard: {
              type: 'saidAlready',
              params: ({ context, event }) => ({ ...event.output, ours: newsOf(context) }),
            },
            target: DROPPING,
          },
          { target: 'writingNews' },
        ],
        onError: { target: DROPPING, actions: warnOfBoard(UNSAID) },
      },
    },
    writingNews: {
      description: 'Write outcome and plan; when and by which version the service knows.',
      invoke: {
        id: 'writeNews',
        src: 'writeNews',
        input: ({ context }) => newsOf(context),
        onDone: DROPPING,
        onError: { target: DROPPING, actions: warnOfBoard(UNSAID) },
      },
    },
  },
});

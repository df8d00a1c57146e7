import type { RunState } from '../../machines/state-names.ts';
import { LOCK_PATH } from '../support/balancers.ts';
import { until } from '../support/until.ts';
import { type Bench, NEXT_RUN, type Obstacle, type Parked, park, waitingCommand } from './parking.ts';

/** A state in which a run can be found, and what it has of the world there. Exit codes are the detailed ones. */
export interface ParkedState {
  readonly title: string;
  readonly park: (bench: Bench) => Promise<Parked>;
  /** Is there a pid file? */
  readonly pidFile: boolean;
  /** Does the lock service know of the run? */
  readonly transaction: boolean;
  readonly refresh: 'none' | 'running' | 'done';
  /** Are the statistics of this run written? */
  readonly counted: boolean;
  /** Is the record of the refresh gone again? */
  readonly isIntentCleared: boolean;
  /** Does another run on this node find this one? */
  readonly isNodeTaken: boolean;
  /** Is it deaf to SIGTERM until what holds it up is over? */
  readonly goesOnToEnd: boolean;
  /** The exit code after SIGTERM; null where nobody listens yet, and the signal itself ends the process. */
  readonly terminated: number | null;
  /** Does a run that is told to stop there take and give back the run lock? */
  readonly countedWhenTerminated: boolean;
  /** The exit code after it was stopped for longer than the lease, and went on. */
  readonly continued: number;
}

interface Row {
  readonly obstacle: (bench: Bench) => Obstacle | Promise<Obstacle>;
  readonly pidFile?: boolean;
  readonly transaction?: boolean;
  readonly refresh?: 'none' | 'running' | 'done';
  readonly counted?: boolean;
  readonly isIntentCleared?: boolean;
  readonly isNodeTaken?: boolean;
  readonly goesOnToEnd?: boolean;
  readonly terminated?: number | null;
  readonly countedWhenTerminated?: boolean;
  readonly continued?: number;
}

const REFRESHED = 10;
const LOCK_LOST = 6;
/** Of a run that gets SIGTERM. */
export const STOPPED = 143;

const before = { pidFile: false, isNodeTaken: false, countedWhenTerminated: false } as const;
const withLock = { transaction: true, continued: LOCK_LOST } as const;
const decided = { transaction: true, refresh: 'done', terminated: REFRESHED } as const;

const pidFile = ({ victim }: Bench) => victim.path('run/watcher.pid');

/** Calls of the refreshed run on its way to the disk: the intent, the statistics, the intent's end. */
const STATISTICS_RENAME = '2';
const STATE_RENAME = '3';

/** They wait more than they work. */
export const CELLS_AT_ONCE = 5;

const BEFORE_ANY = 'the configuration is read';

/** Begins with a state, or with one inside of another: `releasing: droppingRunLock, while …`. */
type Title = RunState | `${RunState}, ${string}` | `${string}: ${RunState}` | `${string}: ${RunState}, ${string}`;

const rows: Readonly<Record<string, Row>> = {
  [BEFORE_ANY]: {
    ...before,
    terminated: null,
    obstacle: ({ victim }) => ({ slowCall: { call: 'openat', path: victim.path('watcher.yaml') } }),
  },
  checkingRunLock: {
    ...before,
    obstacle: (bench) => ({ slowCall: { call: 'openat', path: pidFile(bench), when: '1' } }),
  },
  checkingHandbrake: {
    ...before,
    obstacle: slowHandbrake,
  },
  'takingRunLock, before there is a pid file': {
    pidFile: false,
    obstacle: (bench) => ({ slowCall: { call: 'openat', path: pidFile(bench), when: '3' } }),
  },
  'takingRunLock, while the pid file is empty': {
    obstacle: (bench) => ({ slowCall: { call: 'openat', path: pidFile(bench), when: '4' } }),
  },
  reading: {
    obstacle: ({ victim }) => ({ slowCall: { call: 'openat', path: victim.path('primer.json'), when: '1' } }),
  },
  resolving: {
    obstacle({ yp }) {
      const gate = yp.faults.hold('*');
      return { met: () => gate.arrived, remove: () => gate.release() };
    },
  },
  'awaitingYtLock, with the request for a transaction under way': {
    transaction: false,
    obstacle: (bench) => heldRequest(bench, 'start_transaction'),
  },
  'awaitingYtLock, with the request for the lock under way': {
    transaction: true,
    obstacle: (bench) => heldRequest(bench, 'lock'),
  },
  'awaitingYtLock, in line behind another node': {
    transaction: true,
    obstacle: inLine,
  },
  delaying: {
    ...withLock,
    obstacle: () => ({ args: ['--haproxy_refresh_delay', '30s'] }),
  },
  'confirming: rereading': {
    ...withLock,
    obstacle: ({ victim }) => ({ slowCall: { call: 'openat', path: victim.path('primer.json'), when: '2' } }),
  },
  'confirming: resolvingAgain': {
    ...withLock,
    obstacle: secondResolution,
  },
  'confirming: lookingAtHandbrake': {
    ...withLock,
    obstacle: slowSecondHandbrake,
  },
  'confirming: confirmingLock': {
    ...withLock,
    obstacle: (bench) => heldRequest(bench, 'ping_transaction'),
  },
  refreshing: {
    ...withLock,
    refresh: 'running',
    obstacle({ victim }) {
      const refresh = waitingCommand(victim, 'refresh');
      return { args: ['--haproxy_refresh_command', refresh.command], met: refresh.begun };
    },
  },
  'reporting: writingReport, before the statistics are written': {
    ...decided,
    obstacle: () => ({ slowCall: { call: 'rename', when: STATISTICS_RENAME } }),
  },
  'reporting: writingReport, between the statistics and the record of the refresh': {
    ...decided,
    counted: true,
    obstacle: () => ({ slowCall: { call: 'rename', when: STATE_RENAME } }),
  },
  'releasing: givingBackClusterLock': {
    ...decided,
    counted: true,
    isIntentCleared: true,
    goesOnToEnd: true,
    obstacle: (bench) => heldRequest(bench, 'abort_transaction'),
  },
  'releasing: droppingRunLock': {
    ...decided,
    transaction: false,
    counted: true,
    isIntentCleared: true,
    obstacle: (bench) => ({ slowCall: { call: 'unlink', path: pidFile(bench) } }),
  },
  // A hook of the process's exit would remove the pid file as well: here nothing but the run itself can have done it.
  'refreshed, while the recording is closed': {
    ...decided,
    ...before,
    transaction: false,
    counted: true,
    isIntentCleared: true,
    countedWhenTerminated: true,
    obstacle: ({ recording }) => ({ slowCall: { call: 'close', path: recording } }),
  },
} satisfies Partial<Record<Title | typeof BEFORE_ANY, Row>>;

/** Every state in which a run waits for something, before the machine and in it. */
export const STATES: readonly ParkedState[] = Object.entries(rows).map(([title, row]) => ({
  pidFile: true,
  transaction: false,
  refresh: 'none',
  counted: false,
  isIntentCleared: false,
  isNodeTaken: true,
  goesOnToEnd: false,
  terminated: STOPPED,
  countedWhenTerminated: true,
  continued: REFRESHED,
  ...row,
  title,
  park: async (bench) => park(bench, title === BEFORE_ANY ? null : innermost(title), await row.obstacle(bench)),
}));

/** Where a run may be for an hour, and where its ending is decided. */
export const LONGEST = [
  'awaitingYtLock, in line behind another node',
  'delaying',
  'refreshing',
  'reporting: writingReport, before the statistics are written',
];

/** A title begins with the state that it is about. */
function innermost(title: string): RunState {
  return title.split(',')[0]!.split(': ').at(-1) as RunState;
}

function heldRequest({ yt }: Bench, command: string): Obstacle {
  const gate = yt.faults.hold(command);
  return { met: () => gate.arrived, remove: () => gate.release() };
}

function slowHandbrake({ victim }: Bench): Obstacle {
  const handbrake = waitingCommand(victim, 'handbrake');
  return { args: ['--handbrake_command', handbrake.command], met: handbrake.begun, remove: handbrake.letGo };
}

function slowSecondHandbrake({ victim }: Bench): Obstacle {
  const handbrake = waitingCommand(victim, 'handbrake');
  const seen = victim.path('handbrake.seen');
  const command = `[ -e ${seen} ] || { touch ${seen}; exit 0; }; ${handbrake.command}`;
  return { args: ['--handbrake_command', command], met: handbrake.begun, remove: handbrake.letGo };
}

/** The question before the lock is answered; the one with the lock is not. */
function secondResolution({ yp, yt }: Bench): Obstacle {
  const lock = yt.faults.hold('lock');
  const gate = lock.arrived.then(() => {
    const held = yp.faults.hold('*');
    lock.release();
    return held;
  });
  return { met: async () => (await gate).arrived, remove: () => void gate.then((held) => held.release()) };
}

/** Another node refreshes for as long as it takes. */
async function inLine({ yt, blocker }: Bench): Promise<Obstacle> {
  const refresh = waitingCommand(blocker, 'refresh');
  blocker.start([...NEXT_RUN, '--haproxy_refresh_command', refresh.command]);
  await refresh.begun();
  return { met: () => until('two are in line', () => yt.inspect.locks(LOCK_PATH).length === 2), remove: refresh.letGo };
}

/** Wrong runs, each with the story of what a careless hand did. */
import { watcherMachine } from '../../machines/watcher.ts';
import { type Mutant, plant, plantKey, type Written } from './mutate.ts';

const machine = watcherMachine;
const TURN = 'holdingRunLock.takingTurn';
const at = (path: string) => `#watcher.${path}`;
const REPORTING = at('holdingRunLock.reporting');

function lastGoesTo(target: string): (written: readonly Written[]) => readonly Written[] {
  return (written) => written.with(-1, { ...written.at(-1)!, target });
}

function firstGoesTo(target: string): (written: readonly Written[]) => readonly Written[] {
  return (written) => written.with(0, { ...written[0]!, target });
}

const unguarded = (index: number) => (written: readonly Written[]) => {
  const { guard: _, ...rest } = written[index]!;
  return written.with(index, rest);
};

export const PLANTED_IN_RUNS: readonly Mutant[] = [
  plant(
    machine,
    `${TURN}.delaying`,
    'refreshDelay',
    'refreshes without the last look',
    firstGoesTo(at(`${TURN}.refreshing`)),
  ),
  plant(
    machine,
    `${TURN}.awaitingYtLock`,
    'lockHeld',
    'does not wait for the cluster to settle',
    firstGoesTo(at(`${TURN}.confirming`)),
  ),
  plant(machine, `${TURN}.awaitingYtLock`, 'lockQueued', 'takes a place in the line for the lock', () => [
    { target: 'delaying' },
  ]),
  plant(
    machine,
    'checkingRunLock',
    'checkRunLock done',
    'does not ask the handbrake first',
    lastGoesTo('takingRunLock'),
  ),
  plant(machine, 'checkingHandbrake', 'handbrake done', 'does not take the run lock', (written) =>
    written.with(1, { ...written[1]!, target: 'holdingRunLock' }),
  ),
  plant(machine, `${TURN}.confirming.lookingAgain`, 'at once', 'looks at no pods again', unguarded(0)),
  plant(
    machine,
    `${TURN}.confirming.lookingAgain`,
    'at once',
    'asks a forced run’s handbrake once only',
    firstGoesTo('confirmingLock'),
  ),
  plant(
    machine,
    `${TURN}.confirming.comparingAgain`,
    'at once',
    'asks the handbrake once only',
    lastGoesTo('confirmingLock'),
  ),
  plant(machine, `${TURN}.confirming.comparingAgain`, 'at once', 'refreshes for what is no longer needed', (written) =>
    written.filter(({ guard }) => guard !== 'nothingToRefresh'),
  ),
  plant(
    machine,
    `${TURN}.confirming.lookingAtHandbrake`,
    'handbrake done',
    'does not have the lock confirmed',
    (written) => written.with(1, { ...written[1]!, target: at(`${TURN}.refreshing`) }),
  ),
  plant(
    machine,
    `${TURN}.confirming.confirmingLock`,
    'lockConfirmed',
    'starts with a lease that is too short',
    unguarded(0),
  ),
  plant(machine, 'holdingRunLock.diffing', 'at once', 'a dry run waits for the cluster lock', (written) =>
    written.map((one) => (one.guard === 'dryRun' ? { ...one, target: 'takingTurn' } : one)),
  ),
  plant(machine, 'holdingRunLock.diffing', 'at once', 'a dry run beats force_run', (written) => [
    ...written.filter(({ guard }) => guard === 'dryRun'),
    ...written,
  ]),
  plant(machine, 'holdingRunLock.diffing', 'at once', 'refreshes when nothing has changed', (written) =>
    written.filter(({ guard }) => guard !== 'nothingToRefresh'),
  ),
  plant(machine, 'holdingRunLock.diffing', 'at once', 'never refreshes', lastGoesTo('reporting')),
  plant(machine, 'holdingRunLock', 'abort', 'a signal while reading is for later', () => [{}]),

  plant(machine, 'holdingRunLock', 'abort', 'a signal skips the report', firstGoesTo(at('holdingRunLock.releasing'))),
  plant(machine, 'holdingRunLock', 'abort', 'a signal skips everything', () => [{ target: at('aborted') }]),
  plant(machine, TURN, 'lockLost', 'goes on without the lock', () => [{}]),
  plant(machine, TURN, 'haproxyTimeout', 'has all the time in the world', () => []),
  plant(machine, `${TURN}.refreshing`, 'abort', 'leaves a refresh alone at a signal', (written) => [
    { ...written[0]!, target: REPORTING },
  ]),
  plant(machine, `${TURN}.refreshing`, 'refresh done', 'refreshes until it works', (written) =>
    written.with(-1, { target: 'refreshing', reenter: true }),
  ),
  plant(machine, `${TURN}.refreshing`, 'refresh done', 'believes in a refresh whatever its exit code', unguarded(2)),
  plant(machine, `${TURN}.refreshing`, 'refresh done', 'calls a refresh without the lock a success', (written) =>
    written.toSpliced(1, 1),
  ),
  plant(
    machine,
    `${TURN}.refreshing`,
    'refresh done',
    'an aborted refresh that worked counts as refreshed',
    (written) => written.with(0, { ...written[0]!, actions: [...(written[0]!.actions ?? []), 'concludeRefreshed'] }),
  ),
  plant(
    machine,
    'holdingRunLock.reporting.writingReport',
    'writeReport done',
    'keeps both locks',
    firstGoesTo(at('holdingRunLock.free')),
  ),
  plant(machine, 'holdingRunLock.reporting.writingReport', 'writeReport error', 'reports until it works', () => [
    { target: 'writingReport', reenter: true },
  ]),
  plant(machine, 'holdingRunLock.reporting.writingReport', 'reportTimeout', 'waits for the disk for ever', () => []),
  plant(machine, 'holdingRunLock', 'clusterLock done', 'ends when the cluster lock ends', () => [{ target: '.free' }]),
  plant(machine, 'holdingRunLock', 'done', 'every end is a good one', () => [{ target: 'refreshed' }]),
  plantKey(machine, 'holdingRunLock.reporting', 'entry', 'gives back the cluster lock before the report', [
    'releaseClusterLock',
  ]),
  plant(
    machine,
    'holdingRunLock.releasing.givingBackClusterLock',
    'at once',
    'does not wait for the cluster lock',
    unguarded(0),
  ),
  plantKey(machine, `${TURN}.delaying`, 'entry', 'asks for the lock twice', ['requestClusterLock']),
  plant(machine, `${TURN}.confirming.lookingAtBrake`, 'readBrake done', 'looks at the brake, and goes on', (written) =>
    written.slice(1),
  ),
  plant(machine, `${TURN}.confirming.lookingAtBrake`, 'readBrake error', 'a board that is down stops everybody', () => [
    {
      target: REPORTING,
      actions: [{ type: 'concludeFailed', params: { error: { kind: 'brakeEngaged', message: '' } } }],
    },
  ]),
  plant(
    machine,
    `${TURN}.confirming.askingForBrake`,
    'at once',
    'never looks at the brake',
    firstGoesTo('lookingAtHandbrake'),
  ),
  plant(machine, 'holdingRunLock.releasing.updatingBoard', 'boardTimeout', 'waits for the board for ever', () => []),
  plant(machine, 'holdingRunLock.releasing.droppingRunLock', 'dropRunLock done', 'goes round in circles', () => [
    { target: 'givingBackClusterLock' },
  ]),
];

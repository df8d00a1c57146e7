import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import { type CommandInput, commandMachine } from '../../machines/command.ts';
import type { ClusterLockInput } from '../../machines/lock-context.ts';
import type { RunInput } from '../../machines/vocabulary.ts';
import { watcherMachine } from '../../machines/watcher.ts';
import { COMMAND_LAWS } from './command-laws.ts';
import { COMMAND_INPUTS, type CommandMemory, commandWalk } from './command-walk.ts';
import { LOCK_LAWS } from './lock-laws.ts';
import { LOCK_INPUTS, type LockMemory, lockWalk } from './lock-walk.ts';
import type { ModelUnderTest } from './model-under-test.ts';
import { PLANTED_IN_COMMANDS } from './planted-in-commands.ts';
import { PLANTED_IN_LOCKS } from './planted-in-locks.ts';
import { PLANTED_IN_RUNS } from './planted-in-runs.ts';
import { RUN_LAWS } from './run-laws.ts';
import type { RunMemory } from './run-memory.ts';
import { RUN_INPUTS, RUN_INPUTS_OF_MUTANTS, runWalk } from './run-walk.ts';

export const RUN: ModelUnderTest<RunInput, RunMemory> = {
  machine: watcherMachine,
  inputIn: 'run',
  inputs: RUN_INPUTS,
  inputsOfMutants: RUN_INPUTS_OF_MUTANTS,
  walk: runWalk,
  laws: RUN_LAWS,
  planted: PLANTED_IN_RUNS,
  equivalent: {
    ...because(
      'why a refresh does not count as effective is left out of the walk: test/machines/watcher-verifying.test.ts holds that it is reported',
      [
        'watcher.holdingRunLock.takingTurn.verifying.lookingAtHaproxy at lookAtHaproxy done: 1: action 1 doubt left out',
        'watcher.holdingRunLock.takingTurn.verifying.lookingAtHaproxy at lookAtHaproxy error: 1: action 1 doubtBecause left out',
        'watcher.holdingRunLock.takingTurn.verifying.runningVerifyCommand at verify done: 3: action 2 doubtBecause left out',
      ],
    ),
    ...because(
      'who never looks again ends in time all the same: that it looks, test/machines/watcher-verifying.test.ts holds',
      [
        'watcher.holdingRunLock.takingTurn.verifying.choosing at at once: transition 2 left out',
        'watcher.holdingRunLock.takingTurn.verifying.pausing at verifyPause: transition 1 left out',
      ],
    ),
  },
  brokenLater: {
    'has an end of places to be in': 'refreshes until it works',
    'no refresh unless the run lock is held': 'does not take the run lock',
    'no refresh unless the cluster lock is held': 'takes a place in the line for the lock',
    'force_run beats dry_run: with both, a run goes as if it were only forced': 'a dry run beats force_run',
    'what it says on the board is true': 'refreshes for what is no longer needed',
    'hears of a lost lock from when it is held until the report': 'a signal skips the report',
    'leaves the cluster lock to its lease when its refresh may live, and gives it back otherwise':
      'refreshes until it works',
  },
};

export const LOCK: ModelUnderTest<ClusterLockInput, LockMemory> = {
  machine: clusterLockMachine,
  inputIn: null,
  inputs: LOCK_INPUTS,
  inputsOfMutants: LOCK_INPUTS,
  walk: lockWalk,
  laws: LOCK_LAWS,
  planted: PLANTED_IN_LOCKS,
  equivalent: {
    ...because('chance is left out of the walk: how long a pause is, test/machines/cluster-lock.test.ts holds', [
      'clusterLock.backingOff at entry: action 1 drawJitter left out',
      'clusterLock.leased.position.queued at entry: action 1 drawJitter left out',
      'clusterLock.leased.position.queued at pollDelay: 1: action 1 countPoll left out',
      'clusterLock.leased.position.checkFailed at entry: action 1 drawJitter left out',
      'clusterLock.leased.lease.valid.retrying at entry: action 1 drawJitter left out',
    ]),
    ...because(
      'why the last renewal failed is left out too: that it is reported, test/machines/cluster-lock.test.ts holds',
      ['clusterLock.leased.lease.valid.renewing at renewLock error: 1: action 1 keepRenewalFailure left out'],
    ),
    ...because('a lock that is to be left and stays is seen by its run: test/machines/watcher-endings.test.ts holds', [
      'clusterLock.leased at leave: transition 1 left out',
      'clusterLock.lost at leave: transition 1 left out',
    ]),
  },
  brokenLater: { 'never has two renewals under way, nor two questions of where it stands': 'renews twice at once' },
};

export const COMMAND: ModelUnderTest<CommandInput, CommandMemory> = {
  machine: commandMachine,
  inputIn: null,
  inputs: COMMAND_INPUTS,
  inputsOfMutants: COMMAND_INPUTS.slice(0, 1),
  walk: commandWalk,
  laws: COMMAND_LAWS,
  planted: PLANTED_IN_COMMANDS,
  equivalent: {},
  brokenLater: {},
};

/** By the ids of their machines. */
export const MODELS = { [RUN.machine.id]: RUN, [LOCK.machine.id]: LOCK, [COMMAND.machine.id]: COMMAND };

function because(reason: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

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
  inputs: RUN_INPUTS,
  inputsOfMutants: RUN_INPUTS_OF_MUTANTS,
  walk: runWalk,
  laws: RUN_LAWS,
  planted: PLANTED_IN_RUNS,
  equivalent: {},
};

export const LOCK: ModelUnderTest<ClusterLockInput, LockMemory> = {
  machine: clusterLockMachine,
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
      'why the last renewal failed is left out too: that it is told, test/machines/cluster-lock.test.ts holds',
      ['clusterLock.leased.lease.valid.renewing at renewLock error: 1: action 1 keepRenewalFailure left out'],
    ),
  },
};

export const COMMAND: ModelUnderTest<CommandInput, CommandMemory> = {
  machine: commandMachine,
  inputs: COMMAND_INPUTS,
  inputsOfMutants: COMMAND_INPUTS.slice(0, 1),
  walk: commandWalk,
  laws: COMMAND_LAWS,
  planted: PLANTED_IN_COMMANDS,
  equivalent: {},
};

function because(reason: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

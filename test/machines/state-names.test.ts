/** Names of states are types: the type checker refuses one that no machine has, wherever it stands. */
import { expect, test } from 'vitest';
import { getStateNodes } from 'xstate/graph';
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import { commandMachine } from '../../machines/command.ts';
import type {
  CommandState,
  LockPath,
  LockState,
  RunPath,
  RunPathInside,
  RunState,
} from '../../machines/state-names.ts';
import { watcherMachine } from '../../machines/watcher.ts';

test('a name of a state compiles, and another does not', () => {
  const run: RunState[] = ['reading', 'confirmingLock', 'refreshed'];
  const lock: LockState[] = ['leased', 'position', 'queued', 'released'];
  const command: CommandState[] = ['starting', 'ended'];
  const paths: RunPath[] = ['holdingRunLock', 'holdingRunLock.takingTurn.confirming.confirmingLock'];
  const inside: RunPathInside<'holdingRunLock'>[] = ['releasing.droppingRunLock'];
  const lockPaths: LockPath[] = ['leased.lease.valid.renewing'];
  const wrong = [
    // @ts-expect-error: no state of a run.
    'readingg' satisfies RunState,
    // @ts-expect-error: a state of another machine.
    'queued' satisfies RunState,
    // @ts-expect-error: no state of the lock.
    'waiting' satisfies LockState,
    // @ts-expect-error: no state of a command.
    'killed' satisfies CommandState,
    // @ts-expect-error: it is not there.
    'holdingRunLock.confirming' satisfies RunPath,
    // @ts-expect-error: it lacks what is around it.
    'queued' satisfies LockPath,
  ];
  const names = namesOf(watcherMachine, clusterLockMachine, commandMachine);
  expect(names).toEqual(expect.arrayContaining([...run, ...lock, ...command]));
  const known = pathsOf(watcherMachine, clusterLockMachine);
  expect(known).toEqual(
    expect.arrayContaining([...paths, ...lockPaths, ...inside.map((path) => `holdingRunLock.${path}`)]),
  );
  for (const path of wrong.slice(-2)) expect(known).not.toContain(path);
});

type Machine = Parameters<typeof getStateNodes>[0];

function pathsOf(...machines: readonly Machine[]): string[] {
  return machines.flatMap((machine) => getStateNodes(machine).map(({ path }) => path.join('.')));
}

function namesOf(...machines: readonly Machine[]): string[] {
  return machines.flatMap((machine) => getStateNodes(machine).map(({ key }) => key));
}

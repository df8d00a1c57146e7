/** The names of states as types, taken from the machines themselves: a name that no machine has does not compile. */

import type { StateValueFrom } from 'xstate';
import type { clusterLockMachine } from './cluster-lock.ts';
import type { commandMachine } from './command.ts';
import type { watcherMachine } from './watcher.ts';

type RunValue = StateValueFrom<typeof watcherMachine>;
type LockValue = StateValueFrom<typeof clusterLockMachine>;
type CommandValue = StateValueFrom<typeof commandMachine>;

/** A state of a run at any depth, by its own name: `reading`, `confirmingLock`. */
export type RunState = NameIn<RunValue>;
export type LockState = NameIn<LockValue>;
export type CommandState = NameIn<CommandValue>;

/** The same with all that is around it: `holdingRunLock.reading`. */
export type RunPath = PathIn<RunValue>;
/** The same, seen from a state around it: `releasing.droppingRunLock` inside of `holdingRunLock`. */
export type RunPathInside<Outer extends RunPath> = RunPath extends infer Path
  ? Path extends `${Outer}.${infer Inner}`
    ? Inner
    : never
  : never;
export type LockPath = PathIn<LockValue>;
export type CommandPath = PathIn<CommandValue>;

type NameIn<Value> = Value extends string
  ? Value
  : { [Key in keyof Value]-?: Key | NameIn<NonNullable<Value[Key]>> }[keyof Value];

type PathIn<Value> = Value extends string
  ? Value
  : { [Key in keyof Value & string]-?: Key | `${Key}.${PathIn<NonNullable<Value[Key]>>}` }[keyof Value & string];

/** Surgery on machines: a copy of a machine's configuration with one wrong thing in it, under the same implementations. */

import { type AnyEventObject, type AnyStateMachine, createMachine } from 'xstate';
import type { CommandPath, LockPath, RunPath } from '../../machines/state-names.ts';
import type { Known, Place, Step } from '../support/explore.ts';

export interface Mutant {
  /** What is wrong with it. */
  readonly name: string;
  readonly machine: AnyStateMachine;
  /** The one state whose configuration was changed, and the event that it matters for; null: for any. */
  readonly state: string;
  readonly event: string | null;
}

/** A transition as machines are written. */
export interface Written {
  readonly target?: string;
  readonly guard?: unknown;
  readonly actions?: readonly unknown[];
  readonly reenter?: boolean;
}

/** A place in a configuration that holds transitions for one event, or actions. */
export interface Slot {
  readonly state: string;
  /** `onDone`, `abort`, `always`, `entry`. */
  readonly label: string;
  readonly event: string | null;
  readonly path: readonly string[];
}

interface Config {
  readonly [key: string]: unknown;
  readonly states?: Readonly<Record<string, Config>>;
  readonly invoke?: { readonly id: string };
}

/** Every slot of a machine that holds transitions. */
export function transitionSlots({ config, id }: AnyStateMachine): readonly Slot[] {
  return statesOf(config as unknown as Config, id).flatMap(({ state, path, own }) => {
    const slot = (keys: readonly string[], label: string, event: string | null): Slot => ({
      state,
      label,
      event,
      path: [...path, ...keys],
    });
    const keysOf = (key: string) => Object.keys((own[key] as object | undefined) ?? {});
    const { invoke } = own;
    const replies = ['done', 'error'].flatMap((how) => {
      const key = how === 'done' ? 'onDone' : 'onError';
      return invoke && key in invoke
        ? [slot(['invoke', key], `${invoke.id} ${how}`, `xstate.${how}.actor.${invoke.id}`)]
        : [];
    });
    return [
      ...keysOf('on').map((event) => slot(['on', event], event, event)),
      ...keysOf('after').map((delay) => slot(['after', delay], delay, `xstate.after.${delay}.${state}`)),
      ...replies,
      ...('onDone' in own ? [slot(['onDone'], 'done', `xstate.done.state.${state}`)] : []),
      ...('always' in own ? [slot(['always'], 'at once', null)] : []),
    ];
  });
}

/** Every slot of a machine that holds actions of a state. */
export function entrySlots({ config, id }: AnyStateMachine): readonly Slot[] {
  return statesOf(config as unknown as Config, id).flatMap(({ state, path, own }) =>
    'entry' in own ? [{ state, label: 'entry', event: null, path: [...path, 'entry'] }] : [],
  );
}

export function transitionsAt({ config }: AnyStateMachine, { path }: Slot): readonly Written[] {
  return list(valueAt(config, path)).map((written) => {
    if (typeof written === 'string') return { target: written };
    const { actions, ...rest } = written as Written;
    return actions === undefined ? rest : { ...rest, actions: list(actions) };
  });
}

export function actionsAt({ config }: AnyStateMachine, { path }: Slot): readonly unknown[] {
  return list(valueAt(config, path));
}

/** The machine with something else in one slot. */
export function replaceAt(machine: AnyStateMachine, slot: Slot, what: string, value: unknown): Mutant {
  const config = copyWith(machine.config, slot.path, value);
  return {
    name: `${slot.state} at ${slot.label}: ${what}`,
    machine: createMachine(config as never, machine.implementations as never),
    state: slot.state,
    event: slot.event,
  };
}

/** A state of one of the machines, with all that is around it. */
type StatePath = RunPath | LockPath | CommandPath;

/** The machine with other transitions for one event of one state: `holdingRunLock.reading`, `readPrimer done`. */
export function plant(
  machine: AnyStateMachine,
  state: StatePath,
  label: string,
  what: string,
  otherwise: (written: readonly Written[]) => readonly Written[],
): Mutant {
  const id = `${machine.id}.${state}`;
  const slot = transitionSlots(machine).find((known) => known.state === id && known.label === label);
  if (slot === undefined) throw new Error(`${id} has nothing at ${label}`);
  return { ...replaceAt(machine, slot, what, otherwise(transitionsAt(machine, slot))), name: what };
}

/** The machine with something else written at one state: `entry`, `invoke`. */
export function plantKey(
  machine: AnyStateMachine,
  state: StatePath | '',
  key: string,
  what: string,
  value: unknown,
): Mutant {
  const names = state === '' ? [] : state.split('.');
  const path = [...names.flatMap((name) => ['states', name]), key];
  return {
    ...replaceAt(machine, { state: [machine.id, ...names].join('.'), label: key, event: null, path }, what, value),
    name: what,
  };
}

/** What a walk through the machine itself knows about its mutant: every step that does not come past the changed place. */
export function knownOf<Observed>(
  { state, event }: Mutant,
  found: Known<Observed>['found'],
): Omit<Known<Observed>, 'isEnough'> {
  const around = statesAround(found);
  return {
    found,
    isSameFrom: (place) => !around.get(place.key)!.has(state),
    isSame(from: Place<Observed>, { type }: AnyEventObject, step: Step<Observed> | null) {
      if (step === null) return (event !== null && type !== event) || !from.states.includes(state);
      if (event !== null && !step.heard.includes(event)) return true;
      return !from.states.includes(state) && !step.through.includes(state);
    },
  };
}

const knownAround = new WeakMap<object, ReadonlyMap<string, ReadonlySet<string>>>();

/** For each place of a walk the states that the machine is in there, and those that its steps from there go through. */
function statesAround<Observed>(found: Known<Observed>['found']): ReadonlyMap<string, ReadonlySet<string>> {
  const known = knownAround.get(found);
  if (known !== undefined) return known;
  const around = new Map(found.places.map(({ key, states }) => [key, new Set(states)]));
  for (const { from, through } of found.steps) for (const id of through) around.get(from.key)!.add(id);
  knownAround.set(found, around);
  return around;
}

function statesOf(
  own: Config,
  state: string,
  path: readonly string[] = [],
): { state: string; path: readonly string[]; own: Config }[] {
  const inner = Object.entries(own.states ?? {});
  return [
    { state, path, own },
    ...inner.flatMap(([name, config]) => statesOf(config, `${state}.${name}`, [...path, 'states', name])),
  ];
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Config)[key], config);
}

function copyWith(config: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  return { ...(config as Config), [key]: copyWith((config as Config)[key], rest, value) };
}

/** Mutants that need no thought: every guard, every pair of targets, every transition and every action once wrong. */
import type { AnyStateMachine } from 'xstate';
import {
  actionsAt,
  entrySlots,
  type Mutant,
  replaceAt,
  type Slot,
  transitionSlots,
  transitionsAt,
  type Written,
} from './mutate.ts';

export function generatedMutants(machine: AnyStateMachine): readonly Mutant[] {
  const slots = transitionSlots(machine);
  return [
    ...slots.flatMap((slot) => withoutGuard(machine, slot)),
    ...slots.flatMap((slot) => withSwappedTargets(machine, slot)),
    ...slots.flatMap((slot) => withoutTransition(machine, slot)),
    ...slots.flatMap((slot) => withoutAction(machine, slot)),
    ...entrySlots(machine).flatMap((slot) => withoutEntry(machine, slot)),
  ];
}

function withoutGuard(machine: AnyStateMachine, slot: Slot): readonly Mutant[] {
  return eachOf(machine, slot, ({ guard, ...rest }) =>
    guard === undefined ? [] : [[`guard ${nameOf(guard)} dropped`, rest]],
  );
}

function withSwappedTargets(machine: AnyStateMachine, slot: Slot): readonly Mutant[] {
  const written = transitionsAt(machine, slot);
  return written.flatMap((one, first) =>
    written.slice(first + 1).flatMap((other, after) => {
      const second = first + 1 + after;
      if (one.target === other.target) return [];
      const swapped = written.with(first, withTarget(one, other)).with(second, withTarget(other, one));
      return [replaceAt(machine, slot, `targets of ${first + 1} and ${second + 1} swapped`, swapped)];
    }),
  );
}

function withoutTransition(machine: AnyStateMachine, slot: Slot): readonly Mutant[] {
  const written = transitionsAt(machine, slot);
  return written.map((_, index) =>
    replaceAt(machine, slot, `transition ${index + 1} left out`, written.toSpliced(index, 1)),
  );
}

function withoutAction(machine: AnyStateMachine, slot: Slot): readonly Mutant[] {
  return eachOf(machine, slot, ({ actions = [], ...rest }) =>
    actions.map((action, index) => [
      `action ${index + 1} ${nameOf(action)} left out`,
      { ...rest, actions: actions.toSpliced(index, 1) },
    ]),
  );
}

function withoutEntry(machine: AnyStateMachine, slot: Slot): readonly Mutant[] {
  const actions = actionsAt(machine, slot);
  return actions.map((action, index) =>
    replaceAt(machine, slot, `action ${index + 1} ${nameOf(action)} left out`, actions.toSpliced(index, 1)),
  );
}

/** A mutant for each way in which one transition of the slot can be otherwise. */
function eachOf(
  machine: AnyStateMachine,
  slot: Slot,
  otherwise: (written: Written) => readonly (readonly [what: string, other: Written])[],
): readonly Mutant[] {
  const written = transitionsAt(machine, slot);
  return written.flatMap((one, index) =>
    otherwise(one).map(([what, other]) =>
      replaceAt(machine, slot, `${index + 1}: ${what}`, written.with(index, other)),
    ),
  );
}

function withTarget({ target: _, ...rest }: Written, { target }: Written): Written {
  return target === undefined ? rest : { ...rest, target };
}

function nameOf(named: unknown): string {
  return typeof named === 'string' ? named : (named as { readonly type: string }).type;
}

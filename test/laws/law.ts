import type { AnyEventObject, AnyStateMachine } from 'xstate';
import type { Exploration, Step } from '../support/explore.ts';

/** One walk through a machine that was given this input. */
export interface Walked<Input, Observed> {
  readonly input: Input;
  readonly found: Exploration<Observed>;
}

/** A machine with its walks, for laws that no single step can break. */
export interface Walks<Input, Observed> {
  readonly machine: AnyStateMachine;
  readonly walks: readonly Walked<Input, Observed>[];
}

/** What must hold of everything that can happen. Pure: it says who breaks it, and does nothing. */
export type Law<Input, Observed> = { readonly says: string } & (
  | { readonly holds: (step: Step<Observed>, input: Input) => boolean }
  /** Answers what breaks it, in words. */
  | { readonly breaches: (all: Walks<Input, Observed>) => readonly string[] }
);

/** What breaks the law, each in a line; none when it holds. */
export function breachesOf<Input, Observed>(law: Law<Input, Observed>, all: Walks<Input, Observed>): readonly string[] {
  if ('breaches' in law) return law.breaches(all);
  return all.walks.flatMap(({ input, found }) => found.steps.filter((step) => !law.holds(step, input)).map(formatStep));
}

/** The same in one word, for walks whose other steps were judged where they were taken over from. */
export function isBroken<Input, Observed>(law: Law<Input, Observed>, all: Walks<Input, Observed>): boolean {
  if ('breaches' in law) return law.breaches(all).length > 0;
  return all.walks.some(({ input, found }) => found.fresh.some((step) => !law.holds(step, input)));
}

function formatStep<Observed>({ event: { type, ...rest }, from, to, effects }: Step<Observed>): string {
  const [said, before, after] = [rest, from.snapshot.value, to.snapshot.value].map((value) => JSON.stringify(value));
  const done = effects.map((effect) => `${effect.does} ${'who' in effect ? effect.who : effect.what.type}`).join(', ');
  return `${before} → ${after} at ${type} ${said!.slice(0, SHOWN)}: ${done}; ${JSON.stringify(to.observed)}`;
}

const SHOWN = 200;

/** In places with such a past every event of the type must be heeded, and one must be able to come. */
export function hears<Input, Observed>(
  what: string,
  type: RegExp,
  isDue: (memory: Observed) => boolean,
): Law<Input, Observed> {
  return {
    says: `hears ${what}`,
    breaches: ({ walks }) =>
      walks.flatMap(({ found }) =>
        found.places
          .filter(({ snapshot, observed }) => snapshot.status === 'active' && isDue(observed))
          .filter(({ key }) => !isHeeded(type, found.stepsFrom.get(key)!))
          .map(({ key }) => key),
      ),
  };
}

function isHeeded(type: RegExp, steps: ReadonlyMap<AnyEventObject, unknown>): boolean {
  let isHeeded = false;
  for (const [event, step] of steps) {
    if (!type.test(event.type)) continue;
    if (step === null) return false;
    isHeeded = true;
  }
  return isHeeded;
}

import type { AnyEventObject, AnyStateMachine } from 'xstate';
import type { Exploration, Step } from '../support/explore.ts';
import { formatBreach, formatInput, formatWay } from './format-breach.ts';

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
  /** The same where one walk is enough to break it. */
  | { readonly breachesIn: (walk: Exploration<Observed>, input: Input) => readonly string[] }
);

/** What breaks the law, each in a sentence that begins with the way there; none when it holds. */
export function breachesOf<Input extends object, Observed>(
  law: Law<Input, Observed>,
  all: Walks<Input, Observed>,
): readonly string[] {
  const first = all.walks[0]!.input;
  if (!('holds' in law)) return wholeBreaches(law, all).map((breach) => inWords(breach, all.walks));
  return all.walks.flatMap(({ input, found }) => {
    const broken = found.steps.filter((step) => !law.holds(step, input));
    return broken.slice(0, SHOWN).map((step) => `${formatInput(input, first)}: ${formatBreach(step, found)}`);
  });
}

/** What breaks a law that no single step can break, as the law itself says it. */
function wholeBreaches<Input, Observed>(
  law: Exclude<Law<Input, Observed>, { readonly holds: unknown }>,
  all: Walks<Input, Observed>,
): readonly string[] {
  if ('breaches' in law) return law.breaches(all);
  return all.walks.flatMap(({ input, found }) => law.breachesIn(found, input));
}

/** So many of one walk say enough. */
const SHOWN = 3;

/** A law names a place by its key, and a walk by its input. */
function inWords<Input extends object, Observed>(breach: string, walks: Walks<Input, Observed>['walks']): string {
  for (const { input, found } of walks) {
    if (breach === JSON.stringify(input)) return formatInput(input, walks[0]!.input);
    const place = found.places.find(({ key }) => key === breach);
    if (place !== undefined) return `${formatInput(input, walks[0]!.input)}: ${formatWay(place, found)}`;
  }
  return breach;
}

/** In places with such a past every event of the type must be heeded, and one must be able to come. */
export function hears<Input, Observed>(
  what: string,
  type: RegExp,
  isDue: (memory: Observed) => boolean,
): Law<Input, Observed> {
  return {
    says: `hears ${what}`,
    breachesIn: ({ places, stepsFrom }) =>
      places
        .filter(({ snapshot, observed }) => snapshot.status === 'active' && isDue(observed))
        .filter(({ key }) => !isHeeded(type, stepsFrom.get(key) ?? new Map()))
        .map(({ key }) => key),
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

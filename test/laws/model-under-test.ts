import type { AnyStateMachine } from 'xstate';
import { explore, type Step, type Walk } from '../support/explore.ts';
import { type Law, rawBreaches, type Walked, type Walks } from './law.ts';
import { knownOf, type Mutant } from './mutate.ts';

/** A machine, everything that can happen to it, and what must hold of that. */
export interface ModelUnderTest<Input, Observed> {
  readonly machine: AnyStateMachine;
  readonly inputs: readonly Input[];
  /** Those that mutants are given: together they lead through every transition. */
  readonly inputsOfMutants: readonly Input[];
  readonly walk: (input: Input) => Walk<Observed>;
  readonly laws: readonly Law<Input, Observed>[];
  /** Mutants with a story. */
  readonly planted: readonly Mutant[];
  /** Mutants that do nothing wrong, by name, each with the reason. */
  readonly equivalent: Readonly<Record<string, string>>;
  /** Laws, each with a planted mutant that breaks it, but others sooner. */
  readonly brokenLater: Readonly<Record<string, string>>;
}

export function walkAll<Input, Observed>(modelUnderTest: ModelUnderTest<Input, Observed>): Walks<Input, Observed> {
  const { machine, inputs, walk } = modelUnderTest;
  return { machine, walks: inputs.map((input) => ({ input, found: explore(machine, walk(input)) })) };
}

/** Judges mutants of one machine. */
export interface Court {
  /** Some of the laws that the mutant breaks, found as soon as can be; none only for a mutant that breaks none. */
  judge(mutant: Mutant): readonly string[];
  /** Says whether the mutant breaks this law, whatever else it breaks. */
  breaks(mutant: Mutant, law: string): boolean;
}

/** Walks the machine itself once, so that only what is different in a mutant needs to be walked again. */
export function openCourt<Input, Observed>({
  machine,
  inputsOfMutants,
  laws,
  walk,
}: ModelUnderTest<Input, Observed>): Court {
  const tracks = inputsOfMutants.map((input) => {
    const track = walk(input);
    return { input, track, found: explore(machine, track) };
  });

  /** The laws of these that the first wrong step breaks; where there is none, those that the walks as a whole break. */
  function firstBroken(mutant: Mutant, asked: readonly Law<Input, Observed>[]): readonly string[] {
    const walks: Walked<Input, Observed>[] = [];
    for (const { input, track, found: known } of tracks) {
      const brokenBy = (step: Step<Observed>) => asked.filter((law) => 'holds' in law && !law.holds(step, input));
      const isEnough = (step: Step<Observed>) => brokenBy(step).length > 0;
      const found = explore(mutant.machine, track, { ...knownOf(mutant, known), isEnough });
      const broken = found.fresh.slice(-1).flatMap(brokenBy);
      if (broken.length > 0) return namesOf(broken);
      if (asked.every((law) => 'breachesIn' in law && law.breachesIn(found, input).length > 0)) return namesOf(asked);
      walks.push({ input, found });
    }
    return namesOf(
      asked.filter((law) => !('holds' in law) && rawBreaches(law, { machine: mutant.machine, walks }).length > 0),
    );
  }

  return {
    judge: (mutant) => firstBroken(mutant, laws),
    breaks: (mutant, law) =>
      firstBroken(
        mutant,
        laws.filter(({ says }) => says === law),
      ).length > 0,
  };
}

function namesOf(laws: readonly { readonly says: string }[]): readonly string[] {
  return laws.map(({ says }) => says);
}

import type { AnyStateMachine } from 'xstate';
import { explore, type Step, type Walk } from '../support/explore.ts';
import type { Law, Walked, Walks } from './law.ts';
import { knownOf, type Mutant } from './mutate.ts';

/** A machine, everything that can happen to it, and what must hold of that. */
export interface ModelUnderTest<Input, Observed> {
  readonly machine: AnyStateMachine;
  readonly inputs: readonly Input[];
  /** Those of them that mutants are given: together they lead through every transition. */
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

/** Knows the walks through the machine itself, so that only what is different in a mutant needs to be walked again. */
export function openCourt<Input, Observed>(
  { inputsOfMutants, laws, walk }: ModelUnderTest<Input, Observed>,
  { walks: known }: Walks<Input, Observed>,
): Court {
  const tracks = inputsOfMutants.map((input) => {
    const { found } = known.find((walked) => walked.input === input)!;
    return { input, track: walk(input), found };
  });

  /** The laws of these that the first wrong step breaks, or else the first wrong walk, or else all walks together. */
  function firstBroken(mutant: Mutant, asked: readonly Law<Input, Observed>[]): readonly string[] {
    const walks: Walked<Input, Observed>[] = [];
    for (const { input, track, found: known } of tracks) {
      const brokenBy = (step: Step<Observed>) => asked.filter((law) => 'holds' in law && !law.holds(step, input));
      const isEnough = (step: Step<Observed>) => brokenBy(step).length > 0;
      const found = explore(mutant.machine, track, { ...knownOf(mutant, known), isEnough });
      const broken = found.fresh.slice(-1).flatMap(brokenBy);
      if (broken.length > 0) return namesOf(broken);
      const brokenHere = asked.filter((law) => 'breachesIn' in law && law.breachesIn(found, input).length > 0);
      if (brokenHere.length > 0) return namesOf(brokenHere);
      walks.push({ input, found });
    }
    const all = { machine: mutant.machine, walks };
    return namesOf(asked.filter((law) => 'breaches' in law && law.breaches(all).length > 0));
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

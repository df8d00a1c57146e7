import type { AnyStateMachine } from 'xstate';
import { explore, type Step, type Walk } from '../support/explore.ts';
import { SharedSteps, type WatchedInput, watchInput } from '../support/shared-steps.ts';
import type { Law, Walked, Walks } from './law.ts';
import { knownOf, type Mutant } from './mutate.ts';

/** A machine, everything that can happen to it, and what must hold of that. */
export interface ModelUnderTest<Input, Observed> {
  readonly machine: AnyStateMachine;
  /** Where in its context it has its input: walks with different inputs share steps. Null where each goes its own. */
  readonly inputIn: string | null;
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

/** A walk through the machine itself, and all that is needed to go the same way through another. */
interface Track<Input, Observed> extends Walked<Input, Observed> {
  readonly walk: Walk<Observed>;
  readonly watched: WatchedInput<Input>;
}

export interface Tracks<Input, Observed> extends Walks<Input, Observed> {
  readonly walks: readonly Track<Input, Observed>[];
}

export function walkAll<Input extends object, Observed>(
  modelUnderTest: ModelUnderTest<Input, Observed>,
): Tracks<Input, Observed> {
  const { machine, inputs, inputIn } = modelUnderTest;
  const sharing = sharingOf<Observed>(inputIn);
  const walks = inputs.map((input) => {
    const watched = watchInput(input);
    const walk = modelUnderTest.walk(watched.input);
    return { input, watched, walk, found: explore(machine, walk, undefined, sharing(watched)) };
  });
  return { machine, walks };
}

function sharingOf<Observed>(inputIn: string | null) {
  const steps = inputIn === null ? null : new SharedSteps<Observed>(inputIn);
  return <Input>(watched: WatchedInput<Input>) => steps?.with(watched);
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
  { inputsOfMutants, laws, inputIn }: ModelUnderTest<Input, Observed>,
  { walks: known }: Tracks<Input, Observed>,
): Court {
  const tracks = inputsOfMutants.map((input) => known.find((walked) => walked.input === input)!);

  /** The laws of these that the first wrong step breaks, or else the first wrong walk, or else all walks together. */
  function firstBroken(mutant: Mutant, asked: readonly Law<Input, Observed>[]): readonly string[] {
    const walks: Walked<Input, Observed>[] = [];
    const sharing = sharingOf<Observed>(inputIn);
    for (const { input, watched, walk, found: known } of tracks) {
      const brokenBy = (step: Step<Observed>) => asked.filter((law) => 'holds' in law && !law.holds(step, input));
      const isEnough = (step: Step<Observed>) => brokenBy(step).length > 0;
      const found = explore(mutant.machine, walk, { ...knownOf(mutant, known), isEnough }, sharing(watched));
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

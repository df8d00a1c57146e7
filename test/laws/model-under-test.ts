import type { AnyStateMachine } from 'xstate';
import { explore, type Step, type Walk } from '../support/explore.ts';
import { isBroken, type Law, type Walks } from './law.ts';
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
}

export function walkAll<Input, Observed>(modelUnderTest: ModelUnderTest<Input, Observed>): Walks<Input, Observed> {
  const { machine, inputs, walk } = modelUnderTest;
  return { machine, walks: inputs.map((input) => ({ input, found: explore(machine, walk(input)) })) };
}

/** Judges mutants of one machine. */
export interface Court {
  /** Every law that the mutant breaks. */
  judge(mutant: Mutant): readonly string[];
  /** Some of them, found as soon as can be; none only for a mutant that breaks none. */
  judgeInShort(mutant: Mutant): readonly string[];
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
  const judge = (mutant: Mutant) => {
    const walks = tracks.map(({ input, track, found }) => {
      return { input, found: explore(mutant.machine, track, { ...knownOf(mutant, found), isEnough: () => false }) };
    });
    return namesOf(laws.filter((law) => isBroken(law, { machine: mutant.machine, walks })));
  };
  const judgeInShort = (mutant: Mutant) => {
    for (const { input, track, found } of tracks) {
      const brokenBy = (step: Step<Observed>) => laws.filter((law) => 'holds' in law && !law.holds(step, input));
      const isEnough = (step: Step<Observed>) => brokenBy(step).length > 0;
      const last = explore(mutant.machine, track, { ...knownOf(mutant, found), isEnough }).fresh.at(-1);
      const broken = last === undefined ? [] : brokenBy(last);
      if (broken.length > 0) return namesOf(broken);
    }
    return judge(mutant);
  };
  return { judge, judgeInShort };
}

function namesOf(laws: readonly { readonly says: string }[]): readonly string[] {
  return laws.map(({ says }) => says);
}

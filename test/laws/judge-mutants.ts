/**
 * Bundled and started by mutants.test.ts, for what tests import is slower: `judge-mutants MACHINE` prints, as one line of
 * JSON, what becomes of every mutant of that machine.
 */
import { generatedMutants } from './generated-mutants.ts';
import { type Court, type ModelUnderTest, openCourt } from './model-under-test.ts';
import { MODELS } from './models-under-test.ts';
import type { Mutant } from './mutate.ts';

export interface Verdict {
  readonly mutant: string;
  readonly broken: readonly string[];
}

export interface Judged {
  readonly generated: readonly Verdict[];
  readonly planted: readonly Verdict[];
  /** For each law the name of a mutant that breaks it; null when there is none. */
  readonly breakers: Readonly<Record<string, string | null>>;
}

function judgeAll<Input, Observed>(modelUnderTest: ModelUnderTest<Input, Observed>): Judged {
  const court = openCourt(modelUnderTest);
  const judge = (mutant: Mutant): Verdict => ({ mutant: mutant.name, broken: court.judge(mutant) });
  const generated = generatedMutants(modelUnderTest.machine).map(judge);
  const planted = modelUnderTest.planted.map(judge);
  const breakers = modelUnderTest.laws.map(({ says }) => [
    says,
    [...planted, ...generated].find(({ broken }) => broken.includes(says))?.mutant ??
      brokenLater(says, modelUnderTest, court),
  ]);
  return { generated, planted, breakers: Object.fromEntries(breakers) };
}

function brokenLater<Input, Observed>(
  law: string,
  { planted, brokenLater }: ModelUnderTest<Input, Observed>,
  court: Court,
): string | null {
  const mutant = planted.find(({ name }) => name === brokenLater[law]);
  return mutant !== undefined && court.breaks(mutant, law) ? mutant.name : null;
}

console.log(JSON.stringify(judgeAll(MODELS[process.argv[2]!]! as ModelUnderTest<unknown, unknown>)));

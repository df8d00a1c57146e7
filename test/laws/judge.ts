/**
 * Bundled and started by laws.test.ts, for what tests import is slower: `judge MACHINE` walks that machine and then all
 * its mutants, and prints what it found as one line of JSON.
 */
import { countPaths } from './count-paths.ts';
import { generatedMutants } from './generated-mutants.ts';
import { type Sighting, watchGuards } from './guard-sightings.ts';
import { breachesOf, type Walks } from './law.ts';
import { type Court, type ModelUnderTest, openCourt, walkAll } from './model-under-test.ts';
import { MODELS } from './models-under-test.ts';
import type { Mutant } from './mutate.ts';
import { endingName } from './run-endings.ts';

/** What was seen of a machine as it is. */
export interface Walked {
  readonly inputs: number;
  readonly places: number;
  readonly steps: number;
  /** More than a number of JSON can be. */
  readonly paths: string;
  /** For each law the first that break it, in words. */
  readonly breaches: Readonly<Record<string, readonly string[]>>;
  readonly taken: readonly string[];
  readonly endings: readonly string[];
  readonly guards: readonly SeenGuard[];
}

export interface SeenGuard {
  readonly name: string;
  readonly answers: readonly boolean[];
  /** What it reads that decides, by its path, with the values that were seen there. */
  readonly deciding: readonly (readonly [path: string, values: readonly string[]])[];
}

export interface Verdict {
  readonly mutant: string;
  readonly broken: readonly string[];
}

/** What becomes of the mutants of a machine. */
export interface Judged {
  readonly generated: readonly Verdict[];
  readonly planted: readonly Verdict[];
  /** For each law the name of a mutant that breaks it; null when there is none. */
  readonly breakers: Readonly<Record<string, string | null>>;
}

function judge<Input extends object, Observed>(modelUnderTest: ModelUnderTest<Input, Observed>): Walked & Judged {
  const { machine, sightings } = watchGuards(modelUnderTest.machine);
  const all = walkAll({ ...modelUnderTest, machine });
  return { ...seenIn(all, modelUnderTest, sightings), ...mutantsOf(modelUnderTest, openCourt(modelUnderTest, all)) };
}

function seenIn<Input extends object, Observed>(
  all: Walks<Input, Observed>,
  { laws }: ModelUnderTest<Input, Observed>,
  sightings: ReadonlyMap<string, Sighting>,
): Walked {
  const found = all.walks.map((walked) => walked.found);
  const outcomes = found.flatMap(({ places }) => places.map(({ snapshot }) => snapshot.context['outcome'] ?? null));
  return {
    inputs: found.length,
    places: sum(found.map(({ places }) => places.length)),
    steps: sum(found.map(({ steps }) => steps.length)),
    paths: String(found.reduce((total, walk) => total + countPaths(walk), 0n)),
    breaches: Object.fromEntries(laws.map((law) => [law.says, breachesOf(law, all).slice(0, 3)])),
    taken: unique(found.flatMap(({ steps }) => steps.flatMap(({ transitions }) => transitions))),
    endings: unique(outcomes.flatMap((outcome) => (outcome === null ? [] : [endingName(outcome)]))),
    guards: [...sightings].map(([name, { answers, read }]) => ({
      name,
      answers: [...answers].sort(),
      deciding: decidingIn(read),
    })),
  };
}

/** Which pods are compared, and for how long a lease is, is left to unit tests; what a failure says decides nothing. */
const LEFT_OUT =
  /^(?:diff\.groups\[\]\.(?:\w+\[\]\..*|cluster|endpointSet)|policy\.leaseMs|error\.(?:failure|message))$/;

/** A part may be only the way to another one. */
function decidingIn(read: Sighting['read']): SeenGuard['deciding'] {
  return [...read]
    .map(([path, values]) => [path, [...values]] as const)
    .filter(([path, values]) => !LEFT_OUT.test(path) && values.join() !== 'there');
}

function mutantsOf<Input, Observed>(modelUnderTest: ModelUnderTest<Input, Observed>, court: Court): Judged {
  const verdictOf = (mutant: Mutant): Verdict => ({ mutant: mutant.name, broken: court.judge(mutant) });
  const generated = generatedMutants(modelUnderTest.machine).map(verdictOf);
  const planted = modelUnderTest.planted.map(verdictOf);
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function unique<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)];
}

console.log(JSON.stringify(judge(MODELS[process.argv[2]!]! as ModelUnderTest<object, unknown>)));

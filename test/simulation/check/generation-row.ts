import { isAuthoritative, looksOf } from './comparisons.ts';
import type { Run } from './records.ts';

/** What a node knows of one group's generations, as docs/operating.md has it. */
export interface GenerationRow {
  readonly accepted: number;
  /** How many runs in a row saw an older one. */
  readonly runs: number;
}

/** The same after what a run was told; `isNew`: it began anew with an older one. */
export function afterRun(
  before: GenerationRow,
  group: string,
  run: Run,
  staleLimit: number,
): GenerationRow & { readonly isNew: boolean } {
  let { accepted, runs } = before;
  let isNew = false;
  looksOf(run).forEach(({ answers }, look) => {
    const answer = answers.find((one) => one.group === group && isAuthoritative(one));
    if (answer === undefined || answer.generation === null) return;
    const generation = Number(answer.generation);
    const isOlder = generation < accepted;
    const counted = !isOlder ? 0 : look === 0 ? runs + 1 : Math.max(runs, 1);
    const isBelieved = !isOlder || run.forceRun || counted >= staleLimit;
    isNew ||= isOlder && isBelieved;
    runs = isBelieved ? 0 : counted;
    if (isBelieved) accepted = generation;
  });
  return { accepted, runs, isNew };
}

import { groupKey } from './group-key.ts';
import { isAuthoritative, listed } from './trust.ts';
import type { Answer, Memory, RunInput } from './vocabulary.ts';

/** When an answer that is older than one accepted before is believed all the same. */
export interface GenerationRule extends Pick<RunInput, 'staleLimit' | 'forceRun'> {
  /** A run counts once, however often it looks. */
  readonly isFirstLook: boolean;
}

export interface Judged {
  /** Those that are older than one accepted before are `stale` now. */
  readonly answers: readonly Answer[];
  /** What is remembered, these answers included. */
  readonly memory: Memory;
  /** Says which older answers were believed, and why; null where none was. */
  readonly newBeginning: string | null;
}

/**
 * Holds each answer to the newest generation that was accepted for its group. One that stays below it for `staleLimit`
 * runs in a row, or is seen by a forced run, is a new beginning: a generation that was too high must not keep its group
 * out of sight for ever. A run that got no answer for a group neither counts nor breaks the row.
 */
export function judgeGenerations(answers: readonly Answer[], memory: Memory, rule: GenerationRule): Judged {
  const generations = { ...memory.generations };
  const staleRuns = { ...memory.staleRuns };
  const begun: string[] = [];
  const judged = answers.map((answer) => {
    const { generation } = answer;
    const key = groupKey(answer);
    const now = numberOf(generation);
    if (!isAuthoritative(answer) || generation === null || now === null) return answer;
    const accepted = numberOf(generations[key]);
    const before = generations[key];
    if (accepted !== null && now < accepted) {
      const counted = staleRuns[key] ?? 0;
      const runs = rule.isFirstLook ? counted + 1 : Math.max(counted, 1);
      const isBeginning = rule.forceRun || runs >= rule.staleLimit;
      if (!isBeginning) {
        staleRuns[key] = runs;
        return staleAnswer(answer, `${before}`, rule.staleLimit - runs);
      }
      begun.push(`${key} ${generation} (${before} before)`);
    }
    generations[key] = generation;
    delete staleRuns[key];
    return answer;
  });
  return {
    answers: judged,
    memory: { ...memory, generations, staleRuns },
    newBeginning: formatBeginning(begun, rule),
  };
}

/** No source has more digits; a longer text, or one that is no number, cannot be compared, and is not remembered. */
function numberOf(generation: string | null | undefined): bigint | null {
  return typeof generation === 'string' && /^[0-9]{1,40}$/.test(generation) ? BigInt(generation) : null;
}

function staleAnswer(answer: Answer, accepted: string, runsLeft: number): Answer {
  const more = runsLeft === 1 ? '1 more run has' : `${runsLeft} more runs in a row have`;
  const next = `a new beginning once ${more} seen it, or by --force_run`;
  const detail = `generation ${answer.generation} is older than ${accepted}, accepted before; ${next}`;
  return { ...answer, verdict: 'stale', detail };
}

function formatBeginning(begun: readonly string[], { forceRun, staleLimit }: GenerationRule): string | null {
  if (begun.length === 0) return null;
  const why = forceRun ? 'this run is forced' : `stale_limit is ${staleLimit}`;
  return `older generations are accepted as a new beginning (${why}): ${listed(begun)}`;
}

import { run } from './batch.ts';
import { type BatchResult, nothingYet } from './batch-result.ts';
import { ATTEMPTS, PAIR_SHARES, PAIRS, pairScenario } from './pairs.ts';
import { FAULT_KINDS } from './scenario.ts';

/**
 * Two kinds of faults in all states but those in which they have struck already: one of each kind at a time, each on a
 * node of its own, and then by itself, in other clusters, whatever it did not come to.
 */
export async function runPairs(share: number, struck: readonly string[]): Promise<BatchResult> {
  const result = nothingYet();
  const isLeft = (pair: string) => result.reach.struck[pair] === undefined;
  const attempt = (pairs: readonly string[], nth: number) =>
    run(`${pairs.join(' + ')} / ${nth}`, pairScenario(pairs, nth), result);
  const missing = [share, share + PAIR_SHARES].map((at) => innermostFirst(at, struck));
  // What two states need of the cluster goes together best where the states have little in common.
  const waiting = missing.map((pairs, at) => (at === 0 ? [...pairs] : halfwayRound(pairs)));
  for (;;) {
    const couple = waiting.flatMap((pairs) => nextOf(pairs, isLeft));
    if (couple.length === 0) break;
    await attempt(couple, 0);
  }
  for (const pair of missing.flat()) {
    for (let nth = 0; nth < ATTEMPTS && isLeft(pair); nth += 1) await attempt([pair], nth);
  }
  return result;
}

/** What strikes a command or its lock strikes the run as well, in whatever state that is meanwhile. */
function innermostFirst(kind: number, struck: readonly string[]): readonly string[] {
  return PAIRS.filter((pair) => pair.startsWith(`${FAULT_KINDS[kind]} @ `) && !struck.includes(pair)).reverse();
}

function halfwayRound(pairs: readonly string[]): string[] {
  const half = Math.ceil(pairs.length / 2);
  return [...pairs.slice(half), ...pairs.slice(0, half)];
}

/** Takes the next one that is left out of the list, with all before it; none where there is none. */
function nextOf(pairs: string[], isLeft: (pair: string) => boolean): readonly string[] {
  while (pairs.length > 0) {
    const pair = pairs.shift()!;
    if (isLeft(pair)) return [pair];
  }
  return [];
}

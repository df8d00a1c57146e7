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
  const [ones, others] = [share, share + PAIR_SHARES].map((at) =>
    PAIRS.filter((pair) => pair.startsWith(`${FAULT_KINDS[at]} @ `) && !struck.includes(pair)),
  ) as [string[], string[]];
  for (let at = 0; at < Math.max(ones.length, others.length); at += 1) {
    const couple = [...ones.slice(at, at + 1), ...others.slice(at, at + 1)].filter(isLeft);
    if (couple.length > 0) await attempt(couple, 0);
  }
  for (const pair of [...ones, ...others]) {
    for (let nth = 0; nth < ATTEMPTS && isLeft(pair); nth += 1) await attempt([pair], nth);
  }
  return result;
}

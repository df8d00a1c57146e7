import type { Bench } from './figure.ts';
import { quietRatio } from './rows/quiet-run.ts';
import { NODE_MAJOR, readStated } from './stated.ts';

/** How much worse than stated is a regression rather than another host. */
const WORSE = 1.15;
const ATTEMPTS = 4;

/**
 * Measures a quiet run over the floor program, and throws where that is much worse than docs/performance.json states
 * for this Node. A busy host can only make one measurement worse: the best of a few counts, and one good one is enough.
 */
export async function checkStated(bench: Bench): Promise<void> {
  const stated = readStated()[NODE_MAJOR]?.['quiet']?.figures[0]?.value;
  if (stated === undefined) return console.log(`nothing is stated for Node ${NODE_MAJOR}`);
  const ratios: number[] = [];
  while (ratios.length < ATTEMPTS) {
    const { min } = await quietRatio(bench);
    ratios.push(min);
    console.log(`a quiet run costs ${min.toFixed(2)} times the floor program; stated is ${stated.toFixed(2)}`);
    if (min <= stated * WORSE) return;
  }
  const best = Math.min(...ratios).toFixed(2);
  throw new Error(
    `a quiet run costs ${best} times the floor program, and more than ${(stated * WORSE).toFixed(2)} is too much`,
  );
}

/**
 * Bundled and started by run.mjs: `batch FIRST END STEP [LOCK]`, `pairs SHARE SHARES FILE`, `hunt SHARE SHARES SEEDS [LOCK [BUG]]`, `hash SEED…`,
 * `judge SHARE SHARES FILE`, `show NAME FOLDER [BUG]`.
 */
import { readFileSync } from 'node:fs';
import { hunt, judged, runBatch, runPairs, traceHash } from './batch.ts';
import type { LockKind, Scenario } from './scenario.ts';
import { show } from './show.ts';

// Nobody reads where an error comes from that the program expects, and to find out takes long.
if (process.argv[2] !== 'show') Error.stackTraceLimit = 0;

async function work(command: string | undefined, words: readonly string[]): Promise<unknown> {
  const [first, second, third] = words.map(Number);
  switch (command) {
    case 'batch':
      return runBatch(first!, second!, third!, named(words[3]));
    case 'pairs':
      return runPairs(first!, second!, JSON.parse(readFileSync(words[2]!, 'utf8')) as string[]);
    case 'hunt':
      return hunt(first!, second!, third!, { lock: named<LockKind>(words[3]), mutant: named(words[4]) });
    case 'judge':
      return inTurn(shareOf(first!, second!, JSON.parse(readFileSync(words[2]!, 'utf8')) as Scenario[]), judged);
    case 'hash':
      return inTurn(words, (seed) => traceHash(Number(seed)));
    default:
      return show(words[0]!, words[1]!, words[2] ?? null);
  }
}

function shareOf<Item>(share: number, shares: number, items: readonly Item[]): readonly Item[] {
  return items.filter((_, index) => index % shares === share);
}

/** Never two at once: the code of a simulated process asks who it is. */
async function inTurn<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

/** A word that is left out may be empty too. */
function named<Name extends string>(word: string | undefined): Name | undefined {
  return word === undefined || word === '' ? undefined : (word as Name);
}

work(process.argv[2], process.argv.slice(3)).then(
  (result) => console.log(JSON.stringify(result)),
  (error) => {
    console.error(error);
    process.exitCode = 70;
  },
);

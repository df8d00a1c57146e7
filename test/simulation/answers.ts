import { hashes, hunt, judged, runBatch } from './batch.ts';
import { runPairs } from './run-pairs.ts';
import { show } from './show.ts';
import { shrunk } from './shrink.ts';

/** What a worker can be asked. */
export const ANSWERS = { batch: runBatch, pairs: runPairs, shrunk, hunt, judged, hashes, show };
export type Answers = typeof ANSWERS;

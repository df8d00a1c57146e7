import { REPORT_TIMEOUT_MS } from '../../machines/time-limits.ts';
import { isSilence, silence } from '../files/patience.ts';
import { readOwnFile } from '../files/read-small-file.ts';
import { cleanTemps, replaceFile } from '../files/replace-file.ts';
import { inTime } from '../in-time.ts';
import { formatExposition, readSample } from './exposition.ts';
import { CARRIED, type Carried, type RunFacts, runMetrics } from './run-metrics.ts';

/** node_exporter runs as a user of its own. */
const MODE = 0o644;

/** What is larger was not written here. */
const MAX_BYTES = 16 * 1024 * 1024;

const LATE = Symbol('late');

/**
 * Replaces the file of metrics as a whole. Rejects with a `FileProblem`, also where its disk does not answer; the old file then
 * stays.
 */
export async function writeMetrics(path: string, run: RunFacts): Promise<void> {
  const written = await inTime(REPORT_TIMEOUT_MS, replaceMetrics(path, run), LATE);
  if (written === LATE) throw silence(path, REPORT_TIMEOUT_MS);
}

async function replaceMetrics(path: string, run: RunFacts): Promise<void> {
  const previous = await readOwnFile(path, MAX_BYTES).catch((error) => {
    if (isSilence(error)) throw error;
    return '';
  });
  await replaceFile(path, formatExposition(runMetrics(run, carriedIn(previous))), MODE);
  await cleanTemps(path);
}

function carriedIn(text: string): Carried {
  return {
    lastSuccessAt: readSample(text, CARRIED.lastSuccessAt),
    discoveryOkAt: readSample(text, CARRIED.discoveryOkAt),
    handbrakeEngaged: readSample(text, CARRIED.handbrakeEngaged),
    brakeEngaged: readSample(text, CARRIED.brakeEngaged),
  };
}

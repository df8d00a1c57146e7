import type { Outcome } from '../../machines/vocabulary.ts';
import { formatElapsed } from './format-elapsed.ts';
import { formatPlace } from './format-holder.ts';
import { PHASES } from './phases.ts';
import type { RunProgress } from './run-progress.ts';
import { formatTimes, isBad, sentenceOf } from './sentence.ts';
import type { Terminal } from './terminal.ts';

export interface Audience {
  readonly terminal: Pick<Terminal, 'isWatched' | 'hasColours'>;
  /** Makes text safe for one line. */
  readonly clean: (text: string) => string;
  /** Null when it could not be opened. */
  readonly logFile: string | null;
}

/**
 * The one line that stderr gets at the end: for somebody who looks always, for cron only when the run failed or was
 * stopped; else null.
 */
export function formatEnding(
  outcome: Outcome,
  progress: RunProgress,
  { terminal, clean, logFile }: Audience,
): string | null {
  const sentence = sentenceOf(outcome, progress);
  if (terminal.isWatched)
    return `${signOf(outcome, terminal.hasColours)} ${clean(`${sentence}${formatTimes(outcome, progress)}`)}`;
  return isBad(outcome) ? `watcher: ${clean(logFile === null ? sentence : `${sentence} (log: ${logFile})`)}` : null;
}

/** What goes on now: `waiting for the cluster lock 12.4s · held by front-2 for 3m10s, 2 ahead`. */
export function formatLive(progress: RunProgress): string {
  const words = progress.phase === null ? 'starting' : PHASES[progress.phase].words;
  const place = progress.phase === 'awaitingYtLock' && progress.place !== null ? formatPlace(progress.place) : '';
  return `${words} ${formatElapsed(progress.inPhaseMs)}${place === '' ? '' : ` · ${place}`}`;
}

const GREEN = 32;
const YELLOW = 33;
const RED = 31;

function signOf(outcome: Outcome, hasColours: boolean): string {
  const [sign, colour] = signAndColour(outcome);
  return hasColours ? `\u001b[${colour}m${sign}\u001b[0m` : sign;
}

function signAndColour(outcome: Outcome): readonly [sign: string, colour: number] {
  if (isBad(outcome)) return ['✘', RED];
  return outcome.kind === 'skipped' ? ['○', YELLOW] : ['✔', GREEN];
}

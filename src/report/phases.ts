import type { StateValue } from 'xstate';
import type { RunState } from '../../machines/state-names.ts';
import type { LogLevel } from '../settings/settings.ts';

interface Phase {
  /** What goes on, to stand after "watcher is". */
  readonly words: string;
  /** How much it matters that it begins. Nothing is said of ends: the summary does. */
  readonly level: LogLevel | null;
}

/** The states of a run that are shown to people, by the names that recordings and docs use. */
export const PHASES = {
  checkingRunLock: { words: 'looking for another watcher on this node', level: 'DEBUG' },
  checkingReadiness: { words: 'looking whether this node has what a run needs', level: 'DEBUG' },
  checkingHandbrake: { words: 'asking the handbrake', level: 'DEBUG' },
  takingRunLock: { words: 'taking the run lock', level: 'DEBUG' },
  reading: { words: 'reading which pods HAProxy has', level: 'DEBUG' },
  resolving: { words: 'asking service discovery', level: 'DEBUG' },
  diffing: { words: 'comparing', level: 'DEBUG' },
  awaitingYtLock: { words: 'waiting for the cluster lock', level: 'INFO' },
  delaying: { words: 'holding the cluster lock while the cluster settles', level: 'INFO' },
  confirming: { words: 'looking at pods, handbrake and lock once more', level: 'DEBUG' },
  refreshing: { words: 'refreshing HAProxy', level: 'DEBUG' },
  verifying: { words: 'looking whether HAProxy runs what it was given', level: 'INFO' },
  reporting: { words: 'writing the statistics', level: 'DEBUG' },
  releasing: { words: 'giving back the locks', level: 'DEBUG' },
  refreshed: { words: 'done', level: null },
  unchanged: { words: 'done', level: null },
  wouldRefresh: { words: 'done', level: null },
  skipped: { words: 'done', level: null },
  aborted: { words: 'stopped', level: null },
  failed: { words: 'failed', level: null },
} as const satisfies Partial<Record<RunState, Phase>>;

export type PhaseName = keyof typeof PHASES;

/** What goes on in a state, as a recording or another process names it; null for a name that today's run has not. */
export function wordsOfPhase(name: string): string | null {
  return isPhase(name) ? PHASES[name].words : null;
}

/** The phase that a value of the run's machine is in, or null between two of them. */
export function phaseOf(value: StateValue): PhaseName | null {
  if (typeof value === 'string') return isPhase(value) ? value : null;
  for (const [name, inner] of Object.entries(value)) {
    if (isPhase(name)) return name;
    if (inner !== undefined) return phaseOf(inner);
  }
  return null;
}

export function isPhase(name: string): name is PhaseName {
  return Object.hasOwn(PHASES, name);
}

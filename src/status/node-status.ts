import type { Holder, Orphan } from '../../machines/vocabulary.ts';
import type { Progress } from '../node-files/progress-file.ts';
import type { LastRun, State } from '../node-files/state-file.ts';

/** What was asked, or why there is no answer. */
export type Looked<Answer> = Answer | { readonly problem: string };

/** Whether the switch of this node lets it be refreshed. */
export interface HandbrakeStatus {
  readonly engaged: boolean;
  /** The last line that its command printed; null for none. */
  readonly said: string | null;
}

/** All that `watcher status` knows of a node. It is read from what is there, and changes nothing. */
export interface NodeStatus {
  readonly nowMs: number;
  /** Who has the run lock; null for nobody. */
  readonly run: Holder | null;
  /** A refresh that is alive; beside a run it is that run's own. */
  readonly refresh: Orphan | null;
  /** What the run in progress waits for; null where it does not say. */
  readonly progress: Progress | null;
  readonly lastRun: LastRun | null;
  readonly lastRefresh: State['last_refresh'];
  /** When every group last had an answer that can be trusted. */
  readonly discoveryAt: string | null;
  readonly handbrake: Looked<HandbrakeStatus>;
  /** Why the configuration is refused; null where it is not. */
  readonly refused: string | null;
}

export function isBusy({ run, refresh }: Pick<NodeStatus, 'run' | 'refresh'>): boolean {
  return run !== null || refresh !== null;
}

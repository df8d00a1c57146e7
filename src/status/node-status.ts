import type { Holder, Orphan } from '../../machines/vocabulary.ts';
import type { Progress } from '../node-files/progress-file.ts';
import type { State } from '../node-files/state-file.ts';
import type { ClusterStatus } from './cluster-status.ts';
import type { Looked } from './looked.ts';

/** Whether the switch of this node lets it be refreshed. */
export interface HandbrakeStatus {
  readonly engaged: boolean;
  /** Who engaged it and why, where its file says so; else the last line that its command printed. Null for nothing. */
  readonly said: string | null;
  /** Since when it is engaged; null where that cannot be seen. */
  readonly since: string | null;
  /** The command that releases it; null where that is not known, or it is released. */
  readonly release: string | null;
}

/** How a run ended. */
export interface EndedRun {
  readonly run_id: string;
  readonly at: string;
  /** As the log names it, or `killed` for one whose recording has no end. */
  readonly outcome: string;
  readonly message: string | null;
  readonly took_ms: number;
}

/** All that `watcher status` knows of a node. It is read from what is there, and changes nothing. */
export interface NodeStatus {
  readonly nowMs: number;
  /** Who has the run lock; null for nobody. */
  readonly run: Holder | null;
  /** True: its process was stopped by a signal, and does nothing until it is continued. */
  readonly isStopped: boolean;
  /** Longer than this no run with the settings of this node lasts that is well; null where these are not known. */
  readonly longestRunMs: number | null;
  /** A refresh that is alive; beside a run it is that run's own. */
  readonly refresh: Orphan | null;
  /** What the run in progress waits for; null where it does not say. */
  readonly progress: Progress | null;
  readonly lastRun: EndedRun | null;
  /** Whether `watcher explain` can explain that run. */
  readonly isRecorded: boolean;
  /** When a run last began, as far as recordings show: also one that ended before it took the run lock. */
  readonly lastStartAt: string | null;
  readonly lastRefresh: State['last_refresh'];
  /** When every group last had an answer that can be trusted. */
  readonly discoveryAt: string | null;
  readonly handbrake: Looked<HandbrakeStatus>;
  /** Folders that runs write in, and that have no room left. */
  readonly fullFolders: readonly string[];
  /** What the nodes share; null where the configuration does not say where that is. */
  readonly cluster: ClusterStatus | null;
  /** Why the configuration is refused; null where it is not. */
  readonly refused: string | null;
}

export function isBusy({ run, refresh }: Pick<NodeStatus, 'run' | 'refresh'>): boolean {
  return run !== null || refresh !== null;
}

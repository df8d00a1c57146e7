import { inTime } from '../in-time.ts';
import { createProgressFile } from '../node-files/progress-file.ts';
import { describeHolder } from './format-holder.ts';
import type { PhaseName } from './phases.ts';
import type { RunProgress } from './run-progress.ts';

export interface PublishOptions {
  readonly runLockFile: string;
  readonly runId: string;
  readonly wallMs: () => number;
}

/** Lets `watcher status` see what a run waits for. */
export interface Publisher {
  /** Called with what is known of the run whenever that has changed. */
  readonly changed: (progress: RunProgress) => void;
  /** To be called as soon as the run is over: the next one may say what it waits for in the same place. */
  readonly ended: () => Promise<void>;
}

/** The states in which a run may stay for long. One that has nothing to do is in none of them, and writes nothing. */
const LONG: ReadonlySet<PhaseName> = new Set(['awaitingYtLock', 'delaying', 'confirming', 'refreshing', 'verifying']);

/** What a run waited for is of no interest any more: a disk that does not answer may keep it. */
const REMOVAL_MS = 2_000;

/** What a run waits for, in a file that lasts as long as the run. */
export function publishProgress({ runLockFile, runId, wallMs }: PublishOptions): Publisher {
  const file = createProgressFile(runLockFile);
  const before = (ms: number) => new Date(wallMs() - ms).toISOString();
  return {
    changed({ phase, inPhaseMs, place }) {
      if (phase === null || !LONG.has(phase)) return;
      file.write({
        run_id: runId,
        state: phase,
        since: before(inPhaseMs),
        holder: place === null || place.holder === null ? null : describeHolder(place.holder),
        holder_since: place === null || place.heldMs === null ? null : before(place.heldMs),
        ahead: place?.ahead ?? null,
      });
    },
    ended: () => inTime(REMOVAL_MS, file.remove(), undefined),
  };
}

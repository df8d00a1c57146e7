import type { ChildServiceOptions } from '../command/child-service.ts';
import { intentOf } from '../node-files/intent.ts';
import type { PrimerBefore } from '../node-files/primer-before.ts';
import { writeIntent } from '../node-files/state-file.ts';

interface RefreshRecordOptions {
  readonly stateFile: string;
  readonly runId: string;
  /** What the primer said when it was read last. */
  readonly primerNow: () => PrimerBefore | null;
  /** Hears what does not stop a run but ought to be put right. */
  readonly note: (line: string) => void;
}

/** The refresh of one run, as it is recorded before its command goes. */
export interface RefreshRecord {
  /** Records a refresh; other commands leave no record. Rejects where it cannot: then the command must not run. */
  readonly beforeGo: ChildServiceOptions['beforeGo'];
  /** Settles once what is being recorded is on record, or could not be: before that, a report would not find it. */
  settled(): Promise<void>;
  /** When the refresh command was sent `go`, in Unix seconds; null before that. */
  at(): number | null;
  /** The same by the clock that never steps; 0 before that. */
  atMs(): number;
}

/** A run that is killed from then on cannot leave its refresh unseen. */
export function createRefreshRecord({ stateFile, runId, primerNow, note }: RefreshRecordOptions): RefreshRecord {
  let at: number | null = null;
  let recorded: Promise<unknown> = Promise.resolve();
  let atMs = 0;
  return {
    async beforeGo({ command, reason }, pgid) {
      if (command !== 'refresh') return;
      const writing = writeIntent(stateFile, intentOf({ runId, pgid, reason: reason! }), primerNow());
      recorded = writing.catch(() => {});
      const { notes } = await writing;
      notes.forEach(note);
      at = Date.now() / 1000;
      atMs = performance.now();
    },
    async settled() {
      await recorded;
    },
    at: () => at,
    atMs: () => atMs,
  };
}

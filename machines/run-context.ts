import type { LockNotice } from './lock-context.ts';
import type {
  AbortSignalName,
  Answer,
  CommandName,
  CommandResult,
  Diff,
  Endpoint,
  Failure,
  Group,
  Memory,
  Orphan,
  Outcome,
  Reason,
  RunInput,
  SeenMark,
} from './vocabulary.ts';

/** What reaches the machine of a run, besides the answers of its services and its timers. */
export type RunEvent =
  /** A signal that would otherwise have ended the process. */
  | { readonly type: 'abort'; readonly signal: AbortSignalName }
  /** haproxy_timeout is over. */
  | { readonly type: 'budgetSpent' }
  /** haproxy_verify_timeout is over. */
  | { readonly type: 'verifySpent' }
  | { readonly type: 'commandStarted'; readonly command: CommandName; readonly pgid: number }
  | LockNotice;

/** What a run knows at any instant. */
export interface RunContext {
  readonly run: RunInput;
  readonly memory: Memory;
  /** The refresh of an earlier, killed run that is still alive. */
  readonly orphan: Orphan | null;
  /** Why it cannot be determined whether there is one. */
  readonly memoryFailure: Failure | null;
  readonly groups: readonly Group[];
  readonly answers: readonly Answer[];
  readonly diff: Diff | null;
  /** The last comparison as it was, with what only it saw: what is lost need not be lost twice to hold a refresh back. */
  readonly lastDiff: Diff | null;
  readonly reason: Reason | null;
  readonly refreshStarted: boolean;
  readonly refresh: CommandResult | null;
  /** What HAProxy is to have after the refresh, where that is looked at. */
  readonly expected: readonly Endpoint[];
  /** Why the refresh does not count as effective yet. */
  readonly doubt: string | null;
  readonly lockLoss: Failure | null;
  /** The last trouble with the lock service while we waited; null again once it answers. */
  readonly lockTrouble: Failure | null;
  /** Which plans had failed when that was looked at last. */
  readonly marks: readonly SeenMark[];
  readonly clusterLockBroken: boolean;
  /** The report was given up, and is perhaps still being written. */
  readonly reportGoesOn: boolean;
  /** The first ending that was decided stands; what happens after it is only noticed. */
  readonly outcome: Outcome | null;
}

/** What nodes write for each other on the board beside the cluster lock. */

/** A plan whose refresh failed. */
export interface FailedPlan {
  /** What the refresh was for (machines/plan.ts); null when that was not known. */
  readonly plan: string | null;
  /** How many refreshes for it have failed, each within `brake_ttl` of the one before. */
  readonly failures: number;
  /** Why the last of them failed. */
  readonly why: string;
}

/** The same as it stands on the board: with the node and the run of the last failure, and its time, ISO 8601. */
export interface BrakeMark extends FailedPlan {
  readonly node: string;
  readonly runId: string;
  readonly at: string;
}

/** `agoMs` is by the wall clock of who reads, and negative for a time that lies in the future. */
export interface SeenMark extends BrakeMark {
  readonly agoMs: number;
}

/** What a node says of its last run. */
export interface NodeRecord {
  /** In one word (machines/outcome-name.ts). */
  readonly outcome: string;
  readonly plan: string | null;
}

/** What the board has of this node. Another version may have written it. */
export interface SeenNodeRecord {
  readonly outcome: string;
  readonly plan: string | null;
  readonly version: string;
  readonly agoMs: number;
}

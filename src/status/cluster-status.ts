import type { Holder, SeenMark } from '../../machines/vocabulary.ts';
import type { StoredNodeRecord } from '../board/node-record.ts';
import type { Looked } from './looked.ts';

/** A plan that failed on some node. */
export interface BrakeMarkStatus extends SeenMark {
  /** How long it still keeps runs from trying the same; null where it keeps none. */
  readonly leftMs: number | null;
}

/** What a node of the cluster said of its last run. */
export type NodeRecordStatus = Looked<StoredNodeRecord> & { readonly node: string };

/** What the nodes of a cluster share, as it stands now. */
export interface ClusterStatus {
  /** Which lock it is, and where. */
  readonly lockName: string;
  readonly lock: Looked<{
    /** Who has it; null for nobody. */
    readonly holder: Holder | null;
    /** How many wait for it; null where that is not known. */
    readonly waiting: number | null;
  }>;
  readonly brake: Looked<{ readonly marks: readonly BrakeMarkStatus[] }>;
  /** False: this node does not go by it (`on_refresh_failure`). */
  readonly isBrakeHeeded: boolean;
  /** Null where nobody asked for them. */
  readonly nodes: Looked<{ readonly nodes: readonly NodeRecordStatus[] }> | null;
}

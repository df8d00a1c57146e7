/** What a record is called: the brake, or what a node says of its last run. */
export type RecordName = 'brake' | `nodes/${string}`;

/** A small text on the board, in JSON by agreement of those who write it. */
export interface BoardRecord {
  readonly name: RecordName;
  readonly text: string;
}

/**
 * Small records beside a lock, for all nodes that share it, read and written without having the lock. Each call is one
 * question that is answered or fails within `BOARD_DEADLINE_MS`, and is never tried again. They reject with a `Failed`:
 * `lockDenied` for what a person has to put right, `lockUnavailable` for what may pass, `aborted` with the signal.
 */
export interface Board {
  /** All records whose names begin with `nodes/`, in any order; none where nobody has written one. */
  nodes(signal: AbortSignal): Promise<readonly BoardRecord[]>;
  /** Null where there is none. */
  read(name: RecordName, signal: AbortSignal): Promise<string | null>;
  /** Replaces the record as a whole, and makes whatever it needs around it. It stays when its writer ends. */
  write(record: BoardRecord, signal: AbortSignal): Promise<void>;
  /** A record that is not there is a success. */
  remove(name: RecordName, signal: AbortSignal): Promise<void>;
}

/** Nobody waits long for what changes no run. */
export const BOARD_DEADLINE_MS = 3_000;

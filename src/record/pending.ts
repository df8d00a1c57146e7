import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';

/** A machine whose events are recorded. */
export interface Recorded {
  readonly name: string;
  /** What the machine knew at its last line. */
  context: Readonly<Record<string, unknown>>;
  /** The keys of it of which a part was left out. */
  readonly lacking: Set<string>;
}

/** An event of which the line is not written yet. */
export interface Pending {
  readonly actor: Recorded;
  readonly event: AnyEventObject;
  readonly at: number;
  snapshot: AnyMachineSnapshot;
}

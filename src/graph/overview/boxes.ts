import type { RunState } from '../../../machines/state-names.ts';

/** One step of a run as a newcomer would name it, and the states that it stands for, with all that is inside them. */
export interface OverviewBox {
  readonly title: string;
  readonly states: readonly string[];
}

/** A state that lasts while the run walks through the boxes in it. */
export interface OverviewFrame {
  readonly title: string;
  readonly state: string;
  /** The first and the last state in it that have boxes. */
  readonly from: string;
  readonly to: string;
}

/** In the order of a run that refreshes. */
export const BOXES: readonly OverviewBox[] = [
  { title: 'Is this node free, and has it what it needs?', states: ['checkingRunLock', 'checkingReadiness'] },
  { title: 'May it be refreshed?', states: ['checkingHandbrake', 'takingRunLock'] },
  { title: 'Read, ask, compare: a reason to refresh?', states: ['reading', 'resolving', 'diffing'] },
  { title: 'Wait in line for the cluster lock', states: ['awaitingYtLock'] },
  { title: 'Hold it while the cluster settles', states: ['delaying'] },
  { title: 'Look at all of it again', states: ['confirming'] },
  { title: 'Refresh HAProxy', states: ['refreshing', 'verifying'] },
  { title: 'Write statistics and state', states: ['reporting'] },
  { title: 'Give back both locks', states: ['releasing', 'free'] },
  { title: 'Outcome', states: ['refreshed', 'unchanged', 'wouldRefresh', 'skipped', 'aborted', 'failed'] },
] satisfies readonly (OverviewBox & { readonly states: readonly RunState[] })[];

/** From the outside in. */
export const FRAMES: readonly OverviewFrame[] = [
  { title: 'one run on this node', state: 'holdingRunLock', from: 'reading', to: 'releasing' },
  { title: 'one node of the cluster at a time', state: 'takingTurn', from: 'awaitingYtLock', to: 'refreshing' },
] satisfies readonly (OverviewFrame & Readonly<Record<'state' | 'from' | 'to', RunState>>)[];

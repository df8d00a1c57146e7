import type { AnyMachineSnapshot, AnyTransitionDefinition, StateValue } from 'xstate';
import { decisionsOf, formatDecision, guardName, refusalsOf, rivalsOf } from './decision.ts';
import type { Step } from './pure-machine.ts';
import type { RecordedEvent } from './read-recording.ts';
import { statePath, statePaths } from './state-path.ts';

/** Where a recorded run and today's machines part. */
export interface Difference {
  /** Counted from 1, as an editor does. */
  readonly line: number;
  readonly at: number;
  /** The machine that differs, and its event; null at the end of the run. */
  readonly notice: RecordedEvent | null;
  readonly recorded: string;
  readonly now: string;
  /** The guards that decide it today; null where none is asked. */
  readonly decided: string | null;
}

/** A difference in two sentences, without its place. */
export type Mismatch = Pick<Difference, 'recorded' | 'now'> & { readonly decided?: string };

/** How today's state differs from the recorded one, or null. */
export function stateMismatch(notice: RecordedEvent, before: AnyMachineSnapshot, step: Step): Mismatch | null {
  const recorded = standing(notice.state, notice.status ?? 'active');
  const now = standing(step.snapshot.value, step.snapshot.status);
  if (recorded === now) return null;
  return { recorded, now, decided: whyElsewhere(notice, before, step) };
}

function standing(value: StateValue, status: string): string {
  return `${statePath(value)}${status === 'active' || status === 'done' ? '' : ` (${status})`}`;
}

/** The first choice that leads away from the recorded state. */
function whyElsewhere(notice: RecordedEvent, before: AnyMachineSnapshot, { microsteps }: Step): string {
  const recorded = statePaths(notice.state);
  const leadsThere = ({ target }: AnyTransitionDefinition) =>
    target?.some(({ path }) => recorded.includes(path.join('.'))) === true;
  const choices = microsteps.flatMap((microstep) =>
    decisionsOf(microstep).map((decision, index) => ({ decision, taken: microstep.transitions[index]! })),
  );
  for (const { decision, taken } of choices) {
    const rivals = leadsThere(taken) ? [] : rivalsOf(taken).filter(leadsThere);
    if (rivals.length === 0) continue;
    const then = rivals.map((rival) => guardName(rival) ?? 'the transition without a guard').join(' or ');
    return `${formatDecision(decision) || 'no guard is asked'}; the recorded run went on by ${then}`;
  }
  const asked = choices.map(({ decision }) => formatDecision(decision)).filter((words) => words !== '');
  if (asked.length > 0) return asked.join('; ');
  if (choices.length > 0) return 'no guard is asked: the transition itself is another one';
  const refusals = refusalsOf(before, notice.event);
  if (refusals.length > 0) return refusals.map((name) => `${name}: no`).join(', ');
  return `nothing in ${statePath(before.value)} waits for this event`;
}

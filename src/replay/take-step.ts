import type { AnyActorRef, AnyMachineSnapshot } from 'xstate';
import type { Diff, Notice } from '../../machines/vocabulary.ts';
import { NOT_KEPT } from '../record/format.ts';
import { hasOmittedPart, withMarks } from '../record/omitted.ts';
import { shorten } from '../record/shorten.ts';
import { activeStates, type PureMachine, type Step } from './pure-machine.ts';
import type { RecordedEvent } from './read-recording.ts';
import { asRecorded, isSameData } from './same-data.ts';

/** A step as the recording has it, where parts of what the machine got were left out. */
export interface TakenStep {
  readonly step: Step;
  readonly notice: readonly Notice[];
  /** False when it could be computed all the same, and came to what is recorded. */
  readonly trusted: boolean;
  /** False when it is not known what the step said and started. */
  readonly isComputed: boolean;
}

/**
 * Takes a step whose line has a context. It is computed as far as it can be: what was emitted in it must not be lost because
 * of a list that has nothing to do with it. Throws when there is no such state.
 */
export function takeStep(pure: PureMachine, before: AnyMachineSnapshot, recorded: RecordedEvent): TakenStep {
  const news = recorded.context ?? {};
  const computed = recorded.event.type === NOT_KEPT ? null : compute(pure, before, recorded);
  if (computed !== null) {
    const known = computed.snapshot.context as Record<string, unknown>;
    const isSame = Object.keys(news).every((key) => isSameData(asKept(known[key]), asKept(news[key])));
    if (isSame) return { step: computed, notice: noticesBy(computed.effects), trusted: false, isComputed: true };
    if (!recorded.lacksParts && news['diff'] === undefined) {
      const snapshot = { ...computed.snapshot, context: { ...known, ...news } } as AnyMachineSnapshot;
      return { step: { ...computed, snapshot }, notice: noticesBy(computed.effects), trusted: true, isComputed: true };
    }
  }
  const snapshot = before.machine.resolveState({
    value: recorded.state,
    context: { ...before.context, ...news } as never,
  });
  // Who was started before goes on.
  const invoked = activeStates(snapshot).flatMap(({ invoke }) => invoke.map(({ id }) => [id, { id } as AnyActorRef]));
  Object.assign(snapshot, { children: { ...Object.fromEntries(invoked), ...before.children } });
  const step = { snapshot, microsteps: [], effects: [] };
  return { step, notice: noticesByContext(before, snapshot, recorded), trusted: true, isComputed: false };
}

/** What a machine emits for people by these effects. */
export function noticesBy(effects: Step['effects']): Notice[] {
  return effects.flatMap(({ type, params }) =>
    type === 'xstate.emit' ? [(params as unknown as { event: Notice }).event] : [],
  );
}

/** Null where it breaks, or comes to another state: a part may be missing for it. */
function compute(pure: PureMachine, before: AnyMachineSnapshot, { event, state, status }: RecordedEvent): Step | null {
  try {
    const step = pure.step(before, event);
    return isSameData(step.snapshot.value, state) && step.snapshot.status === (status ?? 'active') ? step : null;
  } catch {
    return null;
  }
}

function asKept(value: unknown): unknown {
  return asRecorded(shorten(withMarks(value)));
}

/** What people want to know of a run first, also where it could not be computed. */
function noticesByContext(before: AnyMachineSnapshot, after: AnyMachineSnapshot, { event }: RecordedEvent): Notice[] {
  const [was, is] = [before, after].map(({ context }) => context as Partial<Known>) as [Partial<Known>, Partial<Known>];
  const notice: Notice[] = [];
  const hasLooked = event.type === 'xstate.done.actor.resolveGroups' || !isSameData(was.diff, is.diff);
  if (is.diff && Array.isArray(is.diff.groups) && hasLooked) {
    notice.push({ type: was.diff ? 'comparedAgain' : 'compared', diff: is.diff });
  }
  if (is.refreshStarted === true && was.refreshStarted === false) {
    notice.push({ type: 'commandStarted', command: 'refresh', pgid: 0 });
  }
  if (is.refresh && !was.refresh && !hasOmittedPart(is.refresh)) {
    notice.push({ type: 'commandEnded', command: 'refresh', result: is.refresh });
  }
  return notice;
}

interface Known {
  readonly diff: Diff | null;
  readonly refreshStarted: boolean;
  readonly refresh: Extract<Notice, { type: 'commandEnded' }>['result'] | null;
}

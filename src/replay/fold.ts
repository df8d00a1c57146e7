import type { AnyMachineSnapshot } from 'xstate';
import type { Notice, Outcome } from '../../machines/vocabulary.ts';
import { exitCode } from '../exit-codes.ts';
import { asciiJson } from '../record/chain.ts';
import { NOT_KEPT } from '../record/format.ts';
import { actorId, actorName, RECORDED_MACHINES, RUN } from '../record/recorded-machines.ts';
import { messageOf } from '../text/message-of.ts';
import { beginConversation } from './conversation.ts';
import { type Difference, type Mismatch, stateMismatch } from './difference.ts';
import { InvalidRecording } from './invalid-recording.ts';
import { type PureMachine, pureMachine, type Step } from './pure-machine.ts';
import type { RecordedEvent, Recording } from './read-recording.ts';
import { asRecorded, isSameData } from './same-data.ts';
import { statePath } from './state-path.ts';
import { noticesBy, type TakenStep, takeStep } from './take-step.ts';

/** One line of a recording, gone through once more. */
export interface FoldedStep {
  readonly recorded: RecordedEvent;
  readonly step: Step;
  /** What the machine emitted for people in it. */
  readonly notice: readonly Notice[];
  /** True when too much of the event was left out to compute the step: it was believed. */
  readonly trusted: boolean;
}

export interface Fold {
  /** Up to the end of the recording, or to the line before the difference. */
  readonly steps: readonly FoldedStep[];
  readonly difference: Difference | null;
}

interface Actor {
  readonly name: string;
  readonly pure: PureMachine;
  snapshot: AnyMachineSnapshot;
  isOver: boolean;
  /** Its last step was believed, so its output is not known. */
  wasTrusted: boolean;
  /** Its owner knows that it is over. */
  endReported: boolean;
}

/**
 * Takes every recorded event through today's machines, which only compute: no clock, no network, no child, no file.
 * Stops at the first line where they part. Throws `InvalidRecording` where the lines cannot belong together.
 */
export function foldRecording({ events, end }: Recording, machines = RECORDED_MACHINES): Fold {
  const actors = new Map<string, Actor>();
  const begun = new Map<string, number>();
  const conversation = beginConversation();
  const steps: FoldedStep[] = [];

  for (const event of events) {
    const mismatch = event.event.type === 'xstate.init' ? begin(event) : goOn(event);
    if (mismatch !== null) return { steps, difference: { decided: null, ...mismatch, ...placeOf(event) } };
  }
  const mismatch = end === null || end.incomplete !== undefined ? null : checkEnd(end);
  if (mismatch === null) return { steps, difference: null };
  return { steps, difference: { decided: null, ...mismatch, line: end!.line, at: end!.at, notice: null } };

  function begin(event: RecordedEvent): Mismatch | null {
    const id = actorId(event.actor);
    const number = (begun.get(id) ?? 0) + 1;
    begun.set(id, number);
    if (event.actor !== actorName(id, number) || actors.has(event.actor))
      throw new InvalidRecording(event.line, `no ${event.actor} can begin here`);
    if (id !== RUN && !actors.has(RUN)) throw new InvalidRecording(event.line, 'the run itself has not begun');
    const mismatch = conversation.checkBeginning(event, id);
    if (mismatch !== null) return mismatch;
    const pure = pureMachine(machines[id]!, event.event['input']);
    const { error } = pure.first.snapshot;
    if (error !== undefined) return broken(event, error);
    const actor = {
      name: event.actor,
      pure,
      snapshot: pure.first.snapshot,
      isOver: false,
      wasTrusted: false,
      endReported: false,
    };
    actors.set(event.actor, actor);
    return arrive(actor, event, pure.first.snapshot, pure.first);
  }

  function goOn(event: RecordedEvent): Mismatch | null {
    const actor = actors.get(event.actor);
    if (actor === undefined) throw new InvalidRecording(event.line, `${event.actor} has not begun`);
    if (actor.isOver) throw new InvalidRecording(event.line, `${event.actor} had come to its end before`);
    if (event.event.type === NOT_KEPT) {
      conversation.missSome(actor.name);
      return believe(actor, event);
    }
    const mismatch = conversation.findUnheard(event, isOver) ?? checkOrigin(event);
    if (mismatch !== null) return mismatch;
    if (event.context !== undefined) return believe(actor, event);
    const before = actor.snapshot;
    try {
      return arrive(actor, event, before, actor.pure.step(before, event.event));
    } catch (error) {
      if (event.status !== 'error') return broken(event, error);
      actor.isOver = true;
      return null;
    }
  }

  function arrive(actor: Actor, event: RecordedEvent, before: AnyMachineSnapshot, step: Step): Mismatch | null {
    const mismatch =
      stateMismatch(event, before, step) ?? (isUnexpected(event, step) ? unexpected(event, before) : null);
    if (mismatch !== null) return mismatch;
    actor.snapshot = step.snapshot;
    actor.isOver = step.snapshot.status !== 'active';
    actor.wasTrusted = false;
    conversation.listen(actor.name, step);
    steps.push({ recorded: event, step, notice: noticesBy(step.effects), trusted: false });
    return null;
  }

  function believe(actor: Actor, event: RecordedEvent): Mismatch | null {
    let taken: TakenStep;
    try {
      taken = takeStep(actor.pure, actor.snapshot, event);
    } catch {
      return { recorded: statePath(event.state), now: 'there is no such state' };
    }
    const { step, notice, trusted, isComputed } = taken;
    actor.snapshot = step.snapshot;
    actor.isOver = event.status !== undefined;
    actor.wasTrusted = trusted;
    if (isComputed) conversation.listen(actor.name, step);
    else conversation.missSome();
    steps.push({ recorded: event, step, notice, trusted });
    return null;
  }

  function checkOrigin(event: RecordedEvent): Mismatch | null {
    const [, how, id] = /^xstate\.(done|error)\.actor\.(.*)$/.exec(event.event.type) ?? [];
    if (id !== undefined && Object.hasOwn(RECORDED_MACHINES, id)) return checkChild(event, id, how === 'done');
    if (event.event.type.startsWith('xstate.after.')) return conversation.checkTimer(event);
    return event.event.type.startsWith('xstate.') ? null : conversation.checkMessage(event);
  }

  /** What the end of a machine is said to be must be what it came to. */
  function checkChild({ event, line, context }: RecordedEvent, id: string, isDone: boolean): Mismatch | null {
    const child = actors.get(actorName(id, begun.get(id) ?? 0));
    if (child === undefined) throw new InvalidRecording(line, `${id} has not begun`);
    const ended = child.isOver && child.snapshot.status === 'done';
    if (isDone !== ended) {
      const now = ended ? 'it has come to its end' : `it is in ${statePath(child.snapshot.value)}`;
      return { recorded: `${child.name} ${isDone ? 'has come to its end' : 'breaks'}`, now };
    }
    if (child.endReported) return { recorded: `${child.name} ends once more`, now: 'it has ended once' };
    child.endReported = true;
    child.isOver = true;
    const output = asRecorded(child.snapshot.output);
    if (!isDone || child.wasTrusted || context !== undefined || isSameData(output, event['output'])) return null;
    return {
      recorded: `${child.name} ends with ${asciiJson(event['output'])}`,
      now: `it ends with ${asciiJson(output)}`,
    };
  }

  function checkEnd({ outcome, exit_code, events: count }: NonNullable<Recording['end']>): Mismatch | null {
    if (count !== events.length) return { recorded: `${count} events`, now: `${events.length} are in the file` };
    const run = actors.get(RUN);
    if (run?.snapshot.status !== 'done') {
      const now = run === undefined ? 'it has not begun' : `it is in ${statePath(run.snapshot.value)}`;
      return { recorded: 'the run has come to its end', now };
    }
    const output = asRecorded(run.snapshot.output);
    if (!run.wasTrusted && !isSameData(output, outcome)) {
      return { recorded: `the outcome ${asciiJson(outcome)}`, now: `the outcome ${asciiJson(output)}` };
    }
    const codes = [false, true].map((detailed) => exitCode(outcome as Outcome, detailed));
    if (!codes.includes(exit_code)) return { recorded: `exit code ${exit_code}`, now: `exit code ${codes[0]}` };
    return conversation.findUnheard(null, isOver);
  }

  function isOver(name: string): boolean {
    return actors.get(name)?.isOver === true;
  }
}

function placeOf(event: RecordedEvent): Pick<Difference, 'line' | 'at' | 'notice'> {
  return { line: event.line, at: event.at, notice: event };
}

/** Services and timers of a state end with it: what comes of one is always waited for. */
function isUnexpected({ event }: RecordedEvent, { microsteps }: Step): boolean {
  const isAnswer = /^xstate\.(?:done|error|after)\./.test(event.type);
  return isAnswer && microsteps[0]?.transitions.length === 0;
}

function unexpected({ event, state }: RecordedEvent, before: AnyMachineSnapshot): Mismatch {
  return {
    recorded: `${event.type} leads to ${statePath(state)}`,
    now: `nothing in ${statePath(before.value)} waits for it`,
  };
}

function broken({ state }: RecordedEvent, error: unknown): Mismatch {
  return { recorded: statePath(state), now: `the machine breaks: ${messageOf(error).replaceAll('\n', ' ')}` };
}

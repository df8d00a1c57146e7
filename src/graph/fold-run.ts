import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';
import type { Notice } from '../../machines/vocabulary.ts';
import { actorId, RECORDED_MACHINES } from '../record/recorded-machines.ts';
import { type PureMachine, pureMachine, type Step } from '../replay/pure-machine.ts';
import type { RecordedEvent, Recording } from '../replay/read-recording.ts';
import { isSameData } from '../replay/same-data.ts';
import { statePaths } from '../replay/state-path.ts';
import { noticesBy, takeStep } from '../replay/take-step.ts';
import { wayOf } from './overlay.ts';

/** One line of a recording, with what today's machine makes of it. State ids are the model's. */
export interface RunStep {
  readonly line: number;
  /** Milliseconds since the run began. */
  readonly at: number;
  /** Who got the event: `watcher`, `clusterLock`, `handbrake#1`. */
  readonly actor: string;
  /** The id of its machine. */
  readonly machine: string;
  readonly event: AnyEventObject;
  /** The states that the step went through to the one it came to rest in, which is the last. */
  readonly passes: readonly Pass[];
  /** True when its machine has come to its end with this step. */
  readonly over: boolean;
  /** Null from where today's machine would go another way than the recorded one. */
  readonly context: unknown;
}

export interface Pass {
  /** Every state that the machine is in, those around others included. */
  readonly states: readonly string[];
  readonly ways: readonly string[];
  readonly notice: readonly Notice[];
}

/**
 * Folds a recording through the machines of today, without services or clock, for what its lines do not say: the states
 * that were passed without a stop, the ways that led there, what was remembered and emitted. Where the machines of today
 * part from the recording, the recording is believed.
 */
export function foldRun({ events }: Recording): readonly RunStep[] {
  const actors = new Map<string, Actor>();
  return events.map((event) => {
    const machine = RECORDED_MACHINES[actorId(event.actor)]!;
    const actor = actors.get(event.actor) ?? null;
    const { folded, next } = foldEvent(event, actor);
    if (next === null) actors.delete(event.actor);
    else actors.set(event.actor, next);
    const { line, at, event: what } = event;
    const resting = idsOf(machine.id, event.state);
    const passes = next === null ? [{ states: resting, ways: [], notice: [] }] : passesOf(machine.id, folded!);
    const context = next?.snapshot.context ?? null;
    const over = event.status !== undefined;
    return { line, at, actor: event.actor, machine: machine.id, event: what, passes, over, context };
  });
}

/** What was emitted is known also where the effects are not. */
type FoldedStep = Step & { readonly notice?: readonly Notice[] };

interface Actor {
  readonly pure: PureMachine;
  readonly snapshot: AnyMachineSnapshot;
}

function foldEvent(recorded: RecordedEvent, actor: Actor | null): { folded: FoldedStep | null; next: Actor | null } {
  try {
    const begins = recorded.event.type === 'xstate.init';
    const machine = RECORDED_MACHINES[actorId(recorded.actor)]!;
    const pure = begins ? pureMachine(machine, recorded.event['input']) : actor?.pure;
    if (pure === undefined) return { folded: null, next: null };
    const folded = begins ? pure.first : stepOf(pure, actor!.snapshot, recorded);
    if (!isSameData(folded.snapshot.value, recorded.state)) return { folded: null, next: null };
    return { folded, next: { pure, snapshot: folded.snapshot } };
  } catch {
    return { folded: null, next: null };
  }
}

/** What was left out cannot be computed, and is shown as far as the recording has it. */
function stepOf(pure: PureMachine, before: AnyMachineSnapshot, recorded: RecordedEvent): FoldedStep {
  if (recorded.context === undefined) return pure.step(before, recorded.event);
  const { step, notice } = takeStep(pure, before, recorded);
  return { ...step, notice };
}

function passesOf(machine: string, { snapshot, microsteps, effects, notice }: FoldedStep): readonly Pass[] {
  if (microsteps.length === 0)
    return [{ states: idsOf(machine, snapshot.value), ways: [], notice: notice ?? noticesBy(effects) }];
  return microsteps.map((microstep) => ({
    states: idsOf(machine, microstep.snapshot.value),
    ways: microstep.transitions.flatMap(({ source, target }) =>
      (target ?? []).map(({ id }: { id: string }) => wayOf(source.id, id)),
    ),
    notice: noticesBy(microstep.effects),
  }));
}

function idsOf(machine: string, state: RecordedEvent['state']): readonly string[] {
  return [machine, ...statePaths(state).map((path) => `${machine}.${path}`)];
}

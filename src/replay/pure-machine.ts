import {
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createActor,
  type ExecutableActionObject,
} from 'xstate';

/** One transition of a step, or several at once in regions side by side; a step has as many as it takes to come to rest. */
export interface Microstep {
  readonly event: AnyEventObject;
  readonly transitions: readonly AnyTransitionDefinition[];
  readonly snapshot: AnyMachineSnapshot;
  /** What it would do to the world, had it one. */
  readonly effects: readonly ExecutableActionObject[];
}

export interface Step {
  readonly snapshot: AnyMachineSnapshot;
  /** Empty for the first step, in which nothing is decided. */
  readonly microsteps: readonly Microstep[];
  readonly effects: readonly ExecutableActionObject[];
}

/** A machine that goes from state to state and does nothing. */
export interface PureMachine {
  readonly first: Step;
  /** Throws what a guard or an action throws. */
  step(from: AnyMachineSnapshot, event: AnyEventObject): Step;
}

/** The states that a snapshot is in, with all that are around them. XState has them for itself: nothing else asks it for such. */
export function activeStates({ _nodes }: AnyMachineSnapshot): AnyMachineSnapshot['_nodes'] {
  return _nodes;
}

/**
 * XState's pure `transition()`, with one inert actor for all steps instead of one for each, which is several times
 * faster, and with the transitions that were chosen, which only the inspection of that actor shows.
 */
export function pureMachine(machine: AnyStateMachine, input: unknown): PureMachine {
  let effects: ExecutableActionObject[] = [];
  let microsteps: Microstep[] = [];
  let notice = 0;
  // Never started: it has an identity, and no life.
  const actor = createActor(machine, {
    input,
    inspect(inspected) {
      if (inspected.type !== '@xstate.microstep' || inspected.actorRef.sessionId !== inspected.rootId) return;
      const { event, _transitions: transitions } = inspected;
      const snapshot = inspected.snapshot as AnyMachineSnapshot;
      microsteps.push({ event, transitions, snapshot, effects: effects.slice(notice) });
      notice = effects.length;
    },
  });
  const scope: AnyActorScope = {
    self: actor,
    id: actor.id,
    sessionId: actor.sessionId,
    system: actor.system,
    logger() {},
    defer() {},
    emit() {},
    stopChild() {},
    actionExecutor: (action) => {
      effects.push(action);
    },
  };

  function record(go: () => AnyMachineSnapshot): Step {
    effects = [];
    microsteps = [];
    notice = 0;
    return { snapshot: go(), microsteps, effects };
  }

  return {
    first: record(() => machine.getInitialSnapshot(scope, input)),
    step: (from, event) => record(() => machine.transition(from, event, scope)),
  };
}

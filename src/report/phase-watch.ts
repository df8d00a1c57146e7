import type { InspectionEvent, StateValue } from 'xstate';
import { type PhaseName, phaseOf } from './phases.ts';

/** Which phases the run's machine has entered, in order, those included that it only passed through. */
export interface PhaseWatch {
  inspect(event: InspectionEvent): void;
  /** Calls back for each phase that was not reported yet, up to `last` where it is given. */
  report(last?: PhaseName): void;
}

/**
 * What a run emits during a step comes after all of the step's states are known: they are kept until the step is over,
 * so that each thing is reported in the state that it happened in.
 */
export function watchPhases(enter: (phase: PhaseName) => void): PhaseWatch {
  let latest: PhaseName | null = null;
  let waiting: PhaseName[] = [];

  function report(last?: PhaseName) {
    const count = last === undefined ? waiting.length : waiting.indexOf(last) + 1;
    const now = waiting.slice(0, count);
    waiting = waiting.slice(count);
    now.forEach(enter);
  }

  return {
    inspect(event) {
      if (event.type !== '@xstate.microstep' && event.type !== '@xstate.snapshot') return;
      if (event.actorRef.sessionId !== event.rootId) return;
      const phase = phaseOf((event.snapshot as unknown as { value: StateValue }).value);
      if (phase !== null && phase !== latest) waiting.push(phase);
      latest = phase ?? latest;
      if (event.type === '@xstate.snapshot') report();
    },
    report,
  };
}

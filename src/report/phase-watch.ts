import type { InspectionEvent, StateValue } from 'xstate';
import { phaseOf } from './phases.ts';

/** Which phases the run's machine has entered, in order, those included that it only passed through. */
export interface PhaseWatch {
  inspect(event: InspectionEvent): void;
  /** Calls back for each phase that was not yet told of, up to `last` where it is given. */
  tell(last?: string): void;
}

/**
 * What a run tells during a step comes after all of the step's states are known: they are kept until the step is over,
 * so that each thing is told in the state that it happened in.
 */
export function watchPhases(enter: (phase: string) => void): PhaseWatch {
  let latest: string | null = null;
  let unworded: string[] = [];

  function tell(last?: string) {
    const count = last === undefined ? unworded.length : unworded.indexOf(last) + 1;
    const now = unworded.slice(0, count);
    unworded = unworded.slice(count);
    now.forEach(enter);
  }

  return {
    inspect(event) {
      if (event.type !== '@xstate.microstep' && event.type !== '@xstate.snapshot') return;
      if (event.actorRef.sessionId !== event.rootId) return;
      const { value } = event.snapshot as { value?: StateValue };
      const phase = value === undefined ? null : phaseOf(value);
      if (phase !== null && phase !== latest) unworded.push(phase);
      latest = phase ?? latest;
      if (event.type === '@xstate.snapshot') tell();
    },
    tell,
  };
}

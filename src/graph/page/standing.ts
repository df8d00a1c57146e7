import type { Player } from './player.ts';
import { innermost, type Run } from './runs.ts';

/** The innermost state that a run is in, in one of the machines; null where that machine has not begun. */
export function standsIn(run: Run, machine: string, player: Player): string | null {
  const last = run.steps.slice(0, player.madeBy(run)).findLast((step) => step.machine === machine);
  return last === undefined ? null : innermost(last.passes.at(-1)!.states);
}

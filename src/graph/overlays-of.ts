import { outcomeName } from '../../machines/outcome-name.ts';
import type { Recording } from '../replay/read-recording.ts';
import { asOneLine } from '../text/printable.ts';
import { foldRun, type RunStep } from './fold-run.ts';
import { type Overlay, shortDuration, type Visit } from './overlay.ts';

/** One recorded run as it lies over each of these machines. */
export function overlaysOf(
  recording: Recording,
  machines: readonly string[],
  steps: readonly RunStep[] = foldRun(recording),
): ReadonlyMap<string, Overlay> {
  const endedAt = recording.end?.at ?? steps.at(-1)?.at ?? 0;
  return new Map(
    machines.map((machine) => [machine, overlayOf(machine, steps, endedAt, captionOf(recording, endedAt))]),
  );
}

/** Who ran when, and how it ended. */
function captionOf({ header, end }: Recording, endedAt: number): string {
  const ended =
    end === null ? 'was cut off' : `ended as ${outcomeName(end.outcome as Parameters<typeof outcomeName>[0])}`;
  return asOneLine(`${header.host}, ${header.started_at}: ${ended} after ${shortDuration(endedAt)}`);
}

function overlayOf(machine: string, steps: readonly RunStep[], endedAt: number, caption: string): Overlay {
  const visits = new Map<string, { orders: number[]; ms: number }>();
  const ways = new Set<string>();
  const endedIn = new Set<string>();
  const own = steps.filter((step) => step.machine === machine);
  let order = 0;
  for (const actor of new Set(own.map((step) => step.actor))) {
    let before: readonly string[] = [];
    let enteredAt = 0;
    const passes = own
      .filter((step) => step.actor === actor)
      .flatMap(({ at, passes }) => passes.map((pass) => ({ at, ...pass })));
    for (const pass of passes) {
      stay(before, pass.at - enteredAt);
      for (const id of pass.states.filter((state) => !before.includes(state))) {
        const visit = visits.get(id) ?? { orders: [], ms: 0 };
        if (!pass.states.some((state) => state.startsWith(`${id}.`))) visit.orders.push(++order);
        visits.set(id, visit);
      }
      for (const way of pass.ways) ways.add(way);
      before = pass.states;
      enteredAt = pass.at;
    }
    // The machine of a command or of the lock is over before the run is.
    if (!own.some((step) => step.actor === actor && step.over)) stay(before, endedAt - enteredAt);
    for (const id of before) endedIn.add(id);
  }
  endedIn.delete(machine);
  return { caption, visits: visits as ReadonlyMap<string, Visit>, ways, endedIn };

  function stay(states: readonly string[], ms: number): void {
    for (const id of states) visits.get(id)!.ms += ms;
  }
}

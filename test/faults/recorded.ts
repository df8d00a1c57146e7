import { readFileSync } from 'node:fs';
import type { RunState } from '../../machines/state-names.ts';
import type { EventLine, Header } from '../../src/record/format.ts';
import { until } from '../support/until.ts';

/** The lines of a recording that may still be written, whole ones only. */
export function linesOf(recording: string): readonly Record<string, unknown>[] {
  try {
    const lines = readFileSync(recording, 'latin1').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

export function runIdOf(recording: string): string {
  return (linesOf(recording)[0] as Header).run_id;
}

/** The innermost state in which the run is, or was when it ended. */
function stateOf(recording: string): string {
  const events = linesOf(recording).filter((line) => line['actor'] === 'watcher') as unknown as EventLine[];
  let state = events.at(-1)?.state ?? 'none';
  while (typeof state === 'object') state = Object.values(state)[0]!;
  return state;
}

export async function reaches(recording: string, state: RunState): Promise<void> {
  await until(`${recording}: ${state}, in place of ${stateOf(recording)}`, () => stateOf(recording) === state);
}

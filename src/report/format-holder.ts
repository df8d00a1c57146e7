import type { Holder } from '../../machines/vocabulary.ts';
import { formatElapsed } from './format-elapsed.ts';
import type { Place } from './run-progress.ts';

/**
 * A watcher by its host, where somebody may want to log in; any other program by what it says of itself. With the
 * transaction that frees the lock when it is aborted.
 */
export function formatHolder(holder: Holder): string {
  const { transaction = null } = holder;
  const name = nameOf(holder);
  return transaction === null ? name : `${name} (transaction ${transaction})`;
}

/** The same with all that is known of it: `front-2 (pid 77, run 1f3a9c2e7b5d0468, changed)`. */
export function describeHolder(holder: Holder): string {
  const { pid, runId, reason, transaction } = holder;
  const name = nameOf(holder);
  const details = [
    ...(pid === null || name.includes(`pid ${pid}`) ? [] : [`pid ${pid}`]),
    ...(runId === null ? [] : [`run ${runId}`]),
    ...(reason === null ? [] : [reason]),
    ...(transaction === null ? [] : [`transaction ${transaction}`]),
  ];
  return details.length === 0 ? name : `${name} (${details.join(', ')})`;
}

/** Who has the run lock: `pid 77, run 1f3a9c2e7b5d0468, since 2026-03-01T11:58:20.000Z (1m40s)`, or as much as is known. */
export function describeRun({ title, pid, runId, since, heldForMs }: Holder): string {
  const forHowLong = heldForMs === null ? '' : ` (${formatElapsed(heldForMs)})`;
  const who = runId === null ? [title] : [...(pid === null ? [] : [`pid ${pid}`]), `run ${runId}`];
  return [...who, ...(since === null ? [] : [`since ${since}${forHowLong}`])].join(', ');
}

/** What to do about a run that hangs. TERM has it give back what it holds; one whose work is over hears only KILL. */
export function endHangingRun({ pid }: Pick<Holder, 'pid'>): string {
  const [term, kill] = pid === null ? ['TERM', 'KILL'] : [`kill ${pid}`, `kill -KILL ${pid}`];
  return `${term} ends it, or else ${kill} (see dmesg and df)`;
}

/** `held by front-2 (transaction 1-2-3-4) for 3m10s, 2 ahead`, or as much of that as is known. */
export function formatPlace({ holder, ahead, heldMs }: Place): string {
  const forHowLong = heldMs === null ? '' : ` for ${formatElapsed(heldMs)}`;
  const held = holder === null ? [] : [`held by ${formatHolder(holder)}${forHowLong}`];
  return [...held, ...(ahead === null ? [] : [`${ahead} ahead`])].join(', ');
}

function nameOf({ host, title, runId }: Holder): string {
  return runId === null ? title : (host ?? title);
}

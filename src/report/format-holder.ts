import type { Holder } from '../../machines/vocabulary.ts';
import { formatElapsed } from './format-elapsed.ts';
import type { Place } from './run-progress.ts';

/**
 * A watcher by its host, where somebody may want to log in; any other program by what it says of itself. With the
 * transaction that frees the lock when it is aborted.
 */
export function formatHolder({ host, title, runId, transaction = null }: Holder): string {
  const name = runId === null ? title : (host ?? title);
  return transaction === null ? name : `${name} (transaction ${transaction})`;
}

/** `held by front-2 (transaction 1-2-3-4) for 3m10s, 2 ahead`, or as much of that as is known. */
export function formatPlace({ holder, ahead, heldMs }: Place): string {
  const forHowLong = heldMs === null ? '' : ` for ${formatElapsed(heldMs)}`;
  const held = holder === null ? [] : [`held by ${formatHolder(holder)}${forHowLong}`];
  return [...held, ...(ahead === null ? [] : [`${ahead} ahead`])].join(', ');
}

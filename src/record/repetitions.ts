import { NOT_KEPT } from './format.ts';
import type { Pending } from './pending.ts';
import { RUN } from './recorded-machines.ts';

/** News of the lock on which the run does nothing but wait on. */
const NEWS_WHILE_WAITING: ReadonlySet<string> = new Set(['lockQueued', 'lockDelayed']);

/**
 * True for what a long wait consists of: the lock is asked for again and renewed, and its holders change. What decides a
 * run, and what a command does, is none of that.
 */
export function isRepetition({ actor: { name }, event, snapshot }: Pending): boolean {
  if (name === 'clusterLock') return snapshot.status === 'active';
  return name === RUN && NEWS_WHILE_WAITING.has(event.type);
}

/** Events of which only is kept how many they were and what they came to, one line for each machine. */
export function createRepetitions(write: (pending: Pending) => void) {
  const left = new Map<string, { readonly last: Pending; readonly events: number }>();
  return {
    add(last: Pending): void {
      const { name } = last.actor;
      left.set(name, { last, events: (left.get(name)?.events ?? 0) + 1 });
    },
    /** Writes those lines, before whatever is kept in full. */
    flush(): void {
      const lines = [...left.values()].toSorted((one, other) => one.last.at - other.last.at);
      left.clear();
      for (const { last, events } of lines) write({ ...last, event: { type: NOT_KEPT, events } });
    },
  };
}

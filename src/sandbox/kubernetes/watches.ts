import type { SandboxClock } from '../http/clock.ts';
import { isSelected } from './lists.ts';
import type { Target } from './resources.ts';
import { StatusError, statusOf } from './status.ts';
import type { Store, StoreEvent } from './store.ts';

interface WatchOptions {
  readonly store: Store;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly clock: SandboxClock;
  readonly write: (line: string) => void;
  /** Nothing comes any more. */
  readonly end: () => void;
}

/** Writes what happens to the selected objects, a line for each, until its time is over. Gives how to hang up on it. */
export function openWatch({ store, target, query, clock, write, end }: WatchOptions): () => void {
  const from = query.get('resourceVersion') ?? '';
  const isFromNow = from === '' || from === '0';
  let sent = isFromNow ? store.version : Number(from);
  const say = (line: object) => write(JSON.stringify(line));

  if (isFromNow) {
    for (const object of store.list(target)) if (isSelected(object, query)) say({ type: 'ADDED', object });
  }

  function catchUp(): void {
    try {
      for (const event of store.eventsSince(target.resource, sent)) {
        sent = event.version;
        if (isAbout(event, target, query)) say({ type: event.type, object: event.object });
      }
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      say({ type: 'ERROR', object: statusOf(error) });
      close();
    }
  }

  function hangUp(): void {
    forget();
    clock.clearTimeout(timer);
  }

  function close(): void {
    hangUp();
    end();
  }

  const forget = store.onChange(catchUp);
  const timer = clock.setTimeout(close, Number(query.get('timeoutSeconds') ?? 1_800) * 1_000);
  catchUp();
  return hangUp;
}

function isAbout({ object }: StoreEvent, { namespace }: Target, query: URLSearchParams): boolean {
  return object.metadata.namespace === namespace && isSelected(object, query);
}

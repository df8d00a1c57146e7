import type { ServerResponse } from 'node:http';
import type { SandboxClock } from '../http/clock.ts';
import { isSelected } from './lists.ts';
import type { Target } from './resources.ts';
import { StatusError, statusOf } from './status.ts';
import type { Store, StoreEvent } from './store.ts';

interface WatchOptions {
  readonly store: Store;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  readonly clock: SandboxClock;
}

/** Sends what happens to the selected objects, a line for each, until its time is over or the client has gone. */
export function serveWatch({ store, target, query, response, clock }: WatchOptions): Promise<void> {
  const from = query.get('resourceVersion') ?? '';
  let sent = from === '' || from === '0' ? store.version : Number(from);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const write = (line: object) => response.write(`${JSON.stringify(line)}\n`);

  if (from === '' || from === '0') {
    for (const object of store.list(target)) if (isSelected(object, query)) write({ type: 'ADDED', object });
  }

  function catchUp(): void {
    try {
      for (const event of store.eventsSince(target.resource, sent)) {
        sent = event.version;
        if (isAbout(event, target, query)) write({ type: event.type, object: event.object });
      }
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      write({ type: 'ERROR', object: statusOf(error) });
      response.end();
    }
  }

  return new Promise((resolve) => {
    const forget = store.onChange(catchUp);
    const timer = clock.setTimeout(() => response.end(), Number(query.get('timeoutSeconds') ?? 1_800) * 1_000);
    response.once('close', () => {
      forget();
      clock.clearTimeout(timer);
      resolve();
    });
    catchUp();
  });
}

function isAbout({ object }: StoreEvent, { namespace }: Target, query: URLSearchParams): boolean {
  return object.metadata.namespace === namespace && isSelected(object, query);
}

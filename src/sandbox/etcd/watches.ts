import type { ServerResponse } from 'node:http';
import { bytesOf, type Fields, integerOf, partOf } from './fields.ts';
import { pairOnWire } from './keys.ts';
import { noKey } from './status.ts';
import type { Change, Store } from './store.ts';

interface WatchOptions {
  readonly store: Store;
  readonly request: Fields;
  readonly response: ServerResponse;
  readonly header: () => object;
}

/** Sends what happens to the watched keys, a line for each revision, until the client has gone. */
export function serveWatch({ store, request, response, header }: WatchOptions): Promise<void> {
  const asked = partOf(request, 'create_request');
  const key = bytesOf(asked, 'key');
  if (key === '') throw noKey();
  const end = bytesOf(asked, 'range_end');
  const filters = Array.isArray(asked['filters']) ? asked['filters'] : [];
  let next = integerOf(asked, 'start_revision') || store.revision + 1n;

  const isWatched = ({ type, pair }: Change) =>
    (end === '' ? pair.key === key : pair.key >= key && (end === '\0' || pair.key < end)) &&
    !filters.includes(type === 'PUT' ? 'NOPUT' : 'NODELETE');
  const write = (line: object) => response.write(`${JSON.stringify({ result: { header: header(), ...line } })}\n`);

  function catchUp(): void {
    const changes = store.changesSince(next);
    next = store.revision + 1n > next ? store.revision + 1n : next;
    const events = changes.filter(isWatched).map(eventOnWire);
    if (events.length > 0) write({ events });
  }

  response.writeHead(200, { 'content-type': 'application/json' });
  write({ created: true });
  return new Promise((resolve) => {
    const forget = store.onChange(catchUp);
    response.once('close', () => {
      forget();
      resolve();
    });
    catchUp();
  });
}

/** `PUT` is zero, and so is not on the wire. */
function eventOnWire({ type, pair }: Change): object {
  return type === 'PUT' ? { kv: pairOnWire(pair) } : { type, kv: pairOnWire(pair) };
}

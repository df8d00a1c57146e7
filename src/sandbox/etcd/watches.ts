import { bytesOf, type Fields, integerOf, partOf } from './fields.ts';
import { pairOnWire } from './keys.ts';
import { noKey } from './status.ts';
import type { Change, Store } from './store.ts';

/** An answer that comes line by line, without end. Gives how to hang up on it. */
export type Stream = (write: (line: string) => void) => () => void;

/** What happens to the watched keys: a line for each revision. */
export function watch(store: Store, request: Fields, header: () => object): Stream {
  const asked = partOf(request, 'create_request');
  const key = bytesOf(asked, 'key');
  if (key === '') throw noKey();
  const end = bytesOf(asked, 'range_end');
  const filters = Array.isArray(asked['filters']) ? asked['filters'] : [];
  let next = integerOf(asked, 'start_revision') || store.revision + 1n;

  const isWatched = ({ type, pair }: Change) =>
    (end === '' ? pair.key === key : pair.key >= key && (end === '\0' || pair.key < end)) &&
    !filters.includes(type === 'PUT' ? 'NOPUT' : 'NODELETE');

  return (write) => {
    const say = (result: object) => write(JSON.stringify({ result: { header: header(), ...result } }));

    function catchUp(): void {
      const events = store.changesSince(next).filter(isWatched).map(eventOnWire);
      if (store.revision >= next) next = store.revision + 1n;
      if (events.length > 0) say({ events });
    }

    say({ created: true });
    const forget = store.onChange(catchUp);
    catchUp();
    return forget;
  };
}

/** `PUT` is zero, and so is not on the wire. */
function eventOnWire({ type, pair }: Change): object {
  return type === 'PUT' ? { kv: pairOnWire(pair) } : { type, kv: pairOnWire(pair) };
}
